// What the processes on one database tell each other: NOTIFY, on a connection of its own, with a slow poll as a net.
//
// A message says where to look, never what is there, so one that is lost (a broken connection, a process that died before it
// told) costs at most the time to the next poll. Telling is apart from committing: NOTIFY takes a lock of the whole database
// server until its transaction ends, and an append should hold that for no fsync.

import type { Client, Notification } from 'pg'
import { heartbeat, keepConnection, type KeptConnection } from './postgres-connection.ts'

export type Signals = {
  /** To every process, this one too. Of several on one channel that wait to be sent the last is enough. */
  tell(channel: string, message: string): void
  /** Returns how to stop. */
  on(channel: string, listener: (message: string) => void): () => void
  /**
   * Runs `look` after every (re)connection and then every `pollMs`, so that nothing told meanwhile is missed. What it throws
   * means that the connection is of no use: another is opened.
   */
  poll(look: (client: Client) => Promise<void>): () => void
  close(): Promise<void>
}

const pollMs = 1_000

export function openSignals(url: string): Signals {
  return new Switchboard(url)
}

class Switchboard implements Signals {
  readonly #connection: KeptConnection
  readonly #listeners = new Map<string, Set<(message: string) => void>>()
  readonly #looks = new Set<(client: Client) => Promise<void>>()
  readonly #unsent = new Map<string, string>()
  #isSending = false
  #timer: NodeJS.Timeout | undefined
  #isClosing = false

  constructor(url: string) {
    this.#connection = keepConnection({
      url,
      name: 'signals',
      prepare: (client) => this.#prepare(client),
      onOpen: (client) => this.#onOpen(client),
      onLost: () => clearTimeout(this.#timer),
    })
  }

  tell(channel: string, message: string): void {
    this.#unsent.set(channel, message)
    void this.#send()
  }

  on(channel: string, listener: (message: string) => void): () => void {
    const others = this.#listeners.get(channel) ?? new Set()
    this.#listeners.set(channel, others)
    others.add(listener)
    const client = this.#connection.client()
    if (others.size === 1 && client) listenTo(client, [channel]).catch(() => this.#connection.renew(client))
    return () => void others.delete(listener)
  }

  poll(look: (client: Client) => Promise<void>): () => void {
    this.#looks.add(look)
    const client = this.#connection.client()
    if (client) void this.#look(client, [look])
    return () => void this.#looks.delete(look)
  }

  async close(): Promise<void> {
    this.#isClosing = true
    clearTimeout(this.#timer)
    await this.#connection.close()
  }

  async #prepare(client: Client): Promise<void> {
    // Nothing that must last is written here, and a NOTIFY need not wait for a disk.
    await client.query('set synchronous_commit = off')
    client.on('notification', ({ channel, payload }: Notification) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(payload ?? '')
    })
    // Those too that somebody asks for while this goes on.
    await listenTo(client, this.#listeners.keys())
  }

  #onOpen(client: Client): void {
    void this.#pollOn(client)
    void this.#send()
  }

  async #pollOn(client: Client): Promise<void> {
    const isAlive = await this.#look(client, [...this.#looks])
    if (!isAlive || this.#isClosing || this.#connection.client() !== client) return
    this.#timer = setTimeout(() => void this.#pollOn(client), pollMs)
  }

  async #look(client: Client, looks: readonly ((client: Client) => Promise<void>)[]): Promise<boolean> {
    try {
      await client.query(heartbeat)
      for (const look of looks) await look(client)
      return true
    } catch {
      // Whatever it was: the next connection begins with a look.
      this.#connection.renew(client)
      return false
    }
  }

  async #send(): Promise<void> {
    const client = this.#connection.client()
    if (!client || this.#isSending || this.#unsent.size === 0) return
    this.#isSending = true
    const messages = [...this.#unsent]
    this.#unsent.clear()
    try {
      for (const [channel, message] of messages) await client.query('select pg_notify($1, $2)', [channel, message])
    } catch {
      // The others' poll finds what this would have told.
      this.#connection.renew(client)
    }
    this.#isSending = false
    if (this.#unsent.size > 0) void this.#send()
  }
}

async function listenTo(client: Client, channels: Iterable<string>): Promise<void> {
  for (const channel of channels) await client.query(`listen "${channel}"`)
}
