// Copies a log as static files (c2sp.org/tlog-tiles): a checkpoint, and exactly the tiles and bundles of its size.
//
//   from the top down  the right edge must give the checkpoint's root, every full tile its hash in the one above it, every
//                      entry its leaf hash: nothing stays that does not belong to the checkpoint
//   checkpoint last    in one move; until then the folder is the copy that it was before
//   earlier ones       kept beside it as `checkpoints/<size>` (report-checkpoints.ts)
//   a copy before      must be the beginning of the new one, else the log was rolled back or forked since

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { hashBytes, leafHash } from '#core/kernel/merkle-hash.ts'
import type { Checkpoint } from '#core/tlog/checkpoint.ts'
import { foldPerfect } from '#core/tlog/fold-hashes.ts'
import { GrowingTree, type Tile } from '#core/tlog/growing-tree.ts'
import { decodeBundle, edgeOf, entriesPath, tilePath, tilesOf, tileWidth, type TileAt } from '#core/tlog/tile.ts'
import type { Client } from './client.ts'
import { createCopyFolder, type CopyFolder } from './copy-folder.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { readCheckpoint } from './read-checkpoint.ts'
import { keepCheckpoint, keepRotations } from './report-checkpoints.ts'

export type CopyOptions = {
  readonly client: Client
  readonly dir: string
  readonly onProgress: (done: number, of: number) => void
}

export type CopiedLog = {
  readonly out: string
  readonly origin: string
  readonly size: number
  readonly root: string
  readonly files: number
  readonly fetched: number
}

/** Errors: CliError, with doesNotHold where the log is not what its checkpoint or the copy before it says. */
export async function copyLog(options: CopyOptions): Promise<CopiedLog> {
  const { client, dir } = options
  if (existsSync(join(dir, 'log.sqlite'))) throw notForCopies(dir)
  const folder = createCopyFolder(dir)
  const kept = await folder.read('checkpoint')
  const before = kept && readCheckpoint(kept, `The checkpoint in ${dir}`)
  const copy = new LogCopy(options, { folder, trusted: before?.size ?? 0 })
  const note = await copy.fetch('checkpoint')
  const checkpoint = readCheckpoint(note, 'The server’s checkpoint')
  if (before) assertSameLog(before, checkpoint, dir)
  await copy.tilesAndEntries(checkpoint)
  if (before) await copy.assertBeginsWith(before)
  await keepRotations(client, folder, checkpoint.size)
  await keepCheckpoint(folder, { size: checkpoint.size, note: note.toString('utf8') })
  await folder.write('checkpoint', note)
  if (before) await removeOutgrown(folder, before.size, checkpoint.size)
  const { origin, size, root } = checkpoint
  const { files, fetched } = copy
  return { out: dir, origin, size, root: Buffer.from(root).toString('base64'), files, fetched }
}

type Copying = {
  readonly folder: CopyFolder
  /** Entries below it were checked when they were copied. */
  readonly trusted: number
}

class LogCopy {
  files = 0
  fetched = 0
  #done = 0
  readonly #options: CopyOptions
  readonly #copying: Copying
  /** Those of level 1 and up, which say what belongs below them. */
  readonly #above = new Map<string, Uint8Array>()

  constructor(options: CopyOptions, copying: Copying) {
    this.#options = options
    this.#copying = copying
  }

