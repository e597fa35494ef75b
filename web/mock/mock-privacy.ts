// The mock's erasures and legal holds. Erased decisions show it; what a hold of their use case covers is kept.

import type { DecisionDetail, DecisionSummary } from '#wire/decision.ts'
import type { Erasure, ErasureDone, LegalHold, NewErasure, NewLegalHold } from '#wire/privacy.ts'

export type MockPrivacyParts = {
  readonly decisions: readonly DecisionSummary[]
  readonly clock: () => number
  /** Writes an entry and answers with its index. */
  readonly record: () => number
}

type By = LegalHold['by']

const protection: By = { key: 'k-privacy', name: 'data protection' }

export type MockPrivacy = ReturnType<typeof createMockPrivacy>

/** Whom a decision of the mock concerns: forty people. */
export function mockSubject(id: string): string {
  return `p-3f9a02${(Number.parseInt(id.slice(-6), 16) % 40).toString(16).padStart(2, '0')}`
}

export function createMockPrivacy({ decisions, clock, record }: MockPrivacyParts) {
  const start = clock()
  const now = () => new Date(clock()).toISOString()
  const before = (days: number) => new Date(start - days * 86_400_000).toISOString()
  const erased = new Map<string, NonNullable<DecisionDetail['erased']>>()
  const erasures = erasuresAt(before)
  const holds = holdsAt(before)

  function erase(wanted: NewErasure, by: By): ErasureDone {
    const found = decisions.filter(({ id }) => id === wanted.decision || mockSubject(id) === wanted.subject)
    const plan = planOf(
      found.filter(({ id }) => !erased.has(id)),
      holds.filter((hold) => hold.released === null),
    )
    if (wanted.dryRun === true) return { ...plan.done, payloads: 0 }
    if (plan.gone.length + plan.done.held === 0) return plan.done
    const at = now()
    const index = record()
    for (const { id } of plan.gone) erased.set(id, { at, cause: 'request', reason: wanted.reason, by: by.name })
    const { decisions: count, payloads, held } = plan.done
    erasures.unshift({ ...erasureAt(at, by, index), reason: wanted.reason, decisions: count, payloads, held })
    return { ...plan.done, id: `e-${index}`, index }
  }

  return {
    erasures,
    holds,
    erase,
    erasedOf: (id: string) => erased.get(id) ?? null,
    counts: (isEmpty: boolean) =>
      isEmpty
        ? { erasures: 0, holds: 0 }
        : { erasures: erasures.length, holds: holds.filter((hold) => hold.released === null).length },
    /** As at the start: what a page needs that shows one. */
    markErased(id: string): void {
      const { at, cause, reason, by } = erasureAt(before(2), protection, 0)
      erased.set(id, { at, cause, reason, by: by.name })
    },
    place(wanted: NewLegalHold, by: By): LegalHold {
      const hold = { ...holdAt(now(), record()), useCase: wanted.useCase ?? null, reason: wanted.reason, by }
      holds.unshift(hold)
      return hold
    },
    release(id: string, reason: string, by: By): LegalHold | undefined {
      const at = holds.findIndex((hold) => hold.id === id)
      const hold = holds[at]
      if (hold === undefined) return undefined
      record()
      return (holds[at] = { ...hold, released: { at: now(), by, reason } })
    },
  }
}

/** What would go of these decisions, and what holds keep. */
function planOf(found: readonly DecisionSummary[], holds: readonly LegalHold[]) {
  const isHeldBy = (hold: LegalHold) => (decision: DecisionSummary) => hold.useCase === decision.useCase
  const gone = found.filter((decision) => !holds.some((hold) => isHeldBy(hold)(decision)))
  const done: ErasureDone = {
    id: null,
    index: null,
    decisions: gone.length,
    others: 0,
    payloads: gone.length * 2,
    held: found.length - gone.length,
    holds: holds.flatMap((hold) => {
      const { id, useCase, reason } = hold
      const kept = found.filter(isHeldBy(hold)).length
      return kept === 0 ? [] : [{ id, useCase, reason, decisions: kept }]
    }),
    waiting: { reviews: gone.filter(({ status }) => status === 'pending_review').length, actions: 0 },
    copies: { deliveries: gone.filter(({ status }) => status === 'decided').length, reads: 1 },
    isPending: false,
  }
  return { gone, done }
}

function erasureAt(at: string, by: By, index: number): Erasure {
  return {
    id: `e-${index}`,
    at,
    cause: 'request',
    reason: 'Request 2026-118 of the person concerned.',
    by,
    useCase: null,
    decisions: 3,
    payloads: 7,
    held: 0,
    completedAt: at,
    log: { index },
  }
}

function erasuresAt(before: (days: number) => string): Erasure[] {
  return [
    { ...erasureAt(before(2), protection, 47_990), held: 1 },
    {
      ...erasureAt(before(9), { key: 'server', name: 'retention' }, 47_011),
      cause: 'retention',
      reason: 'Older than 400 days.',
      useCase: 'inbox-triage',
      decisions: 1_204,
      payloads: 2_411,
    },
  ]
}

function holdAt(at: string, index: number): LegalHold {
  return {
    id: `h-${index}`,
    useCase: null,
    reason: 'Complaint 2026-04.',
    by: protection,
    at,
    released: null,
    log: { index },
  }
}

function holdsAt(before: (days: number) => string): LegalHold[] {
  return [
    { ...holdAt(before(12), 46_002), useCase: 'credit-approval', reason: 'Lawsuit 7 O 41/26.' },
    holdAt(before(14), 45_880),
    {
      ...holdAt(before(90), 31_007),
      useCase: 'inbox-triage',
      reason: 'Audit of the first quarter.',
      released: { at: before(30), by: protection, reason: 'The audit is closed.' },
    },
  ]
}
