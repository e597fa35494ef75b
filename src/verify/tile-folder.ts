// Tiles as files: what `airworthy report log` writes, what any log's mirror keeps.

import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { NotCheckable } from './finding.ts'
import { parseCheckpoint } from './checkpoint.ts'
import type { LogSource, StoredCheckpoint } from './source.ts'
import { parseTilePath, tilePath, type TilePlace } from './tile-path.ts'
import { TileSource, type TileReader } from './tile-source.ts'
import { tileWidth } from './tree-builder.ts'

/** Errors: NotCheckable. */
export function openTileFolder(folder: string): LogSource {
  if (!existsSync(join(folder, 'checkpoint')))
    throw new NotCheckable('source', `There is no checkpoint in ${folder}.`, {
      hint: 'Name a folder with "checkpoint" and "tile", such as "airworthy report log --out" writes.',
    })
  return new TileSource(new FolderReader(folder))
}

class FolderReader implements TileReader {
  readonly name: string
  /** A copy keeps those that it met. */
  readonly hasAllCheckpoints = false
  #earlier: readonly StoredCheckpoint[] | undefined

  constructor(folder: string) {
    this.name = folder
  }

  async earlier(above: number, limit: number): Promise<readonly StoredCheckpoint[]> {
    this.#earlier ??= await this.#readCheckpoints()
    return this.#earlier.filter(({ size }) => (size ?? 0) > above).slice(0, limit)
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(join(this.name, path))
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw new NotCheckable('source', `${join(this.name, path)} cannot be read: ${(error as Error).message}.`, {
        cause: error,
      })
    }
  }

  async formsOf({ level, n }: Pick<TilePlace, 'level' | 'n'>): Promise<readonly TilePlace[]> {
    const full = { level, n, width: tileWidth }
    const partial = (await this.#list(`${tilePath(full)}.p`)).flatMap(
      (name) => parseTilePath(`${tilePath(full)}.p/${name}`) ?? [],
    )
    const isFull = existsSync(join(this.name, tilePath(full)))
    return [...(isFull ? [full] : []), ...partial.toSorted((a, b) => b.width - a.width)]
  }

  /** Down the folder of the highest number at each step. */
  async lastOf(level: TilePlace['level']): Promise<TilePlace | undefined> {
    let path = `tile/${level}`
    for (;;) {
      const names = await this.#list(path)
      const groups = names.filter((name) => /^x\d{3}$/.test(name)).toSorted()
      // A log of a thousand tiles has a group `x001`, whose numbers come after all without a group.
      const group = groups.at(-1)
      if (group === undefined) break
      path = `${path}/${group}`
    }
    const numbers = (await this.#list(path)).flatMap((name) => /^(\d{3})(?:\.p)?$/.exec(name)?.[1] ?? []).toSorted()
    const last = numbers.at(-1)
    const place = last === undefined ? undefined : parseTilePath(`${path}/${last}`)
    return place && (await this.formsOf(place))[0]
  }

  async close(): Promise<void> {}

  async #readCheckpoints(): Promise<readonly StoredCheckpoint[]> {
    const names = (await this.#list('checkpoints')).filter((name) => /^\d{1,15}$/.test(name))
    const found: StoredCheckpoint[] = []
    for (const name of names) {
      const note = Buffer.from((await this.read(`checkpoints/${name}`)) ?? []).toString('utf8')
      found.push({ name: `checkpoints/${name}`, size: Number(name), note, cosignatures: [] })
    }
    const newest = Buffer.from((await this.read('checkpoint')) ?? []).toString('utf8')
    const parsed = parseCheckpoint(newest)
    // Both are judged where the one beside it is another.
    if (!found.some(({ note }) => note === newest)) {
      const size = typeof parsed === 'object' ? parsed.size : undefined
      found.push({ name: 'checkpoint', size, note: newest, cosignatures: [] })
    }
    return found.toSorted((a, b) => (a.size ?? 0) - (b.size ?? 0))
  }

  async #list(path: string): Promise<string[]> {
    try {
      return await readdir(join(this.name, path))
    } catch (error) {
      if (isAbsent(error)) return []
      throw new NotCheckable(
        'source',
        `${join(this.name, dirname(path))} cannot be listed: ${(error as Error).message}.`,
        { cause: error },
      )
    }
  }
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}
