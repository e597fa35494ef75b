// A tree.sqlite that is damaged is put aside, never thrown away, and what can still be read of it is carried over: keys,
// checkpoints and cosignatures are promises that nothing else holds. Tiles are made again from the log.

import { existsSync, renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { openTreeForWriting } from './sqlite-tree-schema.ts'

export type Salvaged = {
  readonly db: DatabaseSync
  /** What the operator should know, in a sentence. */
  readonly warning: string
}

/** Each table's columns, and by what its rows are read from either end. */
const tables = [
  { name: 'key', columns: 'id, vkey, since, until', order: 'rowid' },
  { name: 'checkpoint', columns: 'size, at, note', order: 'size' },
  { name: 'cosignature', columns: 'size, witness, at, line', order: 'size' },
] as const

export function salvageTree(file: string, cause: Error): Salvaged {
  const aside = freeName(file)
  for (const ending of ['', '-wal', '-shm']) {
    if (existsSync(file + ending)) renameSync(file + ending, aside + ending)
  }
  const db = openTreeForWriting(file)
  const saved = carryOver(aside, db)
  return {
    db,
    warning: `${file} was damaged (${cause.message}): ${saved} checkpoints were saved from it, its tiles are made again from the log. The damaged file is kept as ${aside}.`,
  }
}

function freeName(file: string): string {
  for (let number = 1; ; number++) {
    const name = `${file}.damaged-${number}`
    if (!existsSync(name)) return name
  }
}

/** Answers how many checkpoints are in `to` then. */
function carryOver(damaged: string, to: DatabaseSync): number {
  let from: DatabaseSync
  try {
    from = new DatabaseSync(damaged, { readOnly: true, defensive: false })
    // Without it SQLite refuses a file that lost its end altogether; nothing is written to it.
    from.exec('pragma writable_schema=on')
  } catch {
    return 0
  }
  to.exec('begin immediate')
  for (const table of tables) for (const direction of ['asc', 'desc'] as const) copyRows({ from, to, table, direction })
  to.exec('commit')
  try {
    from.close()
  } catch {
    // It is put aside; there is nothing more to be had from it.
  }
  return Number(to.prepare('select count(*) as n from checkpoint').get()?.['n'])
}

type Copy = {
  readonly from: DatabaseSync
  readonly to: DatabaseSync
  readonly table: (typeof tables)[number]
  readonly direction: 'asc' | 'desc'
}

/** Up to the first row that cannot be read. */
function copyRows({ from, to, table: { name, columns, order }, direction }: Copy): void {
  const marks = columns.replaceAll(/\w+/g, '?')
  const put = to.prepare(`insert or ignore into ${name} (${columns}) values (${marks})`)
  try {
    for (const row of from.prepare(`select ${columns} from ${name} order by ${order} ${direction}`).iterate()) {
      put.run(...Object.values(row))
    }
  } catch {
    // The rest is reached from the other end, or is lost.
  }
}
