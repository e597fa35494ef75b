// A connection to PostgreSQL that is kept: whenever it breaks it is opened again.
//
//   connecting ──open──► open ──broken──► connecting        the first attempt at once, then 0.1 s, 0.2 s, … 1 s apart
//
// Nobody is told "open" before `prepare` has run on the new session, so whoever uses the client finds it as he needs it.

import type { Client } from 'pg'
import { openSession } from './postgres-session.ts'

export type KeptConnection = {
  /** Undefined while there is none. */
  client(): Client | undefined
  /** Breaks `client` off, whatever it is doing, and opens the next; nothing when that is open already. */
  renew(client: Client): void
  /** Ends it when what was sent is answered, but waits no longer than a few seconds. */
  close(): Promise<void>
}

export type KeptConnectionOptions = {
  readonly url: string
  /** Shown in pg_stat_activity. */
  readonly name: string
  /** Makes a new session ready. What it throws is as bad as no connection. */
  readonly prepare?: (client: Client) => Promise<void>
  readonly onOpen?: (client: Client) => void
  /** It was open and is not any more. */
  readonly onLost?: (why: Error) => void
  /** An attempt failed; another one follows. */
  readonly onFailed?: (why: Error) => void
}

/** Breaks a connection off on which nothing comes back: sooner than the server would find this process gone. */
export const heartbeat = { text: 'select 1', query_timeout: 5_000 } as const

const pauseMs = { first: 100, max: 1_000 }
const closeMsMax = 5_000

/** Begins to connect; returns at once. */
export function keepConnection(options: KeptConnectionOptions): KeptConnection {
  const kept = new Kept(options)
  kept.connect()
  return { client: () => kept.client, renew: (client) => kept.renew(client), close: () => kept.close() }
}

class Kept {
  client: Client | undefined
  readonly #options: KeptConnectionOptions
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  #isClosing = false

  constructor(options: KeptConnectionOptions) {
    this.#options = options
  }

  connect(): void {
    const { url, name, prepare, onOpen } = this.#options
    const opening = async (): Promise<void> => {
      const client = await openSession(url, name)
      let isLost = false
      client.once('end', () => {
        isLost = true
        this.#onEnd(client)
      })
      try {
        await prepare?.(client)
      } catch (error) {
        breakOff(client)
        throw error
      }
      if (isLost) throw new Error('the connection was closed while it was made ready')
      if (this.#isClosing) return breakOff(client)
      this.#failures = 0
      this.client = client
      onOpen?.(client)
    }
    opening().catch((error: Error) => this.#onFailed(error))
  }

  renew(client: Client): void {
    if (this.client === client) breakOff(client)
  }

  async close(): Promise<void> {
    this.#isClosing = true
    clearTimeout(this.#timer)
    const { client } = this
    if (!client) return
    const timer = setTimeout(() => breakOff(client), closeMsMax)
    await client.end()
    clearTimeout(timer)
  }

  #onEnd(client: Client): void {
    if (this.client !== client) return
    this.client = undefined
    if (this.#isClosing) return
    this.#options.onLost?.(new Error('the connection to PostgreSQL broke'))
    this.connect()
  }

  #onFailed(error: Error): void {
    if (this.#isClosing) return
    this.#options.onFailed?.(error)
    this.#timer = setTimeout(() => this.connect(), Math.min(pauseMs.first * 2 ** this.#failures, pauseMs.max))
    this.#failures++
  }
}

/** The driver's own `end` would wait for the answer to what is under way, which may never come. */
function breakOff(client: Client): void {
  const { connection } = client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }
  connection.stream.destroy()
}
