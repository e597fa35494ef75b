// A batch of log entries, parsed once and sorted by what they say.

import type { KeyCreated, KeyRevoked } from '#core/access/events.ts'
import type { ActionAttempted, ActionDeadLettered, ActionDelivered, ActionReplayed } from '#core/actions/events.ts'
import type { AssessmentRecorded } from '#core/assessment/events.ts'
import type { DecisionRecorded } from '#core/decision/events.ts'
import type { Event } from '#core/kernel/event.ts'
import type { OutcomeRecorded } from '#core/outcomes/events.ts'
import type {
  ErasureCompleted,
  ErasureHeldBack,
  LegalHoldPlaced,
  LegalHoldReleased,
  PayloadsErased,
} from '#core/privacy/events.ts'
import type { ReviewClaimed, ReviewDecided, ReviewReleased } from '#core/review/events.ts'
import type { LogRead } from '#core/transparency/events.ts'
import type { UseCaseApplied } from '#core/use-case/events.ts'
import type { LogRecord } from '#log/log.ts'
import { storableTime, type Entry } from './projection-rows.ts'

/** Every event that the view knows; others are skipped. */
export type ProjectedEvent =
  | UseCaseApplied
  | KeyCreated
  | KeyRevoked
  | DecisionRecorded
  | ReviewClaimed
  | ReviewReleased
  | ReviewDecided
  | ActionDelivered
  | ActionAttempted
  | ActionDeadLettered
  | ActionReplayed
  | OutcomeRecorded
  | AssessmentRecorded
  | PayloadsErased
  | ErasureHeldBack
  | ErasureCompleted
  | LegalHoldPlaced
  | LegalHoldReleased
  | LogRead

export type ProjectedType = ProjectedEvent['type']
type EventOf<Type extends ProjectedType> = Extract<ProjectedEvent, { readonly type: Type }>

/** In the order of the log within each type. */
export type ProjectionBatch = { readonly [Type in ProjectedType]: Entry<EventOf<Type>>[] }

/** What was projected, for whoever follows: `useCase` is null where the event has none. */
export type ProjectedChange = {
  readonly type: ProjectedType
  readonly useCase: string | null
  readonly decision?: string
}

export type ReadBatch = {
  readonly batch: ProjectionBatch
  readonly changes: readonly ProjectedChange[]
  /** Entries of types that this version does not know. */
  readonly unknown: number
}

/** Throws when an entry is no event: then the log is broken, or somebody else wrote on it. */
export function readBatch(records: readonly LogRecord[]): ReadBatch {
  const batch = emptyBatch()
  const changes: ProjectedChange[] = []
  let unknown = 0
  for (const { index, entry } of records) {
    const event = parseEntry(entry)
    if (!Object.hasOwn(batch, event.type)) {
      unknown++
      continue
    }
    const type = event.type as ProjectedType
    const entries: Entry[] = batch[type]
    entries.push({
      index,
      id: event.id,
      at: storableTime(event.time),
      data: event.data,
    })
    changes.push(changeOf(type, event))
  }
  return { batch, changes, unknown }
}

function parseEntry(entry: Uint8Array): Event {
  return JSON.parse(Buffer.from(entry.buffer, entry.byteOffset, entry.length).toString('utf8')) as Event
}

function emptyBatch(): ProjectionBatch {
  return {
    'use-case-applied': [],
    'key-created': [],
    'key-revoked': [],
    'decision-recorded': [],
    'review-claimed': [],
    'review-released': [],
    'review-decided': [],
    'action-delivered': [],
    'action-attempted': [],
    'action-dead-lettered': [],
    'action-replayed': [],
    'outcome-recorded': [],
    'assessment-recorded': [],
    'payloads-erased': [],
    'erasure-held-back': [],
    'erasure-completed': [],
    'legal-hold-placed': [],
    'legal-hold-released': [],
    'log-read': [],
  }
}

function changeOf(type: ProjectedType, { id, data }: Event): ProjectedChange {
  const useCase = typeof data['useCase'] === 'string' ? data['useCase'] : null
  const decision = type === 'decision-recorded' ? id : data['decision']
  return typeof decision === 'string' ? { type, useCase, decision } : { type, useCase }
}
