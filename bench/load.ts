// One closed-loop load run, in a process of its own so that it shares no event loop with what it measures: each
// connection sends its next request when it has the whole answer to the last. Written on bare sockets, because on two
// cores a generator of the usual weight takes more from the server than the server's own work.
//
//   node bench/load.ts '{"url": …, "connections": 32, "seconds": 5, "body": "…", "headers": {…}}'

import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { promisify } from 'node:util'

export type Load = {
  readonly url: string
  readonly connections: number
  readonly seconds?: number
  /** Instead of a time: how many requests in all. */
  readonly amount?: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Rates per second, latencies in milliseconds. `statuses` counts answers by status. */
export type LoadResult = {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** p99 of each fifth of the run, in order of time. */
  readonly p99ByFifth: readonly number[]
  readonly answered: number
  readonly seconds: number
  readonly errors: number
  readonly statuses: Readonly<Record<string, number>>
}

/** Runs `load` in a child process. */
export async function run(load: Load): Promise<LoadResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, JSON.stringify(load)], {
    maxBuffer: 1 << 24,
  })
  return JSON.parse(stdout) as LoadResult
}

type Tally = { readonly latencies: number[]; readonly statuses: Record<string, number>; errors: number }

async function generate(load: Load): Promise<LoadResult> {
  const tally: Tally = { latencies: [], statuses: {}, errors: 0 }
  const started = performance.now()
  const until = load.amount === undefined ? started + (load.seconds ?? 5) * 1000 : Number.POSITIVE_INFINITY
  let left = load.amount ?? Number.POSITIVE_INFINITY
  const more = () => left-- > 0 && performance.now() < until
  await Promise.all(Array.from({ length: load.connections }, () => connection(load, tally, more)))
  return summary(tally, (performance.now() - started) / 1000)
}

/** One connection: the request's bytes are made once, and of an answer only what is needed is read. */
function connection(load: Load, tally: Tally, more: () => boolean): Promise<void> {
  const { hostname, port } = new URL(load.url)
  const bytes = requestBytes(load)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    let from = 0
    let received = Buffer.alloc(0)
    function next(): void {
      if (!more()) return void socket.end()
      from = performance.now()
      socket.write(bytes)
    }
    socket.on('connect', next)
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const status = wholeAnswer(received)
      if (status === undefined) return
      received = Buffer.alloc(0)
      tally.latencies.push(performance.now() - from)
      tally.statuses[status] = (tally.statuses[status] ?? 0) + 1
      next()
    })
    socket.on('error', () => tally.errors++)
    socket.on('close', () => resolve())
  })
}

function requestBytes({ url, body, headers }: Load): Buffer {
  const { host, pathname } = new URL(url)
  const lines = Object.entries({
    host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  })
  return Buffer.from(
    `POST ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  )
}

/** The status, once the whole answer is there: as long as its content-length says, or up to its last chunk. */
function wholeAnswer(bytes: Buffer): number | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = /content-length: *(\d+)/i.exec(head)?.[1]
  const isWhole = length === undefined ? bytes.subarray(-5).equals(lastChunk) : bytes.length >= end + 4 + Number(length)
  return isWhole ? Number(head.slice(9, 12)) : undefined
}

const lastChunk = Buffer.from('0\r\n\r\n')

function summary({ latencies, statuses, errors }: Tally, seconds: number): LoadResult {
  const fifth = Math.ceil(latencies.length / 5)
  const p99ByFifth = [0, 1, 2, 3, 4].map((at) => quantile(latencies.slice(at * fifth, (at + 1) * fifth), 0.99))
  const quantiles = { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), max: quantile(latencies, 1) }
  return {
    perSecond: latencies.length / seconds,
    ...quantiles,
    p99ByFifth,
    answered: latencies.length,
    seconds,
    errors,
    statuses,
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write(JSON.stringify(await generate(JSON.parse(process.argv[2] ?? '{}') as Load)))
}
