// Changing the key that signs the log: the tree makes the new one, the log says so.
//
// Whoever trusts only the old key finds the new one on the log, in an entry that a checkpoint with both signatures covers.
// A server that dies between the two leaves a key that is in force and not announced: the next start announces it.

import type { LogKeyRotated } from '#core/transparency/events.ts'
import type { Actor } from '#core/use-case/events.ts'
import { invariant } from '#core/kernel/errors.ts'
import { announcementOf } from '#log/tree-grower.ts'
import type { Log } from '#log/log.ts'
import type { LogTree } from '#log/tree.ts'
import type { Journal } from './journal.ts'
import { inTurn } from './in-turn.ts'

export type LogKeysParts = {
  readonly journal: Journal
  readonly log: Pick<Log, 'findOnce'>
  readonly tree: Pick<LogTree, 'keys' | 'rotateKey'>
}

export type LogKeys = {
  /** Resolves when the new key is in force and on the log. Errors: log_unavailable. */
  rotate(by: Actor): Promise<{ readonly vkey: string; readonly index: number }>
  /** Puts a key in force that the log does not know yet on it. */
  announce(): Promise<void>
}

const server = { key: 'system', name: 'the server' }

export function createLogKeys({ journal, log, tree }: LogKeysParts): LogKeys {
  const change = inTurn()

  async function announceNewest(by: Actor): Promise<{ vkey: string; index: number } | undefined> {
    const [current, before] = (await tree.keys()).toReversed()
    if (!current || !before) return undefined
    const { id, vkey } = current
    const known = await log.findOnce(announcementOf(id))
    if (known !== undefined) return { vkey, index: known }
    const { index } = await journal.write<LogKeyRotated>({
      type: 'log-key-rotated',
      subject: `log-key/${id}`,
      data: { id, vkey, retired: before.vkey, by },
      once: announcementOf(id),
    })
    return { vkey, index }
  }

  return {
    rotate: (by) =>
      change(async () => {
        await tree.rotateKey()
        const announced = await announceNewest(by)
        invariant(announced, 'after a rotation there are two keys')
        return announced
      }),
    announce: () => change(async () => void (await announceNewest(server))),
  }
}
