// The keys that sign a log's checkpoints: the private one where its store keeps secrets (a file, a table of its own), the
// public ones in a table beside the tree.
//
//   made      at first start; named after the log
//   rotated   the new one is kept first, then it is in the table; the one before it stays kept, as the second line, and signs
//             along until a checkpoint covers the entry that announces the new one
//   lost      a new one is made, and the log will say so; checkpoints signed before stay checkable by the table

import { randomBytes } from 'node:crypto'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { createEd25519Signer, generateKey, type Signer } from '#core/tlog/note.ts'
import type { GrowerKeys } from './tree-grower.ts'
import type { LogKey } from './tree.ts'

export type KeyTable = {
  /** Oldest first. */
  all(): Promise<readonly LogKey[]>
  /** Adds a key and retires the one in force, in one transaction. */
  add(key: { readonly id: string; readonly vkey: string; readonly since: string }): Promise<void>
}

/** Where the private key is kept: one text, a line for each key. Errors are the store's own. */
export type KeySafe = {
  /** Names it in messages: `the file …/log-key`. */
  readonly name: string
  /** Undefined when there is none. */
  read(): Promise<string | undefined>
  /** Durable, and whole or not at all. */
  write(text: string): Promise<void>
}

export type TreeKeysParts = {
  readonly safe: KeySafe
  readonly origin: string
  readonly table: KeyTable
  readonly clock: () => Instant
}

export type TreeKeys = GrowerKeys & {
  /** What an operator should know, in a sentence. */
  readonly warning: string | undefined
  /** Errors: data_dir_invalid when it cannot be kept. */
  rotate(): Promise<void>
}

/** Errors: data_dir_invalid for what is no key of this log. */
export async function openTreeKeys(parts: TreeKeysParts): Promise<TreeKeys> {
  const known = await parts.table.all()
  const kept = await readKeys(parts)
  const keys = kept.length > 0 ? kept : [await makeKey(parts, [])]
  const [current] = keys
  const same = known.find(({ vkey }) => vkey === current?.signer.vkey)
  if (same && same.until !== null) throw unusable(parts.safe, `holds the key ${same.id}, which was retired`)
  const isLost = kept.length === 0 && known.length > 0
  const opened = new Keys(parts, { keys, vkeys: known.map(({ vkey }) => vkey), isLost })
  if (!same) await opened.enter()
  return opened
}

/** A line of what is kept. */
type PrivateKey = { readonly text: string; readonly signer: Signer }
type Found = { readonly keys: readonly PrivateKey[]; readonly vkeys: readonly string[]; readonly isLost: boolean }

class Keys implements TreeKeys {
  readonly warning: string | undefined
  readonly #parts: TreeKeysParts
  #keys: readonly PrivateKey[]
  #vkeys: readonly string[]

  constructor(parts: TreeKeysParts, { keys, vkeys, isLost }: Found) {
    this.#parts = parts
    this.#keys = keys
    this.#vkeys = vkeys
    if (isLost)
      this.warning = `The private key was missing (${parts.safe.name}): checkpoints are signed with a new one from now on. Tell those who check them.`
  }

  vkeys(): readonly string[] {
    return this.#vkeys
  }

  signer(): Signer {
    return (this.#keys[0] as PrivateKey).signer
  }

  retiring(): Signer | undefined {
    return this.#keys[1]?.signer
  }

  async retired(): Promise<void> {
    const current = this.#keys.slice(0, 1)
    try {
      await this.#parts.safe.write(textOf(current))
      this.#keys = current
    } catch {
      // It signs along once more, and this is tried again.
    }
  }

  async rotate(): Promise<void> {
    const before = this.#keys.slice(0, 1)
    this.#keys = [await makeKey(this.#parts, before), ...before]
    await this.enter()
  }

  /** Puts the key in force into the table. */
  async enter(): Promise<void> {
    const { id, vkey } = this.signer()
    const { table, clock } = this.#parts
    await table.add({ id, vkey, since: formatInstant(clock()) })
    this.#vkeys = [...this.#vkeys, vkey]
  }
}

/** A key that is kept before anybody learns of it; `before` stays kept behind it. */
async function makeKey({ safe, origin }: TreeKeysParts, before: readonly PrivateKey[]): Promise<PrivateKey> {
  const { skey } = generateKey(origin, randomBytes(32))
  const made = { text: skey, signer: createEd25519Signer(skey) }
  try {
    await safe.write(textOf([made, ...before]))
  } catch (error) {
    throw unusable(safe, 'cannot be written', error)
  }
  return made
}

function textOf(keys: readonly PrivateKey[]): string {
  return keys.map(({ text }) => `${text}\n`).join('')
}

/** Empty when there is none. */
async function readKeys({ safe, origin }: TreeKeysParts): Promise<PrivateKey[]> {
  let text: string | undefined
  try {
    text = await safe.read()
  } catch (error) {
    throw unusable(safe, 'cannot be read', error)
  }
  if (text === undefined) return []
  const keys = text
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ text: line, signer: signerOf(safe, line) }))
  if (keys.length === 0 || keys.length > 2) throw unusable(safe, 'holds no key')
  for (const { signer } of keys) if (signer.name !== origin) throw unusable(safe, `holds a key of ${signer.name}`)
  return keys
}

function signerOf(safe: KeySafe, text: string): Signer {
  try {
    return createEd25519Signer(text)
  } catch (error) {
    throw unusable(safe, 'holds no key', error)
  }
}

function unusable({ name }: KeySafe, what: string, cause?: unknown): PlatformError {
  return new PlatformError('data_dir_invalid', `The log’s private key cannot be used: ${name} ${what}.`, {
    cause,
    hint: 'Put the right one back. If it is lost, take it away: the next start makes a new key, and the log says so.',
  })
}
