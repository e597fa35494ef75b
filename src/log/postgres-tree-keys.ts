// The keys of a log that several processes share: kept in a table, read again before every signature, changed by one process
// at a time.
//
// Why in the database and not in a file: whichever process grows the tree must be able to sign within seconds of another's
// death, also on a machine that is new. So who can read the table `secret` can sign for the log; the view's readers and those
// who verify need no right to it (docs/decisions/0012-the-log-on-postgresql.md).

import type { Client } from 'pg'
import type { Instant } from '#core/kernel/instant.ts'
import { lockNumbers, lockSpace } from './postgres-schema.ts'
import { postgresKeySafe, postgresKeyTable } from './postgres-tree-store.ts'
import type { GrowerKeys } from './tree-grower.ts'
import { openTreeKeys, type TreeKeys } from './tree-keys.ts'

export type SharedKeysParts = {
  readonly client: Client
  readonly origin: string
  readonly clock: () => Instant
  /** What an operator should know, in a sentence. */
  readonly onWarning: (warning: string) => void
}

export type SharedKeys = {
  /** As they were last read: valid within `alone`. */
  readonly current: GrowerKeys
  /** With the keys as they are kept now, made where there are none; no other process changes them until `work` has ended. */
  alone<T>(work: (keys: TreeKeys) => Promise<T>): Promise<T>
}

export function createSharedKeys({ client, origin, clock, onWarning }: SharedKeysParts): SharedKeys {
  const safe = postgresKeySafe(client)
  const table = postgresKeyTable(client)
  let known: string | undefined
  let keys: TreeKeys | undefined

  async function read(): Promise<TreeKeys> {
    const text = await safe.read()
    if (keys && text !== undefined && text === known) return keys
    keys = await openTreeKeys({ safe, origin, table, clock })
    if (keys.warning !== undefined) onWarning(keys.warning)
    known = await safe.read()
    return keys
  }

  function held(): TreeKeys {
    if (!keys) throw new Error('the keys were not read')
    return keys
  }

  return {
    current: {
      vkeys: () => held().vkeys(),
      signer: () => held().signer(),
      retiring: () => held().retiring(),
      retired: () => held().retired(),
    },
    async alone(work) {
      await client.query('select pg_advisory_lock($1, $2)', [lockSpace, lockNumbers.logKey])
      try {
        return await work(await read())
      } finally {
        // On a connection that broke it is free already.
        await client.query('select pg_advisory_unlock($1, $2)', [lockSpace, lockNumbers.logKey]).catch(() => undefined)
      }
    },
  }
}
