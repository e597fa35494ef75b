// Decisions to show and to test with, typed by the wire shapes so that they cannot drift from the API.

import type { DecisionDetail, DecisionSummary } from '#wire/decision.ts'
import { mail } from './mail-samples.ts'

export function decisionSummary(changes: Partial<DecisionSummary>): DecisionSummary {
  return {
    id: '0198aaaa-0000-7000-8000-000000000001',
    useCase: 'inbox-triage',
    revision: 2,
    origin: 'gateway',
    at: '2026-03-03T14:03:09.000Z',
    status: 'decided',
    route: 'act',
    reason: 'clear-spam',
    arm: 'champion',
    model: { name: 'triage', version: '3' },
    confidence: 0.97,
    value: 'spam',
    finalValue: 'spam',
    label: null,
    durationMs: 1.9,
    log: { index: 48_211 },
    ...changes,
  }
}

export function decisionDetail(changes: Partial<DecisionDetail>): DecisionDetail {
  const output = { label: 'spam', score: 0.97 }
  return {
    ...decisionSummary({}),
    subject: 'p-3f9a02c1',
    input: mail(3),
    context: null,
    output,
    finalOutput: output,
    withheld: null,
    erased: null,
    rule: 'confidence >= 0.92',
    violations: [],
    failure: null,
    audit: { probability: 0.02, drawn: false },
    by: { key: 'k-gateway', name: 'mail gateway' },
    steps: [
      { step: 'admit', ms: 0.08 },
      { step: 'check-contract', ms: 0.11 },
      { step: 'assign-arm', ms: 0.02 },
      { step: 'call-model', ms: 0.94 },
      { step: 'decide-route', ms: 0.06 },
      { step: 'record', ms: 0.69 },
    ],
    payloads: {
      input: { digest: 'sha256:5f2b0c9a7d1e4486b3f0a1c2d3e4f5061728394a5b6c7d8e9f00112233445566', bytes: 2311 },
      output: { digest: 'sha256:a1b2c3d4e5f60718293a4b5c6d7e8f90112233445566778899aabbccddeeff00', bytes: 31 },
    },
    proof: { index: 48_211, checkpointed: true },
    review: null,
    actions: [],
    outcomes: [],
    ...changes,
  }
}
