// How long an assessment takes and how much memory, as a user of a clone starts it: the command, from CSV, with the launcher's own
// process counted. A table shows what a value costs beyond the start: where cost is linear in rows and columns, that stays as it is.
//
// AIRWORTHY_BENCH_ASSESS_ROWS adds a run with that many rows of the pilot (50000000: memory must stay as it is).

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { root } from './processes.ts'
import type { Figure, Scenario } from './scenarios.ts'
import { median } from './summarise.ts'

type Size = {
  readonly reference: number
  readonly live: number
  readonly columns: number
  readonly secondsMax?: number
  readonly memoryMax?: number
}

const main: Size = { reference: 1_000_000, live: 200_000, columns: 10, secondsMax: 5, memoryMax: 400 }
const others: readonly Size[] = [
  { reference: 1000, live: 200, columns: 10 },
  { reference: 250_000, live: 50_000, columns: 10 },
  { reference: 500_000, live: 100_000, columns: 10 },
  { reference: 500_000, live: 100_000, columns: 20 },
  { reference: 10_000, live: 2000, columns: 100 },
  { reference: 10_000, live: 2000, columns: 1000, secondsMax: 60 },
]
const rounds = 3

async function assessing(): Promise<readonly Figure[]> {
  const asked = Number(process.env['AIRWORTHY_BENCH_ASSESS_ROWS'] ?? 0)
  const large = asked > 0 ? [{ reference: asked, live: Math.round(asked / 5), columns: 10 }] : []
  const measured: Measured[] = []
  for (const size of [main, ...others, ...large]) measured.push(await measure(size))
  for (const line of costTable(measured)) console.log(`  ${line}`)
  return measured.flatMap(figuresOf)
}

type Measured = { readonly size: Size; readonly seconds: number; readonly memoryMiB: number }

/** The smallest tables stand for the start, which is taken off. */
function costTable(measured: readonly Measured[]): string[] {
  const valuesOf = ({ size }: Measured) => (size.reference + size.live) * size.columns
  const sorted = measured.toSorted((a, b) => valuesOf(a) - valuesOf(b))
  const start = sorted[0]?.seconds ?? 0
  const cells = sorted.map((one, at) => [
    (one.size.reference + one.size.live).toLocaleString('en-US'),
    one.size.columns.toLocaleString('en-US'),
    one.seconds.toFixed(1),
    at === 0 ? 'start' : (((one.seconds - start) * 1e6) / valuesOf(one)).toFixed(2),
    one.memoryMiB.toFixed(0),
  ])
  return [['rows', 'columns', 'seconds', 'µs a value', 'MiB'], ...cells].map((row) =>
    row.map((cell) => cell.padStart(12)).join(''),
  )
}

async function measure(size: Size): Promise<Measured> {
  const { reference } = size
  const dir = mkdtempSync(join(root, 'bench', '.data-'))
  try {
    await writeTables(dir, size)
    const runs: { seconds: number; memoryMiB: number }[] = []
    for (let round = 0; round < (reference > 2_000_000 ? 1 : rounds); round += 1) runs.push(await runOnce(dir))
    const seconds = median(runs.map((run) => run.seconds))
    return { size, seconds, memoryMiB: Math.max(...runs.map((run) => run.memoryMiB)) }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function figuresOf({ size, seconds, memoryMiB }: Measured): Figure[] {
  const { reference, live, columns, secondsMax, memoryMax } = size
  const what = `${reference.toLocaleString('en-US')} rows of a pilot and ${live.toLocaleString('en-US')} live, ${columns} columns, CSV`
  return [
    {
      what: `seconds to assess ${what}`,
      value: seconds.toFixed(1),
      target: secondsMax === undefined ? '–' : `< ${secondsMax}`,
      holds: secondsMax === undefined ? undefined : seconds < secondsMax,
    },
    {
      what: `peak memory in MiB of both processes, the same`,
      value: memoryMiB.toFixed(0),
      target: memoryMax === undefined ? '–' : `< ${memoryMax}`,
      holds: memoryMax === undefined ? undefined : memoryMiB < memoryMax,
    },
  ]
}

/** Seven of ten columns are numbers, the others categories of 5 to 50 values; nothing drifts. The same every time. */
async function writeTables(dir: string, { reference, live, columns }: Size): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const column = (at: number): string => {
    const draw = `(hash(i * 1009 + ${at}) % 1000003) / 1000003.0`
    return at % 10 < 7
      ? `round(sqrt(-2 * ln(${draw} + 1e-9)) * cos(6.2831853 * ((hash(i * 2003 + ${at}) % 1000003) / 1000003.0)), 9) as x${at}`
      : `'value ' || floor(${draw} * ${5 * (1 + (at % 10))}) as c${at}`
  }
  const all = Array.from({ length: columns }, (_, at) => column(at)).join(', ')
  for (const [name, from, rows] of [
    ['reference', 0, reference],
    ['live', reference, live],
  ] as const) {
    await connection.run(
      `copy (select ${all} from range(${from}, ${from + rows}) t(i)) to '${join(dir, `${name}.csv`)}' (header)`,
    )
  }
  connection.closeSync()
  instance.closeSync()
}

async function runOnce(dir: string): Promise<{ seconds: number; memoryMiB: number }> {
  const files = ['reference', 'live'].flatMap((name) => [`--${name}`, join(dir, `${name}.csv`)])
  const began = performance.now()
  const args = [
    'scripts/run.mjs',
    'src/main.ts',
    'assess',
    ...files,
    '--fail-on',
    'never',
    '--json',
    join(dir, 'result.json'),
  ]
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  /** By process: the launcher, and what it has launched. */
  const peaks = new Map<number, number>()
  const look = setInterval(() => {
    for (const pid of withChildren(child.pid)) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peakMiB(pid)))
  }, 20)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearInterval(look)
  if (code !== 0) throw new Error(`airworthy assess ended with ${code}`)
  const memoryMiB = [...peaks.values()].reduce((sum, peak) => sum + peak, 0)
  return { seconds: (performance.now() - began) / 1000, memoryMiB }
}

/** The process and its children, as Linux lists them. */
function withChildren(pid: number | undefined): number[] {
  if (pid === undefined) return []
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return [pid, ...children.map(Number)]
  } catch {
    return [pid]
  }
}

/** What Linux has counted of the process so far; 0 once it is gone. */
function peakMiB(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

export const assessScenario: Scenario = { name: 'assess', run: assessing }
