// `/api/v1/log`: the log's state, checkpoints, entries as they are, and its key. Who reads entries is recorded.

import type { FastifyInstance } from 'fastify'
import { assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import { leafHash } from '#core/kernel/merkle-hash.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { LogKeys } from '#engine/log-keys.ts'
import type { LogReaders } from '#engine/log-readers.ts'
import type { Log, LogRecord } from '#log/log.ts'
import type { KeptCheckpoint, LogTree } from '#log/tree.ts'
import { Problem } from '#wire/common.ts'
import {
  CheckpointListQuery,
  CheckpointPage,
  EntryListQuery,
  EntryPage,
  LogState,
  RotatedKey,
  type LogCheckpoint,
  type LogEntry,
} from '#wire/log.ts'

/** What witnesses say; the parts of the log's state that they make. */
export type WitnessState = Pick<LogState, 'witnessed' | 'witnesses' | 'quorum'>

export type LogRouteParts = {
  readonly log: Pick<Log, 'head' | 'read'>
  readonly tree: LogTree
  readonly view: { position(): number }
  readonly keys: LogKeys
  readonly readers: LogReaders
  readonly witnesses: () => WitnessState
  /** Erasures that are on the log, and legal holds in force. */
  readonly contents: () => Promise<Pick<LogState, 'erasures' | 'holds'>>
}

export function registerLogRoutes(app: FastifyInstance, parts: LogRouteParts): void {
  const { log, tree, keys, readers } = parts

  app.get('/api/v1/log', { schema: stateSchema }, async ({ principal }): Promise<LogState> => {
    assertReads(principal)
    return stateOf(parts)
  })

  app.get('/api/v1/log/checkpoints', { schema: checkpointsSchema }, async (request): Promise<CheckpointPage> => {
    assertReads(request.principal)
    const { before, limit = 50 } = request.query as CheckpointListQuery
    const found = await tree.history({ ...(before === undefined ? {} : { before }), limit: limit + 1 })
    const items = found.slice(0, limit)
    const next = found.length > limit ? (items.at(-1)?.size ?? null) : null
    return { items: items.map(checkpointOf), next }
  })

  app.get('/api/v1/log/entries', { schema: entriesSchema }, async (request): Promise<EntryPage> => {
    const { principal } = request
    assertAllowed(principal, 'read-log')
    const { from = 0, limit = 100 } = request.query as EntryListQuery
    // As the log is now: what recording this adds would be new at every look.
    const head = log.head()
    const to = Math.min(from + limit, head)
    const by = { key: principal.keyId, name: principal.name }
    await readers.record({ by, via: 'entries', from, to })
    const records = to > from ? await log.read(from, to - from) : []
    return { items: records.map(entryOf), next: to < head ? to : null }
  })

  app.post('/api/v1/log/rotate-key', { schema: rotateSchema }, async ({ principal }): Promise<RotatedKey> => {
    assertAllowed(principal, 'operate')
    const { vkey, index } = await keys.rotate({ key: principal.keyId, name: principal.name })
    return { vkey, log: { index } }
  })
}

async function stateOf({ log, tree, view, witnesses, contents }: LogRouteParts): Promise<LogState> {
  const [keys, counted] = await Promise.all([tree.keys(), contents()])
  const checkpoint = checkpointOf(tree.latest())
  const head = log.head()
  const position = Math.min(view.position(), head)
  return {
    origin: tree.origin,
    vkey: tree.vkey(),
    size: checkpoint.size,
    root: checkpoint.root,
    checkpoint,
    head,
    view: { position, behind: head - position },
    keys: keys.map((key) => ({ ...key })),
    tree: { ...tree.health() },
    ...witnesses(),
    ...counted,
  }
}

function checkpointOf({ size, root, at, note, cosignatures }: KeptCheckpoint): LogCheckpoint {
  return { size, root, at, note, cosignatures: cosignatures.map(({ witness, at }) => ({ witness, at })) }
}

function entryOf({ index, entry }: LogRecord): LogEntry {
  const text = Buffer.from(entry.buffer, entry.byteOffset, entry.length).toString('utf8')
  const leaf = Buffer.from(leafHash(entry)).toString('hex')
  return { index, leaf, entry: JSON.parse(text) as LogEntry['entry'] }
}

/** Errors: forbidden for a key that may read nothing. */
function assertReads(principal: Principal): void {
  if (useCasesAllowed(principal, 'read').length === 0) assertAllowed(principal, 'read')
}

const tags = ['log']

const stateSchema = {
  operationId: 'readLog',
  summary: 'The log: its newest checkpoint, its keys, its witnesses, and how far the tree and the view are',
  tags,
  response: { 200: LogState, 403: Problem, 503: Problem },
}

const checkpointsSchema = {
  operationId: 'listCheckpoints',
  summary: 'Checkpoints, newest first',
  tags,
  querystring: CheckpointListQuery,
  response: { 200: CheckpointPage, 400: Problem, 403: Problem, 503: Problem },
}

const entriesSchema = {
  operationId: 'listLogEntries',
  summary: 'Entries as they are on the log, with their leaf hashes',
  description: 'That entries were read is recorded on the log: once for each key and ten minutes.',
  tags,
  querystring: EntryListQuery,
  response: { 200: EntryPage, 400: Problem, 403: Problem, 503: Problem },
}

const rotateSchema = {
  operationId: 'rotateLogKey',
  summary: 'Sign checkpoints with a new key; the old one stays checkable',
  tags,
  response: { 200: RotatedKey, 403: Problem, 503: Problem },
}
