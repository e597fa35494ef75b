// The log on PostgreSQL: for a team's server, and for several gateway processes that append to one log.
//
// Every process has its own group commit (postgres-append-queue.ts); between processes the database gives out the indices,
// one batch after another. What others appended a process learns by NOTIFY, and by a poll where that was lost.

import type { Client } from 'pg'
import type { Log } from './log.ts'
import { createAppendQueue } from './postgres-append-queue.ts'
import { headQuery, readHead } from './postgres-batch.ts'
import { createPostgresErasing } from './postgres-erasing.ts'
import { createPostgresReads, type PostgresReads } from './postgres-reads.ts'
import { installLog } from './postgres-schema.ts'
import { cannotUse, openSession } from './postgres-session.ts'
import { openSignals, type Signals } from './postgres-signals.ts'

export type PostgresLogOptions = {
  /** `postgres://…`: a database of its own or one with the view; the log is in the schema `airworthy_log`. */
  readonly url: string
  /** Appends that may wait in this process. Beyond it `append` fails with `overloaded` at once. */
  readonly queueMax?: number
  /** See AppendQueueOptions. A caller that has waited for half a minute is better told: most have given up by then. */
  readonly doubtMsMax?: number
  /** A log that is made now gets this name; drawn where none is given. */
  readonly origin?: string
  readonly logger?: PostgresLogLogger
}

export type PostgresLogLogger = {
  warn(facts: object, message: string): void
  info(facts: object, message: string): void
}

export type PostgresLog = Log & {
  /** What processes on this database tell each other. Closed with the log. */
  readonly signals: Signals
  /** For whatever else lies beside the log. */
  readonly rows: PostgresReads['rows']
  /** Those of the entries in [from, to) that are of these types, in order. Errors: log_unavailable. */
  readTypes: PostgresReads['readTypes']
  /** Why nothing can be appended now; null when it can. */
  trouble(): string | null
}

const headChannel = 'airworthy_log'

/** Makes the tables where they are missing. Errors: log_unavailable when the server is away, configuration_invalid. */
export async function openPostgresLog(options: PostgresLogOptions): Promise<PostgresLog> {
  const { url, queueMax = 20_000, doubtMsMax = 30_000, logger } = options
  const { origin, head } = await begin(options)
  const follower = createHeadFollower(head)
  let trouble: string | null = null
  const signals = openSignals(url)
  signals.on(headChannel, (text) => follower.reached(Number(text)))
  signals.poll(async (client) => void follower.reached(await readHead(client)))
  try {
    const queue = await createAppendQueue({
      url,
      origin,
      queueMax,
      doubtMsMax,
      head: follower.head,
      onHead(reached) {
        if (follower.reached(reached)) signals.tell(headChannel, String(reached))
      },
      onAway(why) {
        trouble = why.message
        logger?.warn({ err: why }, 'The log on PostgreSQL cannot be written; nothing is decided until it can.')
      },
      onBack() {
        trouble = null
        logger?.info({ head: follower.head() }, 'The log on PostgreSQL can be written again.')
      },
    })
    const reads = createPostgresReads(url)
    const erasing = createPostgresErasing(url)
    return {
      ...reads,
      origin,
      signals,
      append: queue.append,
      erasePayloads: erasing.erase,
      head: follower.head,
      trouble: () => trouble,
      async latestHead() {
        const [row] = await reads.rows<{ head: number }>(headQuery)
        follower.reached(row?.head ?? 0)
        return follower.head()
      },
      onGrowth: (listener) => follower.onGrowth(listener),
      async close() {
        await erasing.close()
        await queue.close()
        await signals.close()
        await reads.close()
      },
    }
  } catch (error) {
    await signals.close()
    throw cannotUse(error)
  }
}

/** On a session of its own: what is wrong with the database is told at once, and not by a connection that tries again. */
async function begin({ url, origin }: PostgresLogOptions): Promise<{ readonly origin: string; readonly head: number }> {
  let client: Client | undefined
  try {
    client = await openSession(url, 'log')
    const name = await installLog(client, origin === undefined ? {} : { origin })
    return { origin: name, head: await readHead(client) }
  } catch (error) {
    throw cannotUse(error)
  } finally {
    await client?.end()
  }
}

function createHeadFollower(from: number) {
  let head = from
  const listeners = new Set<() => void>()
  return {
    head: () => head,
    /** True when that is news. */
    reached(to: number): boolean {
      if (!(to > head)) return false
      head = to
      for (const listener of listeners) listener()
      return true
    },
    onGrowth(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
