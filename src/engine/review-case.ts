// A review with what a person needs to decide it: the view's row joined with the decision's entry and its contents.

import { allows } from '#core/access/permissions.ts'
import type { DecisionRecorded, InputPayload, Violation } from '#core/decision/events.ts'
import { invariant } from '#core/kernel/errors.ts'
import type { Instant } from '#core/kernel/instant.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { Principal } from '#core/kernel/principal.ts'
import { allowedActions, reviewHolding, type AllowedActions, type ReviewHolding } from '#core/review/allowed-actions.ts'
import type { JsonSchema } from '#core/use-case/manifest.ts'
import type { Log } from '#log/log.ts'
import type { ReadRevision, ReviewRow, RevisionOfUseCase } from './ports.ts'
import { eventOf, payloadOf } from './read-entry.ts'

/** Everything known of it, also what a blind reviewer must not see. */
export type ReviewCase = {
  readonly row: ReviewRow
  readonly decision: DecisionRecorded
  /** Contents of the decision are gone; a person may still decide it. */
  readonly isErased: boolean
  readonly input: JsonValue
  readonly context: JsonValue
  /** The model's answer; undefined when there was none or it was erased. */
  readonly output: JsonValue | undefined
  readonly comment: string | null
  readonly revision: RevisionOfUseCase
}

/** What a person is shown. */
export type DeskItem = {
  readonly row: ReviewRow
  readonly holding: ReviewHolding
  readonly heldByMe: boolean
  readonly routedBecause: string
  readonly isErased: boolean
  readonly input: JsonValue
  readonly context: JsonValue
  readonly proposal: JsonValue | undefined
  readonly confidence: number | null
  readonly model: { readonly name: string; readonly version: string } | null
  readonly violations: readonly Violation[]
  readonly reasons: readonly string[]
  readonly outputSchema: JsonSchema
  readonly comment: string | null
  readonly allowed: AllowedActions
}

export type ReadCases = (rows: readonly ReviewRow[]) => Promise<readonly ReviewCase[]>

/** At most 1,000 rows at once, in their order. */
export function createCaseReader(log: Pick<Log, 'get'>, readRevision: ReadRevision): ReadCases {
  return async (rows) => {
    const doneIndices = rows.flatMap((row) => row.done?.logIndex ?? [])
    const [decisions, verdicts] = await Promise.all([
      log.get(
        rows.map((row) => row.logIndex),
        { withPayloads: true },
      ),
      log.get(doneIndices, { withPayloads: true }),
    ])
    const byIndex = new Map([...decisions, ...verdicts].map((record) => [record.index, record]))
    return Promise.all(
      rows.map(async (row) => {
        const record = byIndex.get(row.logIndex)
        invariant(record, `the view names entry ${row.logIndex}, which the log does not have`)
        const decision = eventOf(record) as DecisionRecorded
        const revision = await readRevision(row.useCase, decision.data.revision)
        invariant(revision, `revision ${decision.data.revision} of ${row.useCase} cannot be read from the log`)
        const input = payloadOf(record, 'input') as InputPayload | undefined
        const verdict = row.done && byIndex.get(row.done.logIndex)
        return {
          row,
          decision,
          isErased: input === undefined,
          input: (input?.input ?? null) as JsonValue,
          context: (input?.context ?? null) as JsonValue,
          output: payloadOf(record, 'output'),
          comment: (verdict && (payloadOf(verdict, 'comment') as string | undefined)) ?? null,
          revision,
        }
      }),
    )
  }
}

/** While a blind audit is open, nothing that tells what the system did leaves this function. */
export function deskItem(found: ReviewCase, principal: Principal, now: Instant): DeskItem {
  const { row, decision, revision } = found
  const isBlind = row.kind === 'audit' && row.done === null
  const holding = reviewHolding(row, principal.keyId, now)
  return {
    row,
    holding,
    heldByMe: holding === 'claimed-by-me',
    routedBecause: isBlind ? 'audit' : decision.data.reason,
    isErased: found.isErased,
    input: found.input,
    context: found.context,
    proposal: isBlind ? undefined : found.output,
    confidence: isBlind ? null : decision.data.confidence,
    model: isBlind ? null : decision.data.model,
    violations: decision.data.violations,
    reasons: revision.manifest.review?.reasons ?? [],
    outputSchema: revision.manifest.contract.output.schema,
    comment: found.comment,
    allowed: allowedActions({
      review: row,
      holding,
      hasProposal: found.output !== undefined,
      mayReview: allows(principal, 'review', row.useCase),
      isAsker: decision.data.by.key === principal.keyId,
      isAdmin: allows(principal, 'manage-keys'),
    }),
  }
}
