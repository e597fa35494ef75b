// Random but lawful-looking histories for tests of whatever follows the log: decisions, reviews, actions, outcomes, keys,
// use cases, erasures, holds, in any order, with the odd entry that makes no sense where it stands (a claim before its
// decision, a label for nobody, an erasure of what is yet to come) and one of a type that nobody knows.

import fc from 'fast-check'
import { entryBytes, makeEvent } from '#core/kernel/event.ts'
import { uuidV7 } from '#core/kernel/id.ts'
import type { JsonObject } from '#core/kernel/json.ts'
import type { LogItem } from '#log/log.ts'

const monday = Date.parse('2026-03-02T00:00:00Z')
const by = { key: 'key-1', name: 'desk' }
const digest = { digest: 'sha256:00', bytes: 2 }

/** Decision ids are few and known beforehand, so that events about them meet. */
function decisionId(n: number): string {
  return uuidV7(
    monday + n,
    Uint8Array.from({ length: 10 }, (_, i) => (n * 31 + i * 7) % 256),
  )
}

type Step = { readonly type: string; readonly data: JsonObject; readonly decision?: number; readonly subject?: number }

const decision = fc.nat(11)
const value = fc.oneof(
  fc.constantFrom<string | number | boolean>('spam', 'ham', 1, 1.5, true, 'nul\0', ''),
  fc.string({ maxLength: 5 }),
)
const maybeValue = fc.option(value, { nil: null })
const useCase = fc.constantFrom('triage', 'credit')
const on = (n: number) => ({ useCase: n % 2 ? 'triage' : 'credit', decision: decisionId(n), by })

const recorded = fc
  .record({
    decision,
    value: maybeValue,
    status: fc.constantFrom('decided', 'pending_review', 'rejected'),
    route: fc.constantFrom('act', 'review', 'fallback', 'reject'),
    arm: fc.constantFrom('champion', 'holdout'),
    version: fc.option(fc.constantFrom('1', '2', 'v'.repeat(900)), { nil: null }),
    confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
    review: fc.option(fc.constantFrom('decision', 'audit'), { nil: null }),
    actions: fc.uniqueArray(fc.nat(2), { maxLength: 2 }),
    subject: fc.option(fc.nat(3), { nil: undefined }),
  })
  .map(({ decision, version, review, subject, ...rest }) => ({
    type: 'decision-recorded',
    decision,
    ...(subject === undefined ? {} : { subject }),
    data: {
      ...on(decision),
      ...rest,
      revision: 1,
      origin: 'gateway',
      reason: 'otherwise',
      model: version === null ? null : { name: 'm', version },
      violations: [],
      failure: null,
      audit: null,
      review: review === null ? null : { kind: review, dueAt: decision % 3 ? '+099999-01-01T00:00:00.000Z' : null },
      idempotency: null,
      steps: [
        { step: 'model', ms: 1.25 },
        { step: 'policy', ms: 0.1 },
      ],
      payloads: { input: digest },
    },
  }))

const reviewEvent = fc
  .record({
    decision,
    kind: fc.constantFrom('claimed', 'released', 'decided'),
    value: maybeValue,
    actions: fc.uniqueArray(fc.nat(2), { maxLength: 2 }),
    payloads: fc.constantFrom({}, { comment: digest }),
  })
  .map(({ decision, kind, value, actions, payloads }) => ({
    type: `review-${kind}`,
    data: {
      ...on(decision),
      ...(kind === 'claimed' ? { until: '2026-03-02T10:00:00.000Z' } : {}),
      ...(kind === 'decided'
        ? {
            kind: 'decision',
            verdict: 'override',
            reason: 'policy',
            value,
            agrees: value === 'ham',
            actions,
            payloads,
          }
        : {}),
    },
  }))

const actionEvent = fc
  .record({
    decision,
    position: fc.nat(2),
    attempt: fc.integer({ min: 1, max: 10 }),
    kind: fc.constantFrom('delivered', 'attempted', 'dead-lettered', 'replayed'),
  })
  .map(({ decision, position, attempt, kind }) => ({
    type: `action-${kind}`,
    data: {
      ...on(decision),
      action: `${decisionId(decision)}.${position}`,
      attempt,
      ...(kind === 'delivered' ? { status: 200, ms: 3 } : {}),
      ...(kind === 'attempted' ? { error: 'HTTP 503', nextAt: '2026-03-02T11:00:00.000Z' } : {}),
      ...(kind === 'dead-lettered' ? { error: 'gone \ufffd \\u0000' } : {}),
    },
  }))

