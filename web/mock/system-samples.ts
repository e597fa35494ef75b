// The state of the mock's server and its use cases.

import type { Status } from '#wire/system.ts'
import type { AccuracyRow, RouteCounts, UseCaseDetail } from '#wire/use-case.ts'
import type { Proportion } from '#wire/common.ts'
import type { Static } from 'typebox'
import { triageSchema } from './review-samples.ts'

export function status(figures: { openReviews: number; deadActions: number; behind: number; size: number }): Status {
  const { openReviews, deadActions, behind, size } = figures
  return {
    version: '0.1.0',
    startedAt: '2026-03-03T08:00:00.000Z',
    log: { origin: 'mock.example/log', size, view: { position: size - behind, behind } },
    view: { database: 'embedded', ok: true, detail: null },
    useCases: 3,
    openReviews,
    queuedActions: 1,
    deadActions,
  }
}

/** A share with its Wilson interval. */
function proportion(hits: number, n: number): Proportion {
  if (n === 0) return { n, hits, value: null, low: null, high: null }
  const z = 1.96
  const p = hits / n
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  return { n, hits, value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

const nothing: RouteCounts = { total: 0, act: 0, review: 0, fallback: 0, reject: 0 }

export function triageManifest(revision: number) {
  return {
    apiVersion: 'airworthy/v1',
    kind: 'UseCase',
    metadata: { name: 'inbox-triage', team: 'workplace' },
    purpose: 'Keep junk mail out of the inbox without losing a real mail',
    risk: { class: 'limited', basis: 'Own assessment' },
    contract: { input: { schema: { type: 'object' } }, output: { schema: triageSchema }, onViolation: 'review' },
    model: { name: 'triage', version: String(revision + 1), endpoint: { protocol: 'module', path: 'model.ts' } },
    decision: {
      output: 'output.label',
      confidence: 'output.score',
      rules: [
        { when: `confidence >= ${revision === 1 ? 0.95 : 0.92}`, route: 'act', reason: 'clear-spam' },
        ...(revision === 1 ? [] : [{ when: 'confidence <= 0.05', route: 'act', reason: 'clear-ham' }]),
      ],
      otherwise: 'review',
    },
    review: { pool: 'mail-desk', due: '4h', reasons: ['newsletter', 'known-sender', 'wrong-language'], audit: 0.02 },
  }
}

export function sampleUseCase(name: string, now: number): Static<typeof UseCaseDetail> {
  const isTriage = name === 'inbox-triage'
  const today = { total: 1284, act: 1021, review: 212, fallback: 9, reject: 42 }
  const allTime = { total: 48_190, act: 39_411, review: 7_702, fallback: 310, reject: 767 }
  return {
    name,
    purpose: isTriage
      ? 'Keep junk mail out of the inbox without losing a real mail'
      : (purposes[name] ?? 'A use case of the mock'),
    team: isTriage ? 'workplace' : null,
    stage: isTriage ? 'pilot' : name === 'credit-approval' ? 'canary' : 'draft',
    riskClass: isTriage ? 'limited' : 'high',
    owners: {
      sponsor: 'head-of-workplace@example.com',
      productOwner: 'mail-product@example.com',
      techLead: 'mail-platform@example.com',
      riskCompliance: 'risk@example.com',
      changeManager: 'change@example.com',
    },
    revision: isTriage ? 2 : 1,
    updatedAt: new Date(now - 5 * 86_400_000).toISOString(),
    today: isTriage ? today : nothing,
    allTime: isTriage ? allTime : nothing,
    openReviews: 0,
    oldestReviewAt: null,
    deadActions: isTriage ? 2 : 0,
    accuracy: isTriage ? proportion(3012, 3301) : proportion(0, 0),
    manifest: triageManifest(2),
    policy: [
      'When the confidence is at least 0.92, the system decides (clear-spam).',
      'When the confidence is at most 0.05, the system decides (clear-ham).',
      'Otherwise a person decides.',
      'When the model cannot be called, a person decides, starting from { "label": "ham" }.',
    ],
    model:
      name !== 'credit-approval'
        ? { name: 'triage', version: '3', protocol: 'module', target: 'model.ts', state: 'ready', detail: null }
        : {
            name: 'credit-risk',
            version: '3',
            protocol: 'oip-v2',
            target: 'http://models:8080',
            state: 'circuit-open',
            detail: 'Ten calls failed in a row; the last: connection refused.',
          },
    outcome: null,
  }
}

const purposes: Record<string, string> = {
  'credit-approval': 'Decide consumer credit applications up to 50,000 EUR',
  'document-routing': 'Send each incoming document to the team that handles it',
}

/** Eight weeks of one version, then four of the next, which knows the newer mail. */
export function accuracyRows(now: number): AccuracyRow[] {
  const monday = now - ((new Date(now).getUTCDay() + 6) % 7) * 86_400_000
  return Array.from({ length: 12 }, (_, week): AccuracyRow => {
    const labelled = week === 11 ? 12 : 180 + ((week * 37) % 160)
    const modelShare = week < 8 ? 0.95 - week * 0.016 : 0.93 - (week - 8) * 0.004
    return {
      useCase: 'inbox-triage',
      modelVersion: week < 8 ? '2' : '3',
      week: new Date(monday - (11 - week) * 7 * 86_400_000).toISOString().slice(0, 10),
      decisions: labelled * 11,
      labelled,
      model: proportion(Math.round(labelled * modelShare), labelled),
      final: proportion(Math.round(labelled * Math.min(1, modelShare + 0.03)), labelled),
    }
  })
}
