// The folder of what is copied from a log: files that are whole or not there, so that a copy that broke off can go on.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { tilePath, tileWidth, type TileAt } from '#core/tlog/tile.ts'
import { CliError, exitCodes } from './exit-codes.ts'

export type CopyFolder = {
  /** Undefined when there is none. Errors: CliError. */
  read(path: string): Promise<Buffer | undefined>
  write(path: string, bytes: Uint8Array): Promise<void>
  remove(path: string): Promise<void>
  /** The tile in whichever width it is there: any at least as wide as asked for. */
  widestTile(at: TileAt): Promise<Buffer | undefined>
}

export function createCopyFolder(dir: string): CopyFolder {
  async function read(path: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(dir, path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw unusable(dir, error)
    }
  }

  return {
    read,
    async write(path, bytes) {
      const file = join(dir, path)
      try {
        await mkdir(dirname(file), { recursive: true })
        await writeFile(`${file}.new`, bytes)
        await rename(`${file}.new`, file)
      } catch (error) {
        throw unusable(dir, error)
      }
    },
    remove: (path) => rm(join(dir, path), { force: true }),
    async widestTile(at) {
      const full = tilePath({ ...at, width: tileWidth })
      const widths = await readdir(join(dir, `${full}.p`)).catch(() => [])
      const wide = widths.map(Number).filter((width) => width >= at.width)
      return (await read(full)) ?? (wide.length > 0 ? read(`${full}.p/${Math.max(...wide)}`) : undefined)
    },
  }
}

function unusable(dir: string, cause: unknown): CliError {
  return new CliError(exitCodes.couldNotBeDone, `The folder ${dir} cannot be used: ${(cause as Error).message}.`, {
    hint: 'Choose a folder this user may write to: --out.',
    cause,
  })
}
