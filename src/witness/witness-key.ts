// A witness's private key, in a file that only its owner can read. It is made at the first start and never changes: whoever
// trusts the witness trusts this key.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { PlatformError } from '#core/kernel/errors.ts'
import { createCosigner } from '#core/tlog/cosignature.ts'
import { generateKey, type Signer } from '#core/tlog/note.ts'
import { readPrivateFile, writePrivateFile } from '#log/whole-file.ts'

/** `name` is for a key that is made now; one that is there keeps its own. Errors: data_dir_invalid, configuration_invalid. */
export function openWitnessKey(dir: string, name: string | undefined): Signer {
  const file = join(dir, 'witness-key')
  const kept = readKey(file) ?? makeKey(file, name ?? `airworthy-witness/${randomBytes(8).toString('hex')}`)
  if (name === undefined || name === kept.name) return kept
  throw new PlatformError('configuration_invalid', `The key in ${file} is of ${kept.name}, not of ${name}.`, {
    hint: 'A name belongs to its key. Leave --name out, or start another witness in a folder of its own.',
  })
}

function readKey(file: string): Signer | undefined {
  try {
    const text = readPrivateFile(file)
    return text === undefined ? undefined : createCosigner(text.trim())
  } catch (error) {
    throw new PlatformError('data_dir_invalid', `The key ${file} cannot be used: ${(error as Error).message}`, {
      cause: error,
      hint: 'Put the right file back. If it is lost, start another witness in a folder of its own.',
    })
  }
}

function makeKey(file: string, name: string): Signer {
  const skey = newKey(name)
  writePrivateFile(file, `${skey}\n`)
  return createCosigner(skey)
}

function newKey(name: string): string {
  try {
    return generateKey(name, randomBytes(32)).skey
  } catch (cause) {
    throw new PlatformError('configuration_invalid', (cause as Error).message, {
      cause,
      hint: 'Give --name one like witness.example.org/one.',
    })
  }
}
