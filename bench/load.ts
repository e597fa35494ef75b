// One closed-loop load run, in a process of its own so that it shares no event loop with what it measures: each
// connection sends its next request when it has the whole answer to the last.
//
//   node bench/load.ts '{"url": …, "connections": 32, "seconds": 5, "body": "…", "headers": {…}}'

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Client } from 'undici'

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

async function connection(load: Load, tally: Tally, more: () => boolean): Promise<void> {
  const { origin, pathname } = new URL(load.url)
  const client = new Client(origin, { pipelining: 1 })
  const headers = { 'content-type': 'application/json', ...load.headers }
  while (more()) await once(client, { path: pathname, body: load.body, headers }, tally)
  await client.close()
}

type Once = { readonly path: string; readonly body: string; readonly headers: Record<string, string> }

function once(client: Client, { path, body, headers }: Once, tally: Tally): Promise<void> {
  return new Promise((resolve) => {
    const from = performance.now()
    client.dispatch(
      { path, method: 'POST', headers, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          tally.statuses[status] = (tally.statuses[status] ?? 0) + 1
        },
        onResponseData() {},
        onResponseEnd() {
          tally.latencies.push(performance.now() - from)
          resolve()
        },
        onResponseError() {
          tally.errors++
          resolve()
        },
      },
    )
  })
}

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
