// What the review desk appends. Each append is conditional, so that of two people who act at once one wins.

import { formatInstant, parseInstant } from '#core/kernel/instant.ts'
import type { JsonObject } from '#core/kernel/json.ts'
import { payloadRef, type Payload } from '#core/kernel/payload.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { ReviewOutcome } from '#core/review/decide-review.ts'
import type { ReviewClaimed, ReviewDecided, ReviewReleased } from '#core/review/events.ts'
import { leaseUntil } from '#core/review/lease.ts'
import type { Actor } from '#core/use-case/events.ts'
import type { Log } from '#log/log.ts'
import type { Journal } from './journal.ts'
import type { ReviewRow } from './ports.ts'
import { eventOf } from './read-entry.ts'
import type { ReviewCase } from './review-case.ts'
import { claimedBy, decidedBy } from './review-refusals.ts'

export type Pen = { readonly journal: Journal; readonly log: Pick<Log, 'get'> }

/** The entry that says so, and the row as it is with it. */
export type Changed = { readonly index: number; readonly row: ReviewRow }

/**
 * Whoever is found in the claim's place still holds it, or their lease has lapsed and the view was behind: then the next
 * place is tried. Errors: review_claimed.
 */
export async function appendClaim(
  { journal, log }: Pen,
  { row, revision }: ReviewCase,
  principal: Principal,
): Promise<Changed> {
  const by = actorOf(principal)
  for (let claims = row.claims; ; claims++) {
    const until = leaseUntil(journal.now(), revision.manifest.review?.lease)
    const written = await journal.write<ReviewClaimed>({
      type: 'review-claimed',
      subject: subjectOf(row),
      data: { useCase: row.useCase, decision: row.decision, by, until: formatInstant(until) },
      once: `review-claimed:${row.decision}:${claims}`,
    })
    const changed = (claim: NonNullable<ReviewRow['claim']>) => ({
      index: written.index,
      row: { ...row, claims: claims + 1, claim },
    })
    if (written.kind === 'appended') return changed({ ...by, until })
    const holder = await claimAt(log, written.index)
    if (holder.until <= journal.now()) continue
    if (holder.key === by.key) return changed(holder)
    throw claimedBy(holder)
  }
}

async function claimAt(log: Pen['log'], index: number): Promise<NonNullable<ReviewRow['claim']>> {
  const [record] = await log.get([index])
  const event = record && (eventOf(record) as ReviewClaimed)
  return event ? { ...event.data.by, until: parseInstant(event.data.until) ?? 0 } : { key: '', name: '', until: 0 }
}

/** Releasing the same claim twice writes one entry. */
export async function appendRelease({ journal }: Pen, { row }: ReviewCase, principal: Principal): Promise<Changed> {
  const written = await journal.write<ReviewReleased>({
    type: 'review-released',
    subject: subjectOf(row),
    data: { useCase: row.useCase, decision: row.decision, by: actorOf(principal) },
    once: `review-released:${row.decision}:${row.claims}`,
  })
  return { index: written.index, row: { ...row, claim: null } }
}

export type Verdict = Extract<ReviewOutcome, { kind: 'decided' }>

/** Errors: review_not_open when somebody else was first. */
export async function appendVerdict(
  { journal, log }: Pen,
  { row, revision }: ReviewCase,
  { outcome, principal }: { readonly outcome: Verdict; readonly principal: Principal },
): Promise<Changed> {
  const { rules } = revision
  const contents: Payload[] = []
  if (outcome.output !== undefined) contents.push(journal.payload('output', rules.redact(outcome.output)))
  if (outcome.comment !== undefined) contents.push(journal.payload('comment', rules.redact(outcome.comment)))
  const by = actorOf(principal)
  const { verdict, reason, value, agrees, actions } = outcome
  const written = await journal.write<ReviewDecided>({
    type: 'review-decided',
    subject: subjectOf(row),
    data: {
      useCase: row.useCase,
      decision: row.decision,
      kind: row.kind,
      verdict,
      reason,
      value,
      agrees,
      by,
      actions: [...actions],
      payloads: Object.fromEntries(contents.map((payload) => [payload.part, payloadRef(payload)])) as JsonObject,
    },
    payloads: contents,
    once: `review-decided:${row.decision}`,
  })
  if (written.kind === 'appended') {
    const done = { ...by, at: journal.now(), verdict, reason, agrees, logIndex: written.index }
    return { index: written.index, row: { ...row, done } }
  }
  const [first] = await log.get([written.index])
  const other = first && (eventOf(first) as ReviewDecided)
  throw decidedBy(other?.data.by.name ?? 'Somebody else', other?.time ?? 'this moment')
}

function subjectOf({ useCase }: ReviewRow): string {
  return `use-case/${useCase}`
}

function actorOf({ keyId, name }: Principal): Actor {
  return { key: keyId, name }
}
