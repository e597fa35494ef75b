// A server on a long log: how soon it answers after a start, and how long a receipt takes. The log is written straight into the
// data folder, and its view is told to have followed it already: both are about the log and its tree.
//
// AIRWORTHY_BENCH_RECEIPT_ENTRIES sets the length of the log (default 200,000). Ten million take some seven minutes to write and
// 15 GB: AIRWORTHY_BENCH_RECEIPT_DIR names a folder in which such a log stays, to be measured again.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { openDatabase } from '#storage/open-database.ts'
import { root, start, type Running } from './processes.ts'
import type { Figure, Scenario } from './scenarios.ts'
import { headers, serverEnvironment } from './servers.ts'
import { spread } from './summarise.ts'
import { syntheticId, syntheticOrigin, writeSyntheticLog } from './synthetic-log.ts'

const entriesDefault = 200_000
const starts = 3
const startSecondsMax = 3
const asked = 3_000
/** The first answers open files and compile code. */
const warmUp = 200
const receiptMsMax = 5
const port = 9720

async function followed(dataDir: string, position: number): Promise<void> {
  const database = await openDatabase({ databaseUrl: undefined, dataDir })
  await database.transaction((run) =>
    run('insert into projection (origin, position) values ($1, $2) on conflict do nothing', [
      syntheticOrigin,
      position,
    ]),
  )
  await database.close()
}

const startServer = (dataDir: string): Promise<Running> =>
  start({
    name: 'airworthy',
    args: ['--conditions=source', '--disable-warning=ExperimentalWarning', 'src/main.ts', 'up', '--port', String(port)],
    port,
    ready: '/readyz',
    env: serverEnvironment(dataDir),
  })

/** Milliseconds of each receipt, one after the other, of decisions all over the log. */
async function receiptTimes(url: string, entries: number): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < warmUp + asked; i++) {
    const began = performance.now()
    const id = syntheticId(Math.floor(Math.random() * entries))
    const { statusCode, body } = await request(`${url}/v1/decisions/${id}/receipt`, { headers })
    const text = await body.text()
    if (statusCode !== 200) throw new Error(`a receipt was answered with ${statusCode}: ${text}`)
    if (i >= warmUp) times.push(performance.now() - began)
  }
  return times.toSorted((a, b) => a - b)
}

async function measure(): Promise<readonly Figure[]> {
  const entries = Number(process.env['AIRWORTHY_BENCH_RECEIPT_ENTRIES'] ?? entriesDefault)
  const kept = process.env['AIRWORTHY_BENCH_RECEIPT_DIR']
  const dir = kept ?? mkdtempSync(join(root, 'bench', '.data-'))
  try {
    if (!existsSync(join(dir, 'log.sqlite'))) writeSyntheticLog(dir, entries)
    await followed(dir, entries)
    return await measureOn(dir, entries)
  } finally {
    if (kept === undefined) rmSync(dir, { recursive: true, force: true })
  }
}

async function measureOn(dir: string, entries: number): Promise<readonly Figure[]> {
  const seconds: number[] = []
  let times: readonly number[] = []
  for (let nth = 1; nth <= starts; nth++) {
    const began = performance.now()
    const server = await startServer(dir)
    seconds.push((performance.now() - began) / 1000)
    if (nth === starts) times = await receiptTimes(server.url, entries)
    await server.stop()
  }
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN
  const log = `a log of ${entries.toLocaleString('en-US')} entries`
  return [
    {
      what: `${log}: a receipt, p95 in ms of ${asked} (p50)`,
      value: `${at(0.95).toFixed(1)} (${at(0.5).toFixed(1)})`,
      target: `< ${receiptMsMax}`,
      holds: at(0.95) < receiptMsMax,
    },
    {
      what: `${log}: from the start of the process to its first answer, s`,
      value: spread(seconds, 1),
      target: `< ${startSecondsMax}`,
      holds: Math.max(...seconds) < startSecondsMax,
    },
  ]
}

export const receiptsScenario: Scenario = { name: 'receipts', run: measure }
