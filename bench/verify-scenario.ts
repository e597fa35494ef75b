// How fast the verifier goes through a log, against hashing alone: the leaf hash of every entry and one node hash each, which is
// the least that any verification costs. And whether its memory stays flat.
//
// AIRWORTHY_BENCH_ENTRIES sets the length of the log (default 200,000).

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { root } from './processes.ts'
import type { Figure, Scenario } from './scenarios.ts'
import { median, spread } from './summarise.ts'
import { writeSyntheticLog } from './synthetic-log.ts'
import type { VerifyRounds } from './verify-rounds.ts'

const entriesDefault = 200_000
const rounds = 5
const perSecondMin = 200_000
const growthMax = 1.1

async function verify(): Promise<readonly Figure[]> {
  const entries = Number(process.env['AIRWORTHY_BENCH_ENTRIES'] ?? entriesDefault)
  const dir = mkdtempSync(join(root, 'bench', '.data-'))
  try {
    const { vkey } = writeSyntheticLog(dir, entries)
    return figuresOf(await measure(dir, vkey), entries)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** In a process of its own, so that the memory measured is the verifier's. */
async function measure(dir: string, vkey: string): Promise<VerifyRounds> {
  const file = join(import.meta.dirname, 'verify-rounds.ts')
  const child = spawn(process.execPath, ['--conditions=source', file, dir, vkey, String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`the verifier's process ended with ${code}`)
  return JSON.parse(output) as VerifyRounds
}

function figuresOf({ verifying, hashing, memoryMiB }: VerifyRounds, entries: number): readonly Figure[] {
  const ratios = verifying.map((rate, round) => rate / (hashing[round] ?? Number.NaN))
  const fifth = (at: number) =>
    median(memoryMiB.slice(Math.floor((at * memoryMiB.length) / 5), Math.floor(((at + 1) * memoryMiB.length) / 5)))
  const growth = fifth(4) / fifth(1)
  const log = `a log of ${entries.toLocaleString('en-US')} entries of about 1 KiB`
  return [
    {
      what: `entries verified per second of one core's time, ${log}`,
      value: spread(verifying, 0),
      target: `≥ ${perSecondMin}`,
      holds: median(verifying) >= perSecondMin,
    },
    {
      what: 'the same against hashing alone (a leaf and a node an entry)',
      value: spread(ratios),
      target: '–',
      holds: undefined,
    },
    {
      what: `verifying ${log} once more: resident memory, last fifth against the second`,
      value: `${growth.toFixed(2)} (${fifth(1).toFixed(0)} → ${fifth(4).toFixed(0)} MiB)`,
      target: `≤ ${growthMax}`,
      holds: growth <= growthMax,
    },
  ]
}

export const verifyScenario: Scenario = { name: 'verify', run: verify }
