// Looks for a text in the bytes of every file of a data folder, write-ahead logs and the view included.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The files, relative to the folder, that hold `text` in UTF-8. Files that go away meanwhile are left out. */
export function filesHolding(folder: string, text: string): string[] {
  const wanted = Buffer.from(text, 'utf8')
  return filesOf(folder).filter((file) => readIfThere(join(folder, file)).includes(wanted))
}

export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => isFile(join(folder, file)))
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    return Buffer.alloc(0)
  }
}
