// What the embedded log's appends cost against the least that durability costs: the same bytes, gathered in the same way
// into group commits, written to a plain file with fdatasync.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { openSqliteLog } from '#log/sqlite-log.ts'
import { root } from './processes.ts'
import type { Figure, Scenario } from './scenarios.ts'
import { median, spread } from './summarise.ts'

const entryBytes = 1_024
const rounds = 5
const roundSeconds = 3
const ratioMin = 0.3

type Append = (entry: Uint8Array) => Promise<unknown>
type Store = { readonly append: Append; readonly close: () => Promise<void> }

/** Appends per second of so many writers, each waiting for its last append. */
async function appendsPerSecond(append: Append, writers: number): Promise<number> {
  const until = performance.now() + roundSeconds * 1000
  let done = 0
  const write = async () => {
    for (; performance.now() < until; done++) await append(randomBytes(entryBytes))
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: writers }, write))
  return done / ((performance.now() - began) / 1000)
}

async function openLog(dir: string): Promise<Store> {
  const log = await openSqliteLog({ dir })
  let made = 0
  return { append: (entry) => log.append({ id: `entry-${made++}`, entry }), close: () => log.close() }
}

/** While one commit runs, everything that arrives joins the next. */
async function openBareFile(dir: string): Promise<Store> {
  const file = await open(join(dir, 'bare'), 'w')
  let waiting: { readonly entry: Uint8Array; readonly resolve: () => void }[] = []
  let isCommitting = false

  async function commit(): Promise<void> {
    isCommitting = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await file.write(Buffer.concat(batch.map(({ entry }) => entry)))
      await file.datasync()
      for (const { resolve } of batch) resolve()
    }
    isCommitting = false
  }

  return {
    append: (entry) =>
      new Promise<void>((resolve) => {
        waiting.push({ entry, resolve })
        // At the end of the turn, as the log does, so that all writers of this turn share the commit.
        if (!isCommitting) setImmediate(() => void (isCommitting || commit()))
      }),
    close: () => file.close(),
  }
}

async function measure(writers: number): Promise<readonly Figure[]> {
  const dir = mkdtempSync(join(root, 'bench', '.data-'))
  const [bare, log] = [await openBareFile(dir), await openLog(dir)]
  await appendsPerSecond(log.append, writers)
  const ratios: number[] = []
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const limit = await appendsPerSecond(bare.append, writers)
    const rate = await appendsPerSecond(log.append, writers)
    ratios.push(rate / limit)
    rates.push(rate)
  }
  await Promise.all([bare.close(), log.close()])
  rmSync(dir, { recursive: true, force: true })
  return [
    {
      what: `appends/s of 1-KiB entries against a bare fdatasync group commit of the same bytes, ${writers} writers`,
      value: spread(ratios),
      target: `≥ ${ratioMin}`,
      holds: median(ratios) >= ratioMin,
    },
    { what: `appends/s with ${writers} writers`, value: spread(rates, 0), target: '–', holds: undefined },
  ]
}

export const appendScenario: Scenario = {
  name: 'append',
  run: async () => [...(await measure(32)), ...(await measure(512))],
}
