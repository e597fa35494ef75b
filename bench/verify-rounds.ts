// The process that bench/verify-scenario.ts measures: verifies a data folder and hashes as much, in turn, and prints the rates.
// Usage: verify-rounds.ts <data folder> <vkey> <rounds>

import { leafHash, nodeHash } from '#core/kernel/merkle-hash.ts'
import { openDataFolder } from '#verify/data-folder-source.ts'
import { parseVerifierKey } from '#verify/signed-note.ts'
import { verifyLog } from '#verify/verify-log.ts'

export type VerifyRounds = {
  /** Entries per second of processor time, a figure a round. */
  readonly verifying: readonly number[]
  readonly hashing: readonly number[]
  /** During the second verification, in equal steps: in the first the heap takes its size, however long the log is. */
  readonly memoryMiB: readonly number[]
}

const [dir = '', vkey = '', rounds = '1'] = process.argv.slice(2)
const memorySamples = 200
/** More than a cache holds, so that hashing too reads from memory. */
const sampleEntries = 20_000

async function perCpuSecond(work: () => Promise<number> | number): Promise<number> {
  const before = process.cpuUsage()
  const done = await work()
  const { user, system } = process.cpuUsage(before)
  return done / ((user + system) / 1e6)
}

async function verifyOnce(memoryMiB: number[]): Promise<number> {
  const key = parseVerifierKey(vkey)
  if (typeof key === 'string') throw new Error(key)
  const source = openDataFolder(dir)
  let next = 0
  const onProgress = (done: number, total: number) => {
    if (done < next) return
    next += total / memorySamples
    memoryMiB.push(process.memoryUsage.rss() / 2 ** 20)
  }
  const { verdict, entries, findings } = await verifyLog(source, { keys: [key], onProgress })
  await source.close()
  if (verdict !== 'holds') throw new Error(`the log does not hold: ${JSON.stringify(findings)}`)
  return entries
}

async function sample(): Promise<Uint8Array[]> {
  const source = openDataFolder(dir)
  const rows = await source.entries(0, sampleEntries)
  await source.close()
  return rows.flatMap(([, bytes]) => bytes ?? [])
}

function hashAll(entries: readonly Uint8Array[], times: number): number {
  let hash: Uint8Array = new Uint8Array(32)
  for (let time = 0; time < times; time++) for (const entry of entries) hash = nodeHash(hash, leafHash(entry))
  return entries.length * times
}

const memoryMiB: number[] = []
const total = await verifyOnce([])
await verifyOnce(memoryMiB)
const entries = await sample()
const verifying: number[] = []
const hashing: number[] = []
for (let round = 0; round < Number(rounds); round++) {
  hashing.push(await perCpuSecond(() => hashAll(entries, Math.max(1, Math.round(total / entries.length)))))
  verifying.push(await perCpuSecond(() => verifyOnce([])))
}
process.stdout.write(JSON.stringify({ verifying, hashing, memoryMiB } satisfies VerifyRounds))
