// Who does what only one server may do at a time: the projection, actions, retention, the way to the witnesses.
//
//   waiting ──lock had──► doing ──connection lost, or the end──► ending ──► waiting
//
// Alone on its log a server does all of it. Where several share one, each duty is a lock in the database that belongs to a
// session: it is free the moment its server is gone, and the others ask for it every second. A server that loses its session
// stops before the database gives the lock to another, as long as both notice within the same seconds; so whoever has a duty
// must also be safe when two have it for a moment (the projection moves its position conditionally, an action's attempt is
// recorded once, a cosignature may be asked for twice).

import type { Client } from 'pg'
import { PlatformError } from '#core/kernel/errors.ts'
import { heartbeat, keepConnection, type KeptConnection } from '#log/postgres-connection.ts'
import { lockNumbers, lockSpace } from '#log/postgres-schema.ts'

export type DutyName = 'projection' | 'actions' | 'retention' | 'witnesses'

export type Duty = {
  /** It is this server's now. */
  begin(): void | Promise<void>
  /** It is not any more; resolves when nothing of it is under way. May be begun again. */
  end(): void | Promise<void>
}

export type Duties = {
  /** Resolves when it is known whether this server does it. `leave` ends that; others take over at once. */
  add(name: DutyName, duty: Duty): Promise<Leave>
  /** When every duty was left. */
  close(): Promise<void>
}
export type Leave = () => Promise<void>

type DutyLogger = { info(facts: object, message: string): void; error(facts: object, message: string): void }

/** Of the only server on a log: all of it, as long as it runs. */
export function ownDuties(): Duties {
  return {
    async add(_name, duty) {
      await duty.begin()
      return async () => duty.end()
    },
    close: async () => undefined,
  }
}

const tickMs = 1_000

/**
 * Of one of several servers. Resolves when this one is known as running.
 * Errors: log_in_use while something runs that must not meet a server; the driver's own.
 */
export async function sharedDuties(url: string, logger: DutyLogger): Promise<Duties> {
  const roster = new Roster(url, logger)
  await roster.opened
  return roster
}

type Held = {
  readonly name: DutyName
  readonly duty: Duty
  isHeld: boolean
  isAsking: boolean
  isLeft: boolean
  /** Beginnings and ends, one after the other. */
  last: Promise<void>
}

class Roster implements Duties {
  readonly opened: Promise<void>
  readonly #logger: DutyLogger
  readonly #connection: KeptConnection
  readonly #duties: Held[] = []
  #timer: NodeJS.Timeout | undefined
  #isClosing = false

  constructor(url: string, logger: DutyLogger) {
    this.#logger = logger
    const opened = Promise.withResolvers<void>()
    this.opened = opened.promise
    this.#connection = keepConnection({
      url,
      name: 'duties',
      prepare: enter,
      onOpen: (client) => {
        opened.resolve()
        void this.#tick(client)
      },
      onFailed: (why) => opened.reject(why),
      onLost: () => {
        clearTimeout(this.#timer)
        for (const held of this.#duties) void this.#end(held)
      },
    })
    this.opened.catch(() => this.#connection.close())
  }

  async add(name: DutyName, duty: Duty): Promise<Leave> {
    const held = { name, duty, isHeld: false, isAsking: false, isLeft: false, last: Promise.resolve() }
    this.#duties.push(held)
    const client = this.#connection.client()
    if (client) await this.#tryFor(client, held)
    await held.last
    return () => this.#leave(held)
  }

  async close(): Promise<void> {
    this.#isClosing = true
    clearTimeout(this.#timer)
    await this.#connection.close()
  }

  async #leave(held: Held): Promise<void> {
    this.#duties.splice(this.#duties.indexOf(held), 1)
    held.isLeft = true
    const wasHeld = held.isHeld
    await this.#end(held)
    const client = this.#connection.client()
    // On a connection that broke it is free already.
    if (client && wasHeld) await unlock(client, held.name).catch(() => undefined)
  }

  async #tick(client: Client): Promise<void> {
    try {
      await client.query(heartbeat)
    } catch {
      this.#connection.renew(client)
      return
    }
    // Not awaited: a duty that takes long to begin or to end keeps none of the others waiting.
    for (const held of this.#duties) void this.#tryFor(client, held)
    if (this.#connection.client() !== client || this.#isClosing) return
    this.#timer = setTimeout(() => void this.#tick(client), tickMs)
  }

  /** Never fails. It may be beginning when it resolves: see `last`. */
  async #tryFor(client: Client, held: Held): Promise<void> {
    if (held.isHeld || held.isAsking || this.#isClosing) return
    held.isAsking = true
    try {
      await held.last
      const lock = [lockSpace, lockNumbers[held.name]]
      const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as had', lock)
      if (!(rows[0] as { had: boolean }).had || this.#connection.client() !== client) return
      if (held.isLeft) return await unlock(client, held.name)
      held.isHeld = true
      held.last = this.#begin(client, held)
    } catch {
      this.#connection.renew(client)
    } finally {
      held.isAsking = false
    }
  }

  async #begin(client: Client, held: Held): Promise<void> {
    try {
      await held.duty.begin()
      this.#logger.info({ duty: held.name }, 'This server does it from now on.')
    } catch (error) {
      this.#logger.error({ err: error, duty: held.name }, 'A duty could not be begun; another server may try.')
      held.isHeld = false
      // Where that fails the lock must go with its session.
      await unlock(client, held.name).catch(() => this.#connection.renew(client))
    }
  }

  #end(held: Held): Promise<void> {
    if (!held.isHeld) return held.last
    held.isHeld = false
    held.last = held.last
      .then(() => held.duty.end())
      .catch((error: unknown) => {
        this.#logger.error({ err: error, duty: held.name }, 'A duty did not end as it should.')
      })
    return held.last
  }
}

async function unlock(client: Client, name: DutyName): Promise<void> {
  await client.query('select pg_advisory_unlock($1, $2)', [lockSpace, lockNumbers[name]])
}

async function enter(client: Client): Promise<void> {
  const { rows } = await client.query('select pg_try_advisory_lock_shared($1, $2) as had', [
    lockSpace,
    lockNumbers.running,
  ])
  if ((rows[0] as { had: boolean }).had) return
  throw new PlatformError('log_in_use', 'The log in the database is being copied, or its view is being made anew.', {
    hint: 'Start the server when that has ended.',
  })
}
