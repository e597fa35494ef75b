// The system on the wire: the log's head, how far the view is, health, and the live stream.

import { Type, type Static } from 'typebox'
import { DecisionId, Instant, Nullable, UseCaseName } from './common.ts'

export const LogHead = Type.Object(
  {
    origin: Type.String(),
    size: Type.Integer({ description: 'Entries that are durable.' }),
    view: Type.Object({ position: Type.Integer(), behind: Type.Integer() }),
  },
  { $id: 'LogHead' },
)
export type LogHead = Static<typeof LogHead>

/** `GET /api/v1/status`: what `airworthy status` prints and the UI's header shows. */
export const Status = Type.Object(
  {
    version: Type.String(),
    startedAt: Instant,
    log: LogHead,
    view: Type.Object({
      database: Type.Enum(['embedded', 'postgresql']),
      ok: Type.Boolean(),
      detail: Nullable(Type.String()),
    }),
    useCases: Type.Integer(),
    openReviews: Type.Integer(),
    queuedActions: Type.Integer(),
    deadActions: Type.Integer(),
  },
  { $id: 'Status' },
)
export type Status = Static<typeof Status>

/** `contents`: something was erased, so contents that are shown may be gone; everybody is told, also of a person’s erasure. */
export const changeTopics = [
  'decisions',
  'reviews',
  'actions',
  'outcomes',
  'use-cases',
  'keys',
  'contents',
  'assessments',
  'erasures',
  'holds',
  'readings',
] as const

/**
 * A message of `GET /api/v1/events` (server-sent events, event name `change`): something was projected. Under load
 * several changes come as one message; it says what to look at again, not what it now is.
 */
export const ChangeMessage = Type.Object(
  {
    position: Type.Integer(),
    at: Instant,
    useCases: Type.Array(UseCaseName),
    decisions: Type.Array(DecisionId, { maxItems: 100 }),
    topics: Type.Array(Type.Enum(changeTopics)),
  },
  { $id: 'ChangeMessage' },
)
export type ChangeMessage = Static<typeof ChangeMessage>
