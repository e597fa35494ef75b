// The review desk: people claim, release and decide.
//
// What may be done is decided by the core from what the view says; that nobody does it twice is decided by the log.
// Claims and verdicts are appended under a `once` (`review-claimed:<id>:<n>` with n = claims so far, `review-decided:<id>`),
// so of two people who act at the same moment, also at two servers, one wins and the other is told who and until when.

import { allows, assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { isUuid } from '#core/kernel/id.ts'
import type { Principal } from '#core/kernel/principal.ts'
import { decideReview, type GivenVerdict } from '#core/review/decide-review.ts'
import type { Log } from '#log/log.ts'
import { catchUp, catchUpMsMax } from './catch-up.ts'
import type { Journal } from './journal.ts'
import type { PageOf, ReadRevision, ReviewQuery, ReviewReads, ViewPosition } from './ports.ts'
import { createCaseReader, deskItem, type DeskItem, type ReadCases, type ReviewCase } from './review-case.ts'
import { appendClaim, appendRelease, appendVerdict, type Changed, type Verdict } from './review-entries.ts'
import { noSuchReview, refuse, whyMissing } from './review-refusals.ts'

export type ReviewDeskParts = {
  readonly journal: Journal
  readonly log: Pick<Log, 'get' | 'findById' | 'latestHead'>
  readonly reviews: ReviewReads
  readonly readRevision: ReadRevision
  readonly view: ViewPosition
}

type DeskQuery = Omit<ReviewQuery, 'allowed' | 'now'>
/** `behind`: entries that the view lacked when it was read. */
export type DeskPage = PageOf<DeskItem> & { readonly behind: number }

export type ReviewDesk = {
  /** Errors: forbidden. */
  list(query: DeskQuery, principal: Principal): Promise<DeskPage>
  /** Errors: not_found (also when the key may not see it), view_behind. */
  find(decision: string, principal: Principal): Promise<DeskItem>
  /** Renews the lease of whoever holds it already. Errors: review_claimed, review_not_open, forbidden, not_found. */
  claim(decision: string, principal: Principal): Promise<DeskItem>
  /** Errors: as claim. */
  release(decision: string, principal: Principal): Promise<DeskItem>
  /** Durable when it resolves. Errors: as claim, and review_verdict_invalid with every problem. */
  decide(decision: string, verdict: GivenVerdict, principal: Principal): Promise<DeskItem>
  /** Called with the decision's id as soon as a verdict is durable. Returns how to stop. */
  onDecided(listener: (decision: string) => void): () => void
}

export function createReviewDesk(parts: ReviewDeskParts): ReviewDesk {
  const context: Context = { ...parts, readCases: createCaseReader(parts.log, parts.readRevision) }
  const listeners = new Set<(decision: string) => void>()
  return {
    list: (query, principal) => list(context, query, principal),
    find: async (id, principal) => (await open(context, id, principal)).item,

    async claim(id, principal) {
      const { found, item } = await open(context, id, principal)
      refuse(item.allowed.claim, found.row)
      const after = await reread(context, found, { changed: await appendClaim(context, found, principal), principal })
      // Somebody may have decided it just before the claim became durable; then the claim means nothing.
      if (after.holding === 'done') refuse(after.allowed.claim, after.row)
      return after
    },

    async release(id, principal) {
      const { found, item } = await open(context, id, principal)
      refuse(item.allowed.release, found.row)
      return reread(context, found, { changed: await appendRelease(context, found, principal), principal })
    },

    async decide(id, given, principal) {
      const { found, item } = await open(context, id, principal)
      refuse(item.allowed[given.verdict], found.row)
      const outcome = verdictOf(found, given)
      if (item.holding !== 'claimed-by-me') await appendClaim(context, found, principal)
      const { row } = await appendVerdict(context, found, { outcome, principal })
      for (const listener of listeners) listener(id)
      // Not from the view: the person goes on to the next one, and the caller that waits is answered already.
      return deskItem({ ...found, row, comment: outcome.comment ?? null }, principal, parts.journal.now())
    },

    onDecided(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

type Context = ReviewDeskParts & { readonly readCases: ReadCases }

async function list(
  { view, log, reviews, journal, readCases }: Context,
  query: DeskQuery,
  principal: Principal,
): Promise<DeskPage> {
  if (query.useCase !== undefined) assertAllowed(principal, 'read', query.useCase)
  const allowed = useCasesAllowed(principal, 'read')
  if (allowed.length === 0) assertAllowed(principal, 'read')
  const behind = await catchUp(view, log)
  const now = journal.now()
  const page = await reviews.list({ ...query, allowed, now })
  const cases = await readCases(page.items)
  return { ...page, items: cases.map((found) => deskItem(found, principal, now)), behind }
}

async function open(
  context: Context,
  id: string,
  principal: Principal,
): Promise<{ found: ReviewCase; item: DeskItem }> {
  const { view, log, reviews, journal, readCases } = context
  if (!isUuid(id)) throw noSuchReview(id)
  await catchUp(view, log)
  const row = await reviews.find(id)
  if (!row || !allows(principal, 'read', row.useCase)) throw await whyMissing(context, id, principal)
  const [found] = await readCases([row])
  if (!found) throw noSuchReview(id)
  return { found, item: deskItem(found, principal, journal.now()) }
}

/** The row as the view has it after the change; as the change makes it, when the view takes too long. */
async function reread(
  { view, reviews, journal }: Context,
  found: ReviewCase,
  { changed, principal }: { readonly changed: Changed; readonly principal: Principal },
): Promise<DeskItem> {
  const isThere = await view.waitFor(changed.index, catchUpMsMax)
  const row = isThere ? await reviews.find(found.row.decision) : undefined
  return deskItem({ ...found, row: row ?? changed.row }, principal, journal.now())
}

/** The verdict’s consequences, by the manifest under which the decision was asked for. */
function verdictOf({ row, decision, input, context, output, revision }: ReviewCase, given: GivenVerdict): Verdict {
  const { rules, manifest } = revision
  const outcome = decideReview({ kind: row.kind, proposal: output, value: decision.data.value }, given, {
    reasons: manifest.review?.reasons ?? [],
    checkOutput: (own) => rules.checkOutput(own),
    value: (own) => rules.value({ input, output: own, context }),
    actions: (own, value) => rules.actionsAfterReview({ input, output: own, value }),
  })
  if (outcome.kind === 'decided') return outcome
  throw new PlatformError('review_verdict_invalid', outcome.problems.map(({ message }) => message).join(' '), {
    hint: 'Correct what is listed and decide again; the review is as it was.',
    details: { problems: outcome.problems },
  })
}
