// `/log/…`: the log as any tlog client reads it (c2sp.org/tlog-tiles). Checkpoint and tiles of hashes are for everybody:
// the hash of an entry tells nothing of it. Bundles of entries need a key that may read all use cases, unless the log is
// a public one.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { assertAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { hashBytes } from '#core/kernel/merkle-hash.ts'
import { encodeBundle, parseTilePath, tileWidth } from '#core/tlog/tile.ts'
import type { LogReaders } from '#engine/log-readers.ts'
import type { Log } from '#log/log.ts'
import type { LogTree } from '#log/tree.ts'
import { Problem } from '#wire/common.ts'
import { authenticate, type FindPrincipal } from './authentication.ts'

export type TileRouteParts = {
  readonly log: Pick<Log, 'read'>
  readonly tree: Pick<LogTree, 'latest' | 'tile'>
  readonly readers: LogReaders
  readonly findPrincipal: FindPrincipal
  /** Entries are for everybody, too. */
  readonly isPublic: boolean
}

const immutable = 'max-age=31536000, immutable'

export function registerTileRoutes(app: FastifyInstance, parts: TileRouteParts): void {
  const { tree, isPublic } = parts

  app.get('/log/checkpoint', { schema: checkpointSchema }, (_request, reply) =>
    reply.type('text/plain; charset=utf-8').header('cache-control', 'public, max-age=1').send(tree.latest().note),
  )

  app.get('/log/tile/*', { schema: tileSchema }, async (request, reply) => {
    const path = `tile/${(request.params as { '*': string })['*']}`
    const at = parseTilePath(path)
    if (!at) throw noTile(path, 'That is no path of a tile.')
    const { n, width } = at
    const level = at.kind === 'hashes' ? at.level : 0
    if (width > widthAt(tree.latest().size, level, n)) throw noTile(path, 'The newest checkpoint does not reach it.')
    if (at.kind === 'entries') {
      const scope = isPublic ? 'public' : 'private'
      return send(reply, await bundle(parts, request, { from: n * tileWidth, width }), scope)
    }
    const hashes = await tree.tile(level, n)
    if (!hashes) throw noTile(path, 'The tree has no such tile.')
    // Buffer, because Fastify sends one as it is.
    return send(reply, Buffer.from(hashes.buffer, hashes.byteOffset, width * hashBytes), 'public')
  })
}

/** Hashes that the tile has in a tree of `size`: what is asked for must be a prefix of them. */
function widthAt(size: number, level: number, n: number): number {
  return Math.max(0, Math.min(tileWidth, Math.floor(size / tileWidth ** level) - n * tileWidth))
}

/** The bundle's bytes; whose key it was is recorded first. */
async function bundle(
  { log, readers, findPrincipal, isPublic }: TileRouteParts,
  request: FastifyRequest,
  { from, width }: { readonly from: number; readonly width: number },
): Promise<Buffer> {
  if (!isPublic) {
    const principal = authenticate(request, findPrincipal)
    assertAllowed(principal, 'read')
    const by = { key: principal.keyId, name: principal.name }
    await readers.record({ by, via: 'export', from, to: from + width })
  }
  const records = await log.read(from, width)
  const bytes = encodeBundle(records.map(({ entry }) => entry))
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

function send(reply: FastifyReply, bytes: Buffer, scope: 'public' | 'private'): FastifyReply {
  return reply.type('application/octet-stream').header('cache-control', `${scope}, ${immutable}`).send(bytes)
}

function noTile(path: string, why: string): PlatformError {
  return new PlatformError('not_found', `There is nothing at /log/${path.slice(0, 80)}. ${why}`, {
    hint: 'Ask for the tiles of the size that /log/checkpoint says: c2sp.org/tlog-tiles.',
  })
}

const tags = ['log']

const checkpointSchema = {
  operationId: 'readCheckpoint',
  summary: 'The newest checkpoint: a signed note (c2sp.org/tlog-checkpoint)',
  tags,
  security: [],
  produces: ['text/plain'],
}

const tileSchema = {
  operationId: 'readTile',
  summary: 'A tile of hashes, or a bundle of entries (c2sp.org/tlog-tiles)',
  description:
    '`<L>/<N>[.p/<W>]` needs no key; `entries/<N>[.p/<W>]` needs one that may read all use cases, unless the log is public.',
  tags,
  params: Type.Object({ '*': Type.String() }),
  produces: ['application/octet-stream'],
  response: { 401: Problem, 403: Problem, 404: Problem },
}
