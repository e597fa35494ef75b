// A log on a web server, by the prefix of its tiles. Paths cannot be listed there, so what the checkpoint promises is asked
// for. An Airworthy server also gives its earlier checkpoints away, to those who have a key for its API.

import { Agent, request } from 'undici'
import { NotCheckable } from './finding.ts'
import type { LogSource, StoredCheckpoint } from './source.ts'
import type { TilePlace } from './tile-path.ts'
import { TileSource, type TileReader } from './tile-source.ts'

export type TileServerOptions = {
  /** For servers that do not give entries to everybody. */
  readonly apiKey?: string | undefined
}

const timeoutMs = 30_000
const bodyBytesMax = 256 * (65_535 + 2)

/** `address`: the prefix, `https://host/log`. Errors: NotCheckable. */
export async function openTileServer(address: string, options: TileServerOptions = {}): Promise<LogSource> {
  const reader = new ServerReader(address.replace(/\/+$/, ''), options)
  try {
    const checkpoint = await reader.read('checkpoint')
    if (checkpoint && !isWebPage(checkpoint)) return new TileSource(reader)
    const why = checkpoint ? 'what it answers is a web page' : 'it has no checkpoint'
    throw new NotCheckable('source', `There is no log at ${reader.name}: ${why}.`, {
      hint: 'Name the prefix of a log, such as https://host/log.',
    })
  } catch (error) {
    await reader.close()
    throw error
  }
}

/** A server with a web UI answers every address that it does not know with its page: no log, and not one that is broken. */
function isWebPage(bytes: Uint8Array): boolean {
  return /^\s*<(!doctype|html)/i.test(Buffer.from(bytes.subarray(0, 100)).toString('latin1'))
}

class ServerReader implements TileReader {
  readonly name: string
  readonly #apiKey: string | undefined
  readonly #agent = new Agent({
    connections: 4,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs },
  })
  hasAllCheckpoints = false
  readonly earlier?: (above: number, limit: number) => Promise<readonly StoredCheckpoint[]>
  #history: readonly StoredCheckpoint[] | undefined
  /** The path asked for last: a partial tile is asked for to find out whether it is there, and then read. */
  #latest: { readonly path: string; readonly bytes: Uint8Array | undefined } | undefined

  constructor(prefix: string, { apiKey }: TileServerOptions) {
    this.name = prefix
    this.#apiKey = apiKey
    if (apiKey !== undefined && prefix.endsWith('/log')) this.earlier = (above, limit) => this.#earlier(above, limit)
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    if (this.#latest?.path === path) return this.#latest.bytes
    const bytes = await this.#get(`${this.name}/${path}`)
    this.#latest = { path, bytes }
    return bytes
  }

  formsOf(): undefined {
    return undefined
  }

  async lastOf(): Promise<TilePlace | undefined> {
    return undefined
  }

  close(): Promise<void> {
    return this.#agent.close()
  }

  async #earlier(above: number, limit: number): Promise<readonly StoredCheckpoint[]> {
    this.#history ??= await this.#readHistory()
    return this.#history.filter(({ size }) => (size ?? 0) > above).slice(0, limit)
  }

  /** All of them, oldest first; only the newest where the server tells no others. */
  async #readHistory(): Promise<readonly StoredCheckpoint[]> {
    const api = this.name.slice(0, -'/log'.length)
    const all = new Map<number, StoredCheckpoint>()
    for (let before: number | null | undefined; before !== null;) {
      const bytes = await this.#get(
        `${api}/api/v1/log/checkpoints?limit=200${before === undefined ? '' : `&before=${before}`}`,
      )
      const page = bytes && parsePage(bytes)
      if (!page) break
      for (const { size, note } of page.items)
        all.set(size, { name: `checkpoint of size ${size}`, size, note, cosignatures: [] })
      before = page.next
    }
    this.hasAllCheckpoints = all.size > 0
    if (all.size > 0) return [...all.values()].toSorted((a, b) => (a.size ?? 0) - (b.size ?? 0))
    const newest = await this.read('checkpoint')
    return newest
      ? [{ name: 'checkpoint', size: undefined, note: Buffer.from(newest).toString('utf8'), cosignatures: [] }]
      : []
  }

  async #get(url: string): Promise<Uint8Array | undefined> {
    const headers = this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` }
    const { status, body } = await this.#ask(url, headers)
    if (status === 200) return body
    if (status === 404 || status === 410) return undefined
    if (status === 401 || status === 403) {
      throw new NotCheckable(
        'source',
        `${url} may not be read ${this.#apiKey === undefined ? 'without a key' : 'with this key'}.`,
        {
          hint: 'Give a key that may read the log (--api-key), or check tiles and checkpoints alone (--without-entries).',
        },
      )
    }
    throw new NotCheckable('source', `${url} answers ${status}.`, {
      hint: 'Is it the prefix of a log, such as https://host/log?',
    })
  }

  async #ask(url: string, headers: Record<string, string>): Promise<{ status: number; body: Uint8Array }> {
    try {
      const answer = await request(url, { dispatcher: this.#agent, headers })
      const body = new Uint8Array(await answer.body.arrayBuffer())
      if (body.length > bodyBytesMax) throw new Error(`it is ${body.length} bytes long`)
      return { status: answer.statusCode, body }
    } catch (error) {
      throw new NotCheckable(
        'source',
        `${url} cannot be read: ${(error as Error).message || (error as NodeJS.ErrnoException).code}.`,
        { cause: error },
      )
    }
  }
}

type Page = {
  readonly items: readonly { readonly size: number; readonly note: string }[]
  readonly next: number | null
}

function parsePage(bytes: Uint8Array): Page | undefined {
  try {
    const { items, next } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<Page>
    const isPage =
      Array.isArray(items) && items.every(({ size, note }) => Number.isSafeInteger(size) && typeof note === 'string')
    const cursor = next ?? null
    return isPage && (cursor === null || Number.isSafeInteger(cursor))
      ? { items: items as Page['items'], next: cursor }
      : undefined
  } catch {
    // Not the API of such a server: then there are no earlier checkpoints to be had.
    return undefined
  }
}
