// What is measured. Each scenario runs its rounds in turn with its peer (A B A B …), so that a machine whose speed drifts
// slows both; a ratio is taken round by round and the median is the figure.

import { run, type LoadResult } from './load.ts'
import { cpuSeconds, residentMiB, type Running } from './processes.ts'
import { headers, startAirworthy, startEcho, startPortkey, startUpstream } from './servers.ts'
import { median, spread } from './summarise.ts'
import { body, chatBody } from './use-cases.ts'

export type Figure = {
  readonly what: string
  readonly value: string
  readonly target: string
  /** Undefined for a figure without a target; inconclusive where the rounds differ by more than what is looked for. */
  readonly holds: boolean | 'inconclusive' | undefined
}
export type Scenario = { readonly name: string; readonly run: () => Promise<readonly Figure[]> }

const rounds = 5
const warmUpSeconds = 3

function only(result: LoadResult, status: string): number {
  const others = Object.entries(result.statuses).filter(([name]) => name !== status)
  if (others.length > 0 || result.errors > 0)
    throw new Error(`not every answer was ${status}: ${JSON.stringify(result.statuses)}, ${result.errors} errors`)
  return result.perSecond
}

async function stopAll(running: readonly Running[]): Promise<void> {
  for (const one of running) await one.stop()
}

/** Every decision durable before its answer, against a server that does nothing. */
async function inProcess(): Promise<readonly Figure[]> {
  const [echo, airworthy] = [await startEcho(9701), await startAirworthy(9702)]
  const ours = { url: airworthy.decide('in-process'), connections: 32, body, headers }
  const theirs = { url: `${echo.url}/echo`, connections: 32, body, headers }
  await run({ ...theirs, seconds: warmUpSeconds })
  await run({ ...ours, seconds: warmUpSeconds })
  const ratios: number[] = []
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const limit = only(await run({ ...theirs, seconds: 4 }), '200')
    const rate = only(await run({ ...ours, seconds: 4 }), '200')
    ratios.push(rate / limit)
    rates.push(rate)
  }
  await stopAll([echo, airworthy])
  return [
    {
      what: 'decisions/s against a bare Fastify echo of the same bodies, 32 connections',
      value: spread(ratios),
      target: '≥ 0.45',
      holds: median(ratios) >= 0.45,
    },
    { what: 'decisions/s, for orientation', value: spread(rates, 0), target: '–', holds: undefined },
  ]
}

/** In front of a model over HTTP, against a gateway that writes nothing down. */
async function overHttp(): Promise<readonly Figure[]> {
  const upstream = await startUpstream(9703)
  const [portkey, airworthy] = [await startPortkey(9704), await startAirworthy(9705, upstream.url)]
  const ours = { url: airworthy.decide('over-http'), connections: 32, body, headers }
  const portkeyHeaders = { ...headers, 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream.url}/v1` }
  const theirs = { url: `${portkey.url}/v1/chat/completions`, connections: 32, body: chatBody, headers: portkeyHeaders }
  await run({ ...theirs, seconds: warmUpSeconds })
  await run({ ...ours, seconds: warmUpSeconds })
  const ratios: number[] = []
  const cpu: number[] = []
  for (let round = 0; round < rounds; round++) {
    const peer = only(await run({ ...theirs, seconds: 4 }), '200')
    const before = cpuSeconds(airworthy.pid)
    const result = await run({ ...ours, seconds: 4 })
    ratios.push(only(result, '200') / peer)
    cpu.push(((cpuSeconds(airworthy.pid) - before) / result.answered) * 1e6)
  }
  await stopAll([portkey, airworthy, upstream])
  return [
    {
      what: 'requests/s against @portkey-ai/gateway 1.15.2 in front of the same upstream, 32 connections',
      value: spread(ratios),
      target: '≥ 4',
      holds: median(ratios) >= 4,
    },
    {
      what: 'CPU of the whole process a decision, projection included, µs',
      value: spread(cpu, 0),
      target: '–',
      holds: undefined,
    },
  ]
}

/** What one caller at a time feels. */
async function sequential(): Promise<readonly Figure[]> {
  const upstream = await startUpstream(9706)
  const airworthy = await startAirworthy(9707, upstream.url)
  const ours = { url: airworthy.decide('over-http'), connections: 1, body, headers }
  const direct = { url: `${upstream.url}/v1/chat/completions`, connections: 1, body: chatBody, headers }
  await run({ ...ours, seconds: warmUpSeconds })
  const added: number[] = []
  for (let round = 0; round < rounds; round++) {
    const model = await run({ ...direct, seconds: 2 })
    const gateway = await run({ ...ours, seconds: 2 })
    only(gateway, '200')
    added.push(gateway.p50 - model.p50)
  }
  await stopAll([airworthy, upstream])
  return [
    {
      what: 'added to the median over calling the model directly, one connection, ms',
      value: spread(added),
      target: '≤ 0.6',
      holds: median(added) <= 0.6,
    },
  ]
}

/** Memory and p99 over a long run. */
async function longRun(): Promise<readonly Figure[]> {
  const airworthy = await startAirworthy(9708)
  const memory: number[] = []
  const sampling = setInterval(() => memory.push(residentMiB(airworthy.pid)), 250)
  const result = await run({ url: airworthy.decide('in-process'), connections: 32, amount: 500_000, body, headers })
  clearInterval(sampling)
  only(result, '200')
  await airworthy.stop()
  const fifth = (at: number) =>
    median(memory.slice(Math.floor((at * memory.length) / 5), Math.floor(((at + 1) * memory.length) / 5)))
  const growth = fifth(4) / fifth(1)
  const slower = (result.p99ByFifth[4] ?? Number.NaN) / (result.p99ByFifth[1] ?? Number.NaN)
  return [
    {
      what: '500,000 decisions: resident memory, last fifth against the second',
      value: `${growth.toFixed(2)} (${fifth(1).toFixed(0)} → ${fifth(4).toFixed(0)} MiB)`,
      target: '≤ 1.10',
      holds: growth <= 1.1,
    },
    {
      what: '500,000 decisions: p99, last fifth against the second',
      value: `${slower.toFixed(2)} (${result.p99ByFifth.map((ms) => ms.toFixed(1)).join(', ')} ms)`,
      target: '≤ 1.25',
      holds: slower <= 1.25,
    },
  ]
}

/** More than it takes: refused at once, and what was accepted is finished. */
async function overload(): Promise<readonly Figure[]> {
  const airworthy = await startAirworthy(9709)
  const result = await run({ url: airworthy.decide('slow'), connections: 200, seconds: 5, body, headers })
  await airworthy.stop()
  const { statuses } = result
  const refused = statuses['429'] ?? 0
  const finished = statuses['200'] ?? 0
  const others = result.answered - refused - finished + result.errors
  return [
    {
      what: 'overload (8 at once, 16 waiting, 200 callers): answered 429, decided, anything else',
      value: `${refused}, ${finished}, ${others}`,
      target: 'some, some, 0',
      holds: refused > 0 && finished > 0 && others === 0,
    },
    {
      what: 'overload: median time of an answer (nearly all are refusals), ms',
      value: result.p50.toFixed(1),
      target: '< 50',
      holds: result.p50 < 50,
    },
  ]
}

export const scenarios: readonly Scenario[] = [
  { name: 'in-process', run: inProcess },
  { name: 'over-http', run: overHttp },
  { name: 'sequential', run: sequential },
  { name: 'long-run', run: longRun },
  { name: 'overload', run: overload },
]
