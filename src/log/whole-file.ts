// Small files that must be whole or as they were: written beside, made durable, then put in place.

import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const ownerOnly = 0o600

/** Undefined when there is none; one that others may read is closed to them. */
export function readPrivateFile(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    chmodSync(file, ownerOnly)
    return text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Durable when it returns; readable by its owner only. */
export function writePrivateFile(file: string, text: string): void {
  writeWhole(file, text, ownerOnly)
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** The file is the new text or the old one at every moment. */
export function writeWhole(file: string, text: string, mode = 0o644): void {
  const beside = `${file}.new`
  const handle = openSync(beside, 'w', mode)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(beside, file)
}
