// What there is of a person, or of a decision: every entry with contents that belong to it.

import type { DecisionRecorded } from '#core/decision/events.ts'
import type { Erasable } from '#core/privacy/plan-erasure.ts'
import type { Log, LogRecord } from '#log/log.ts'
import { mustCatchUp, type PrivacyActParts } from './privacy-acts.ts'
import type { ContentsRow } from './privacy-ports.ts'
import { eventOf } from './read-entry.ts'

export type Target = { readonly subjectRef: string } | { readonly decision: string }

export type Found = Erasable & {
  readonly id: string | null
  readonly isReviewOpen: boolean
  readonly queuedActions: number
}

export type FindParts = Pick<PrivacyActParts, 'reads' | 'view'> & {
  readonly log: Pick<Log, 'findBySubject' | 'findById' | 'get' | 'latestHead'>
}

const pageMax = 500

/** A decision that is not there gives nothing; one that has nothing left gives itself, without indices. */
export async function findErasables(parts: FindParts, target: Target): Promise<Found[]> {
  const records =
    'decision' in target ? await ofDecision(parts.log, target.decision) : await ofSubject(parts.log, target.subjectRef)
  // Found on the log, which is ahead: what belongs to them is asked of the view once it is as far.
  await mustCatchUp(parts)
  const decisions = records.filter(({ event }) => event.type === 'decision-recorded')
  const rows = await rowsOf(
    parts,
    decisions.map(({ event }) => event.id),
  )
  const found = decisions.map(({ record, event }) => foundDecision(record, rows.get(event.id), event.data.useCase))
  const included = new Set([...decisions.map(({ record }) => record.index), ...found.flatMap(({ indices }) => indices)])
  const others = records.filter(({ record }) => !included.has(record.index))
  return [...found, ...others.map(({ record, event }) => foundOther(record, event.data.useCase ?? null))]
}

type Read = { readonly record: LogRecord; readonly event: DecisionRecorded }

async function ofDecision(log: FindParts['log'], id: string): Promise<Read[]> {
  const record = await log.findById(id)
  if (!record) return []
  const event = eventOf(record) as DecisionRecorded
  return event.type === 'decision-recorded' ? [{ record, event }] : []
}

async function ofSubject(log: FindParts['log'], subjectRef: string): Promise<Read[]> {
  const found: Read[] = []
  for (let from = 0; ;) {
    const indices = await log.findBySubject(subjectRef, { from, limit: pageMax })
    for (const record of await log.get(indices)) found.push({ record, event: eventOf(record) as DecisionRecorded })
    from = (indices.at(-1) ?? 0) + 1
    if (indices.length < pageMax) return found
  }
}

async function rowsOf({ reads }: FindParts, ids: readonly string[]): Promise<ReadonlyMap<string, ContentsRow>> {
  const rows = new Map<string, ContentsRow>()
  for (let from = 0; from < ids.length; from += pageMax) {
    for (const row of await reads.contentsOf(ids.slice(from, from + pageMax))) rows.set(row.id, row)
  }
  return rows
}

function foundDecision({ index, subjectRef }: LogRecord, row: ContentsRow | undefined, useCase: string): Found {
  const own = row?.isErased === true ? [] : [index]
  const indices = [...own, ...(row?.contents ?? [])]
  return {
    id: row?.id ?? null,
    indices,
    isDecision: indices.length > 0,
    useCase,
    subjectRef,
    isReviewOpen: row?.isReviewOpen ?? false,
    queuedActions: row?.queuedActions ?? 0,
  }
}

/** An outcome that belongs to no decision, or a hold that was released: its pseudonym goes, and its subject. */
function foundOther({ index, subjectRef }: LogRecord, useCase: string | null): Found {
  return { id: null, indices: [index], isDecision: false, useCase, subjectRef, isReviewOpen: false, queuedActions: 0 }
}
