// Earlier checkpoints that a copy of a log keeps beside the newest, as `checkpoints/<size>`: each that was the newest when a
// copy was taken, and of every rotation of the key the last that the retired key signed along with the new one. Without
// that one nobody who has only the older key can follow to the newer.

import { parseNote } from '#core/tlog/note.ts'
import type { CheckpointPage, LogState } from '#wire/log.ts'
import type { Client } from './client.ts'
import type { CopyFolder } from './copy-folder.ts'

type Kept = { readonly size: number; readonly note: string }

/** `upTo`: size of the checkpoint that was copied. */
export async function keepRotations(client: Client, folder: CopyFolder, upTo: number): Promise<void> {
  const { keys } = (await client.request('GET', '/api/v1/log')).body as LogState
  const ids = keys.map(({ id }) => id)
  for (const at of ids.slice(0, -1).keys()) {
    const last = await lastSignedBy(client, new Set(ids.slice(0, at + 1)), upTo)
    if (last) await keepCheckpoint(folder, last)
  }
}

export async function keepCheckpoint(folder: CopyFolder, { size, note }: Kept): Promise<void> {
  await folder.write(`checkpoints/${size}`, Buffer.from(note))
}

/** `ids`: a key and all before it. They sign up to some checkpoint and never again: it is found by halving. */
async function lastSignedBy(client: Client, ids: ReadonlySet<string>, upTo: number): Promise<Kept | undefined> {
  const isSigned = (one: Kept | undefined) => !one || parseNote(one.note).signatures.some(({ id }) => ids.has(id))
  let [signed, later] = [0, upTo + 1]
  while (later - signed > 1) {
    const middle = Math.floor((signed + later) / 2)
    const newest = await newestUpTo(client, middle)
    if (isSigned(newest)) signed = middle
    else later = newest?.size ?? middle
  }
  return newestUpTo(client, signed)
}

async function newestUpTo(client: Client, size: number): Promise<Kept | undefined> {
  const path = `/api/v1/log/checkpoints?limit=1&before=${size + 1}`
  return ((await client.request('GET', path)).body as CheckpointPage).items[0]
}