  async tilesAndEntries({ size, root }: Checkpoint): Promise<void> {
    const tiles = [...tilesOf(size)]
    this.files = tiles.length + tiles.filter(({ level }) => level === 0).length
    const isThere = isEqual((await this.#edgeRoot(size, { anew: false })) ?? none, root)
    if (!isThere && !isEqual((await this.#edgeRoot(size, { anew: true })) ?? none, root))
      throw broken('The tiles do not give the checkpoint’s root.')
    const top = Math.max(0, ...tiles.map(({ level }) => level))
    for (let level = top; level >= 0; level--) {
      const here = tiles.filter((at) => at.level === level)
      await inParallel(here, (at) => (level === 0 ? this.#leaves(at) : this.#inner(at)))
    }
  }

  /** Errors: doesNotHold. */
  async assertBeginsWith({ size, root }: Checkpoint): Promise<void> {
    const edge: Tile[] = []
    for (const at of edgeOf(size)) {
      const hashes = this.#above.get(`${at.level}/${at.n}`) ?? (await this.#copying.folder.widestTile(at))
      if (hashes) edge.push({ ...at, hashes })
    }
    const tree = GrowingTree.resume(size, edge)
    if (tree && isEqual(tree.root(), root)) return
    throw broken(`The first ${size} entries of the server’s log are not those of the copy: it was forked since.`)
  }

  async fetch(path: string): Promise<Buffer> {
    return buffer(await this.#options.client.stream({ method: 'GET', path: `/log/${path}` }))
  }

  async #edgeRoot(size: number, how: { readonly anew: boolean }): Promise<Uint8Array | undefined> {
    const edge: Tile[] = []
    for (const at of edgeOf(size)) edge.push({ ...at, hashes: await this.#tile(at, how) })
    return GrowingTree.resume(size, edge)?.root()
  }

  async #inner(at: TileAt): Promise<void> {
    const hashes = await this.#checked(at)
    this.#above.set(`${at.level}/${at.n}`, hashes)
    this.#progress()
  }

  async #leaves(at: TileAt): Promise<void> {
    const leaves = await this.#checked(at)
    this.#progress()
    const { folder, trusted } = this.#copying
    const path = entriesPath(at)
    const kept = await folder.read(path)
    const isTrusted = kept !== undefined && at.n * tileWidth + at.width <= trusted
    if (!isTrusted && !(kept && holds(kept, leaves))) {
      const bundle = await this.fetch(path)
      if (!holds(bundle, leaves)) throw broken(`${path} does not hold the entries that ${tilePath(at)} names.`)
      await folder.write(path, bundle)
      this.fetched++
    }
    this.#progress()
  }

  /** A full tile must be the one that the tile above it names; those of the right edge have been checked by the root. */
  async #checked(at: TileAt): Promise<Uint8Array> {
    const kept = await this.#tile(at, { anew: false })
    if (at.width < tileWidth) return kept
    const above = this.#above.get(`${at.level + 1}/${Math.floor(at.n / tileWidth)}`)
    const start = (at.n % tileWidth) * hashBytes
    const isNamed = (hashes: Uint8Array) =>
      above !== undefined && isEqual(foldPerfect(hashes, 0, tileWidth), above.subarray(start, start + hashBytes))
    if (isNamed(kept)) return kept
    const fetched = await this.#tile(at, { anew: true })
    if (isNamed(fetched)) return fetched
    throw broken(`${tilePath(at)} is not the tile that the one above it names.`)
  }

  /** As it is there unless it is wanted anew, else fetched. */
  async #tile(at: TileAt, { anew }: { readonly anew: boolean }): Promise<Uint8Array> {
    const path = tilePath(at)
    const { folder } = this.#copying
    const kept = anew ? undefined : await folder.read(path)
    if (kept?.length === at.width * hashBytes) return kept
    const hashes = await this.fetch(path)
    if (hashes.length !== at.width * hashBytes) throw broken(`${path} has ${hashes.length} bytes.`)
    await folder.write(path, hashes)
    this.fetched++
    return hashes
  }

  #progress(): void {
    this.#options.onProgress(++this.#done, this.files)
  }
}

const none = new Uint8Array(0)

function holds(bundle: Uint8Array, leaves: Uint8Array): boolean {
  const entries = decodeBundle(bundle)
  if (entries?.length !== leaves.length / hashBytes) return false
  return entries.every((entry, at) => isEqual(leafHash(entry), leaves.subarray(at * hashBytes, (at + 1) * hashBytes)))
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

function assertSameLog(before: Checkpoint, now: Checkpoint, dir: string): void {
  if (before.origin !== now.origin) {
    throw new CliError(
      exitCodes.wrongUse,
      `${dir} holds a copy of ${before.origin}; the server’s log is ${now.origin}.`,
      {
        hint: 'Give each log a folder of its own.',
      },
    )
  }
  if (now.size < before.size)
    throw broken(`The server’s log has ${now.size} entries, the copy ${before.size}: it was rolled back since.`)
}

/** Partial tiles and bundles that only the copy before needed. */
async function removeOutgrown(folder: CopyFolder, before: number, now: number): Promise<void> {
  const needed = new Set(Array.from(edgeOf(now), tilePath))
  for (const at of edgeOf(before)) {
    if (needed.has(tilePath(at))) continue
    await folder.remove(tilePath(at))
    if (at.level === 0) await folder.remove(entriesPath(at))
  }
}

const atOnce = 8

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  async function lane(): Promise<void> {
    while (next < items.length) await work(items[next++] as T)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

function notForCopies(dir: string): CliError {
  return new CliError(
    exitCodes.wrongUse,
    `${dir} is the data folder of a server, which a copy of a log must not mix with.`,
    {
      hint: 'Give the copy a folder of its own: --out.',
    },
  )
}

function broken(message: string): CliError {
  return new CliError(exitCodes.doesNotHold, message, {
    hint: 'Keep the copy: it is evidence. airworthy verify says more about either.',
  })
}