const outcome = fc
  .record({
    decision: fc.option(decision, { nil: null }),
    subject: fc.nat(3),
    useCase: fc.option(useCase, { nil: null }),
    label: maybeValue,
    payloads: fc.constantFrom({}, { subject: digest }),
  })
  .map(({ decision, subject, useCase, label, payloads }) => ({
    type: 'outcome-recorded',
    subject,
    data: {
      decision: decision === null ? null : decisionId(decision),
      useCase,
      label,
      kpi: { minutes: 3.5 },
      at: '2026-03-09T00:00:00.000Z',
      by,
      payloads,
    },
  }))

const hold = fc.constantFrom('h1', 'h2')
const reason = 'case 7'
const privacyEvent = fc.oneof(
  fc
    .record({
      ranges: fc.array(fc.tuple(fc.nat(80), fc.nat(9)), { minLength: 1, maxLength: 3 }),
      cause: fc.constantFrom('request', 'retention'),
    })
    .map(({ ranges, cause }) => ({
      type: 'payloads-erased',
      data: {
        cause,
        reason,
        by,
        useCase: null,
        ranges: ranges.map(([first, length]) => [first, first + length]),
        decisions: 2,
        held: [{ hold: 'h1', decisions: 1 }],
      },
    })),
  fc.record({ erasure: fc.nat(80), gone: fc.nat(9) }).map((data) => ({ type: 'erasure-completed', data })),
  fc.constant({
    type: 'erasure-held-back',
    data: { reason, by, useCase: 'credit', held: [{ hold: 'h2', decisions: 4 }] },
  }),
  fc
    .record({ hold, useCase: fc.option(useCase, { nil: null }) })
    .map((data) => ({ type: 'legal-hold-placed', data: { ...data, reason, by } })),
  fc
    .record({ hold, useCase: fc.option(useCase, { nil: null }) })
    .map((data) => ({ type: 'legal-hold-released', data: { ...data, reason, by } })),
  fc.constant({ type: 'log-read', data: { by, via: 'export', from: 0, to: 7 } }),
)

const other = fc.oneof(
  fc
    .record({ key: fc.constantFrom('k1', 'k2'), made: fc.boolean() })
    .map(({ key, made }) =>
      made
        ? { type: 'key-created', data: { key, name: 'n', hash: 'h', scopes: ['decide'], roles: [], by } }
        : { type: 'key-revoked', data: { key, by } },
    ),
  fc.record({ useCase, revision: fc.integer({ min: 1, max: 5 }) }).map(({ useCase, revision }) => ({
    type: 'use-case-applied',
    data: { useCase, revision, by, payloads: { manifest: digest } },
  })),
  fc.record({ useCase, rows: fc.nat(9) }).map(({ useCase, rows }) => ({
    type: 'assessment-recorded',
    data: {
      useCase,
      by,
      source: 'files',
      verdict: 'gap',
      headline: 'nul\0 %',
      findings: { critical: 1, warning: 0, notice: rows },
      reference: { rows, from: null, to: null },
      live: { rows, from: null, to: '2026-03-09T00:00:00.000Z' },
      payloads: { result: digest },
    },
  })),
  fc.constant({ type: 'never-heard-of', data: {} }),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: recorded },
  { weight: 3, arbitrary: reviewEvent },
  { weight: 2, arbitrary: actionEvent },
  { weight: 4, arbitrary: outcome },
  { weight: 2, arbitrary: privacyEvent },
  other,
)

/** Items for a log. A decision is recorded at most once. */
export const eventSequences: fc.Arbitrary<readonly LogItem[]> = fc
  .array(fc.record({ step, minutes: fc.nat(10_000) }), { maxLength: 80, size: 'max' })
  .map((steps) => {
    const known = new Set<number>()
    return steps.flatMap(({ step, minutes }, n) => {
      if (step.decision !== undefined && known.has(step.decision)) return []
      if (step.decision !== undefined) known.add(step.decision)
      const id = step.decision === undefined ? `event-${n}` : decisionId(step.decision)
      return [item(id, monday + minutes * 60_000, step)]
    })
  })

function item(id: string, at: number, step: Step): LogItem {
  const event = makeEvent({ id, source: '/test', at, subject: 'test' }, step.type, step.data)
  return {
    id,
    entry: entryBytes(event),
    ...(step.subject === undefined ? {} : { subjectRef: `person-${step.subject}` }),
  }
}
