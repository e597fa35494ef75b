// What growing the tree and signing checkpoints costs the gateway, by two accounts.
//
// By the kernel's: which share of the time that the server has on the cores its growing thread takes. Where the cores are the
// limit, as they are here with the load generator beside it, that is the share of decisions/s it takes.
//
// By decisions/s: the same server in turn with the tree growing and with it held still, which means that another process has the
// lock on the tree's file, so that nothing can be committed to it. Each round takes both, now one first and now the other, and
// begins each when tree and view have caught up: what follows the log would else take its share of a later figure.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { request } from 'undici'
import { run } from './load.ts'
import { threadSeconds } from './processes.ts'
import type { Figure, Scenario } from './scenarios.ts'
import { headers, startAirworthy, type Airworthy } from './servers.ts'
import { median, medianInterval, spread } from './summarise.ts'
import { body } from './use-cases.ts'

const rounds = 10
const roundSeconds = 2
const costMax = 0.05
const growingThread = 'tree-grower'

async function decisionsPerSecond(airworthy: Airworthy): Promise<number> {
  const load = { url: airworthy.decide('in-process'), connections: 32, seconds: roundSeconds, body, headers }
  const { perSecond, statuses, errors } = await run(load)
  if (errors > 0 || Object.keys(statuses).some((status) => status !== '200'))
    throw new Error(`not every answer was 200: ${JSON.stringify(statuses)}, ${errors} errors`)
  return perSecond
}

async function withTreeStill<T>(airworthy: Airworthy, work: () => Promise<T>): Promise<T> {
  const tree = new DatabaseSync(join(airworthy.dataDir, 'tree.sqlite'))
  try {
    tree.exec('pragma busy_timeout=5000; begin immediate')
    return await work()
  } finally {
    tree.close()
  }
}

async function untilCaughtUp(airworthy: Airworthy): Promise<void> {
  for (;;) {
    const { body: answer } = await request(`${airworthy.url}/api/v1/log`, { headers })
    const { tree, view } = (await answer.json()) as Record<'tree' | 'view', { behind: number }>
    if (tree.behind === 0 && view.behind === 0) return
    await setTimeout(200)
  }
}

/** The growing thread's share of the server's time on the cores, from the first decision until the tree has them all. */
async function shareOfCores(airworthy: Airworthy): Promise<number> {
  const before = threadSeconds(airworthy.pid)
  await decisionsPerSecond(airworthy)
  await untilCaughtUp(airworthy)
  const spent = [...threadSeconds(airworthy.pid)].map(([name, seconds]) => ({
    name,
    seconds: seconds - (before.get(name) ?? 0),
  }))
  const whole = spent.reduce((sum, { seconds }) => sum + seconds, 0)
  return (spent.find(({ name }) => name === growingThread)?.seconds ?? Number.NaN) / whole
}

/** Of one round. */
async function decisionsLost(airworthy: Airworthy, isGrowingFirst: boolean): Promise<number> {
  const growing = () => decisionsPerSecond(airworthy)
  const still = () => withTreeStill(airworthy, growing)
  const rates: number[] = []
  for (const measured of isGrowingFirst ? [growing, still] : [still, growing]) {
    await untilCaughtUp(airworthy)
    rates.push(await measured())
  }
  const [first = Number.NaN, second = Number.NaN] = rates
  return isGrowingFirst ? 1 - first / second : 1 - second / first
}

async function measure(): Promise<readonly Figure[]> {
  const airworthy = await startAirworthy(9710)
  await decisionsPerSecond(airworthy)
  const shares: number[] = []
  const lost: number[] = []
  for (let round = 0; round < rounds; round++) {
    lost.push(await decisionsLost(airworthy, round % 2 === 0))
    await untilCaughtUp(airworthy)
    shares.push(await shareOfCores(airworthy))
  }
  await airworthy.stop()
  const { low, high } = medianInterval(lost)
  return [
    {
      what: 'share of the server’s time on the cores that growing the tree and signing takes, 32 connections',
      value: spread(shares, 3),
      target: `≤ ${costMax}`,
      holds: median(shares) <= costMax,
    },
    {
      what: `decisions/s lost to it, ${rounds} rounds, median and its 95 % interval`,
      value: `${median(lost).toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`,
      target: `≤ ${costMax}`,
      holds: high <= costMax ? true : low > costMax ? false : 'inconclusive',
    },
  ]
}

export const treeScenario: Scenario = { name: 'tree', run: measure }
