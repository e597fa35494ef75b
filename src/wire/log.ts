// The log's proof on the wire: its tree, checkpoints, keys, witnesses, entries as they are, and receipts in bulk.

import { Type, type Static } from 'typebox'
import { Actor, DecisionId, Instant, Nullable, UseCaseName } from './common.ts'

const Root = Type.String({ description: 'Root hash, base64.' })

export const LogCheckpoint = Type.Object(
  {
    size: Type.Integer({ description: 'Entries that it covers.' }),
    root: Root,
    at: Instant,
    note: Type.String({ description: 'The signed note (C2SP), with the lines of witnesses.' }),
    cosignatures: Type.Array(Type.Object({ witness: Type.String(), at: Instant })),
  },
  { $id: 'LogCheckpoint' },
)
export type LogCheckpoint = Static<typeof LogCheckpoint>

export const LogKey = Type.Object(
  {
    id: Type.String({ description: 'Id of the key in signed notes, 8 hex digits.' }),
    vkey: Type.String({ description: 'Verifier key (C2SP signed note).' }),
    since: Instant,
    until: Nullable(Instant),
  },
  { $id: 'LogKey' },
)
export type LogKey = Static<typeof LogKey>

export const LogWitness = Type.Object(
  {
    name: Type.String(),
    vkey: Type.String(),
    url: Type.String(),
    state: Type.Enum(['ok', 'behind', 'away', 'refused', 'waiting'], {
      description: 'refused: it saw another tree than ours, or does not know this log; waiting: it was not asked yet.',
    }),
    size: Nullable(Type.Integer({ description: 'Of the newest checkpoint that it cosigned.' })),
    at: Nullable(Instant),
    detail: Nullable(Type.String()),
  },
  { $id: 'LogWitness' },
)
export type LogWitness = Static<typeof LogWitness>

/** `GET /api/v1/log`: what `airworthy log status` prints and the Log page shows. */
export const LogState = Type.Object(
  {
    origin: Type.String(),
    vkey: Type.String({ description: 'The verifier key in force: what an outsider configures.' }),
    size: Type.Integer({ description: 'Of the newest checkpoint.' }),
    root: Root,
    checkpoint: LogCheckpoint,
    head: Type.Integer({ description: 'Entries that are durable; those from `size` on are not in a checkpoint yet.' }),
    view: Type.Object({ position: Type.Integer(), behind: Type.Integer() }),
    keys: Type.Array(LogKey),
    tree: Type.Object({
      state: Type.Enum(['growing', 'stopped']),
      behind: Type.Integer(),
      detail: Nullable(Type.String()),
    }),
    witnessed: Nullable(
      Type.Object(
        { size: Type.Integer(), root: Root, at: Instant },
        { description: 'The newest checkpoint that the policy counts as witnessed.' },
      ),
    ),
    witnesses: Type.Array(LogWitness),
    quorum: Nullable(Type.Object({ required: Type.String(), met: Type.Boolean() })),
    erasures: Type.Integer(),
    holds: Type.Integer({ description: 'Legal holds in force.' }),
  },
  { $id: 'LogState' },
)
export type LogState = Static<typeof LogState>

/** Query of `GET /api/v1/log/checkpoints`. */
export const CheckpointListQuery = Type.Object(
  {
    before: Type.Optional(Type.Integer({ minimum: 0, description: 'Only checkpoints of fewer entries.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  { additionalProperties: false },
)
export type CheckpointListQuery = Static<typeof CheckpointListQuery>

/** Newest first. `next` goes into `before` to read on; null at the end. */
export const CheckpointPage = Type.Object(
  { items: Type.Array(LogCheckpoint), next: Nullable(Type.Integer()) },
  { $id: 'CheckpointPage' },
)
export type CheckpointPage = Static<typeof CheckpointPage>

/** Query of `GET /api/v1/log/entries`. */
export const EntryListQuery = Type.Object(
  {
    from: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  },
  { additionalProperties: false },
)
export type EntryListQuery = Static<typeof EntryListQuery>

export const LogEntry = Type.Object(
  {
    index: Type.Integer(),
    leaf: Type.String({ description: 'Leaf hash of the entry’s own bytes, hex.' }),
    entry: Type.Record(Type.String(), Type.Unknown(), { description: 'The CloudEvent.' }),
  },
  { $id: 'LogEntry' },
)
export type LogEntry = Static<typeof LogEntry>

/** `next` goes into `from` to read on; null at the head. */
export const EntryPage = Type.Object(
  { items: Type.Array(LogEntry), next: Nullable(Type.Integer()) },
  { $id: 'LogEntryPage' },
)
export type EntryPage = Static<typeof EntryPage>

/** A line of `GET /api/v1/log/readings`, newest first: who read entries or receipts. */
export const LogReading = Type.Object(
  {
    at: Instant,
    by: Actor,
    via: Type.Enum(['entries', 'export', 'receipts'], {
      description: 'entries: pages of them; export: all of them, for a copy; receipts: those of many decisions.',
    }),
    from: Type.Integer({ description: 'Index of the first entry.' }),
    to: Type.Integer({ description: 'Index after the last entry.' }),
    log: Type.Object({ index: Type.Integer() }),
  },
  { $id: 'LogReading' },
)
export type LogReading = Static<typeof LogReading>

/** Answer of `POST /api/v1/log/rotate-key`. */
export const RotatedKey = Type.Object(
  {
    vkey: Type.String({ description: 'The verifier key in force from now on.' }),
    log: Type.Object({ index: Type.Integer({ description: 'Of the entry that announces it.' }) }),
  },
  { $id: 'RotatedKey' },
)
export type RotatedKey = Static<typeof RotatedKey>

/** Query of `GET /api/v1/receipts`. */
export const ReceiptListQuery = Type.Object(
  {
    useCase: Type.Optional(UseCaseName),
    from: Type.Optional(Type.String({ format: 'date-time', description: 'RFC 3339; included.' })),
    to: Type.Optional(Type.String({ format: 'date-time', description: 'RFC 3339; not included.' })),
  },
  { additionalProperties: false },
)
export type ReceiptListQuery = Static<typeof ReceiptListQuery>

/** A line of `GET /api/v1/receipts` (NDJSON). All of one answer are under the same checkpoint. */
export const ReceiptLine = Type.Object(
  {
    id: DecisionId,
    index: Type.Integer(),
    receipt: Type.String({ description: 'c2sp.org/tlog-proof@v1; `extra` carries the entry’s own bytes.' }),
  },
  { $id: 'ReceiptLine' },
)
export type ReceiptLine = Static<typeof ReceiptLine>
