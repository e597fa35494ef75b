// Erases contents, of a person or of a decision, and carries erasures out.
//
//   find what there is → leave what a hold keeps → WRITE what goes → overwrite the bytes → write that it is done
//
// The entry comes before the bytes go: what a crash leaves undone is on the log and carried out later (`resume`).

import { allows, assertAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { ErasureCause, ErasureCompleted, ErasureHeldBack, PayloadsErased } from '#core/privacy/events.ts'
import { indicesOf, portionsOf, rangesOf } from '#core/privacy/index-ranges.ts'
import { planErasure, type ErasurePlan, type HoldInForce } from '#core/privacy/plan-erasure.ts'
import type { Actor } from '#core/use-case/events.ts'
import type { Log } from '#log/log.ts'
import { findErasables, type Found, type Target } from './eraser-finds.ts'
import { inTurn } from './in-turn.ts'
import type { WriteResult } from './journal.ts'
import { actorOf, oneTarget, refusePersonInReason } from './legal-hold-desk.ts'
import type { EngineLogger } from './ports.ts'
import { act, type Append, type PrivacyActParts } from './privacy-acts.ts'
import { eventOf } from './read-entry.ts'

export type EraserParts = PrivacyActParts & {
  readonly log: Pick<Log, 'findBySubject' | 'findById' | 'get' | 'head' | 'erasePayloads'>
  readonly subjectRef: (subject: string) => string
  readonly logger: EngineLogger
}

export type WantedErasure = {
  readonly subject?: string | undefined
  readonly decision?: string | undefined
  readonly reason: string
  readonly dryRun?: boolean | undefined
}

export type ErasureResult = {
  readonly id: string | null
  readonly index: number | null
  readonly decisions: number
  readonly others: number
  readonly payloads: number
  readonly held: number
  readonly holds: readonly {
    readonly id: string
    readonly useCase: string | null
    readonly reason: string
    readonly decisions: number
  }[]
  readonly waiting: { readonly reviews: number; readonly actions: number }
  readonly copies: { readonly deliveries: number; readonly reads: number }
  readonly isPending: boolean
}

export type Planned = {
  readonly cause: ErasureCause
  readonly reason: string
  readonly by: Actor
  readonly useCase: string | null
}

export type Eraser = {
  /** Errors: request_malformed, not_found, forbidden, view_behind, log_unavailable. */
  erase(wanted: WantedErasure, principal: Principal): Promise<ErasureResult>
  /** By age: `find` is asked with the holds in force. Answers how many decisions went. */
  eraseOld(about: Planned, find: (holds: readonly HoldInForce[]) => Promise<ErasurePlan>): Promise<number>
  /** Carries out what is recorded and not completed. */
  resume(): Promise<void>
}

/** Of ranges in one entry; the rest of it is small. */
const rangeBytesMax = 50_000
/** Entries whose payloads are overwritten in one call. */
const portionMax = 500

export function createEraser(parts: EraserParts): Eraser {
  const turn = inTurn()
  return {
    erase: (wanted, principal) => turn(() => erase(parts, wanted, principal)),
    eraseOld: (about, find) => turn(() => eraseOld(parts, about, find)),
    resume: () =>
      turn(async () => {
        for (const index of await parts.reads.unfinished()) await carryOut(parts, index)
      }),
  }
}

async function erase(parts: EraserParts, wanted: WantedErasure, principal: Principal): Promise<ErasureResult> {
  const { subject, decision, reason, dryRun = false } = wanted
  oneTarget({ subject, decision })
  refusePersonInReason(reason, subject)
  // A person may have decisions anywhere.
  if (decision === undefined) assertAllowed(principal, 'erase')
  const target: Target = decision === undefined ? { subjectRef: parts.subjectRef(subject ?? '') } : { decision }
  const done = await act(parts, async (holds, append) => {
    const found = await findErasables(parts, target)
    const useCase = assertMayErase(found, principal, decision)
    const plan = planErasure(found, holds)
    if (dryRun) return { plan, holds, entries: [] }
    const about: Planned = { cause: 'request', reason, by: actorOf(principal), useCase }
    return { plan, holds, entries: await record(plan, about, append) }
  })
  const carried = await carryOutAll(parts, done.plan.indices.length === 0 ? [] : done.entries)
  return resultOf(parts, done, carried)
}

/** The use case of the decision; null for a person. Errors: not_found, forbidden. */
function assertMayErase(found: readonly Found[], principal: Principal, decision: string | undefined): string | null {
  if (decision === undefined) return null
  const useCase = found[0]?.useCase
  if (useCase && allows(principal, 'erase', useCase)) return useCase
  if (useCase && allows(principal, 'read', useCase)) assertAllowed(principal, 'erase', useCase)
  throw new PlatformError('not_found', `There is no decision ${decision.slice(0, 80)}.`, {
    hint: 'Check the id; the key must be for its use case.',
  })
}

async function record(plan: ErasurePlan, about: Planned, append: Append): Promise<WriteResult[]> {
  const { cause, reason, by, useCase } = about
  const held = [...plan.held]
  const subject = useCase === null ? `key/${by.key}` : `use-case/${useCase}`
  if (plan.indices.length === 0) {
    if (held.length === 0) return []
    return [await append<ErasureHeldBack>({ type: 'erasure-held-back', subject, data: { reason, by, useCase, held } })]
  }
  const entries: WriteResult[] = []
  for (const [at, ranges] of portionsOf(rangesOf(plan.indices), rangeBytesMax).entries()) {
    const isFirst = at === 0
    // Counted once, in the first of several.
    const counted = { decisions: isFirst ? plan.decisions : 0, held: isFirst ? held : [] }
    entries.push(
      await append<PayloadsErased>({
        type: 'payloads-erased',
        subject,
        data: { cause, reason, by, useCase, ranges, ...counted },
      }),
    )
  }
  return entries
}

type Carried = { readonly payloads: number; readonly isPending: boolean }

/** A store that cannot do it now does it later: it is on the log. */
async function carryOutAll(parts: EraserParts, entries: readonly WriteResult[]): Promise<Carried> {
  let payloads = 0
  try {
    for (const { index } of entries) payloads += await carryOut(parts, index)
    return { payloads, isPending: false }
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    parts.logger.error({ err: error }, 'An erasure is recorded and could not be carried out yet; it is tried again.')
    return { payloads, isPending: true }
  }
}

/** May be repeated. */
async function carryOut({ log, journal }: EraserParts, index: number): Promise<number> {
  const [record] = await log.get([index])
  const event = record && (eventOf(record) as PayloadsErased)
  if (event?.type !== 'payloads-erased') return 0
  let payloads = 0
  for (const portion of indicesOf(event.data.ranges, portionMax)) payloads += await log.erasePayloads(portion)
  await journal.write<ErasureCompleted>({
    type: 'erasure-completed',
    subject: event.subject,
    data: { erasure: index, gone: payloads },
    once: `erasure-completed:${index}`,
  })
  return payloads
}

type Done = {
  readonly plan: ErasurePlan<Found>
  readonly holds: readonly HoldInForce[]
  readonly entries: readonly WriteResult[]
}

async function resultOf(
  { reads }: EraserParts,
  { plan, holds, entries }: Done,
  carried: Carried,
): Promise<ErasureResult> {
  const [first] = entries
  const going = plan.going.filter(({ isDecision }) => isDecision)
  const since = Math.min(...plan.indices)
  const ids = going.flatMap(({ id }) => id ?? [])
  return {
    id: first?.id ?? null,
    index: first?.index ?? null,
    decisions: plan.decisions,
    others: plan.going.filter(({ isDecision }) => !isDecision).length,
    payloads: carried.payloads,
    held: plan.heldDecisions,
    holds: plan.held.map(({ hold, decisions }) => {
      const { useCase = null, reason = '' } = holds.find(({ id }) => id === hold) ?? {}
      return { id: hold, useCase, reason, decisions }
    }),
    waiting: {
      reviews: going.filter(({ isReviewOpen }) => isReviewOpen).length,
      actions: going.reduce((sum, { queuedActions }) => sum + queuedActions, 0),
    },
    copies: ids.length === 0 ? { deliveries: 0, reads: 0 } : await reads.copies(ids, since),
    isPending: carried.isPending,
  }
}

async function eraseOld(
  parts: EraserParts,
  about: Planned,
  find: (holds: readonly HoldInForce[]) => Promise<ErasurePlan>,
): Promise<number> {
  const { plan, entries } = await act(parts, async (holds, append) => {
    const plan = await find(holds)
    // What a hold keeps from retention is not told each minute.
    return { plan, entries: await record({ ...plan, held: [] }, about, append) }
  })
  await carryOutAll(parts, entries)
  return plan.decisions
}
