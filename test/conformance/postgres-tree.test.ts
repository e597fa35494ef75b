// The tree on a PostgreSQL server, held to the same suite, and what only several processes can show: here several trees
// opened on one database. Skipped, with the reason, where there is no server; under CI a missing one is a failure.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openPostgresLog, type PostgresLog } from '#log/postgres-log.ts'
import { openPostgresTree } from '#log/postgres-tree.ts'
import { naiveLeaf, naiveRoot } from '../support/naive-tree.ts'
import { signersOf } from '../support/signed-notes.ts'
import { createOnServer, postgresAbsence } from '../support/view-databases.ts'
import { describeTree, type GrownLog } from './tree.ts'

const absence = await postgresAbsence()
const database = absence === undefined ? await createOnServer() : undefined
const url = database?.url ?? ''
afterAll(() => database?.drop())

type Opened = GrownLog & { readonly log: PostgresLog }

/** What a test that failed left open would grow its tree in the schema of the next one. */
const closings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

async function openLog(): Promise<PostgresLog> {
  const log = await openPostgresLog({ url })
  let closed: Promise<void> | undefined
  const close = () => (closed ??= log.close())
  closings.push(close)
  return { ...log, close }
}

async function openAgain(keptFile?: string): Promise<Opened> {
  const log = await openLog()
  const tree = await openPostgresTree({ url, log, keptFile })
  closings.push(() => tree.close())
  return { log, tree }
}

async function openEmpty(): Promise<Opened> {
  await query('drop schema if exists airworthy_log cascade')
  return openAgain()
}

async function query(text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows as unknown[]
}

async function close({ log, tree }: GrownLog): Promise<void> {
  await tree.close()
  await log.close()
}

const patience = 60_000
let made = 0
async function append({ log }: GrownLog, count: number): Promise<void> {
  // What another process appended this one may not have heard of yet.
  const from = await log.latestHead()
  await Promise.all(
    Array.from({ length: count }, (_, i) => log.append({ entry: Buffer.from(`entry ${from + i}`), id: `t${++made}` })),
  )
}
const rootOf = (size: number) =>
  naiveRoot(Array.from({ length: size }, (_, i) => naiveLeaf(Buffer.from(`entry ${i}`)))).toString('base64')

/** Ends the session that grows the tree, as the death of its process would. */
const endGrowers = () =>
  query(`select pg_terminate_backend(a.pid) from pg_stat_activity a join pg_locks l on l.pid = a.pid
    where l.locktype = 'advisory' and l.granted and a.application_name = 'airworthy log tree'
      and a.datname = current_database()`)

const why = absence === undefined ? '' : ` (skipped: ${absence})`
describe.skipIf(absence !== undefined)(`PostgreSQL${why}`, () => {
  describeTree('PostgreSQL', {
    open: openEmpty,
    async reopen(opened) {
      await close(opened)
      return openAgain()
    },
    async openLogOnly(opened) {
      await close(opened)
      return openLog()
    },
    sizes: [1, 256, 513, 5_000],
  })

  it('is grown by one process; the others see the same checkpoints, keys and cosignatures', async () => {
    const one = await openEmpty()
    const other = await openAgain()
    expect(other.tree.latest()).toEqual(one.tree.latest())
    await append(other, 300)
    const seen = await Promise.all([one.tree.waitFor(300, patience), other.tree.waitFor(300, patience)])
    expect(seen[0]).toMatchObject({ size: 300, root: rootOf(300) })
    expect(seen[1]).toEqual(seen[0])
    expect(await other.tree.tile(0, 0)).toEqual(await one.tree.tile(0, 0))

    const old = one.tree.vkey()
    const { vkey } = await other.tree.rotateKey()
    await append(one, 1)
    const both = await other.tree.waitFor(301, patience)
    expect(signersOf(both?.note ?? '', [old, vkey])).toEqual([vkey, old])
    await untilEqual(() => one.tree.vkey(), vkey)

    const line = { witness: 'w.example', at: '2026-11-21T10:00:00.000Z', line: '— w.example AAAA' }
    await one.tree.addCosignature(301, line)
    await untilEqual(() => other.tree.latest().cosignatures, [line])
    await close(one)
    await close(other)
  })

  it('is taken over within seconds when the process that grows it is gone', async () => {
    const one = await openEmpty()
    const other = await openAgain()
    for (let size = 10; size <= 30; size += 10) {
      await append(one, 10)
      expect((await other.tree.waitFor(size, patience))?.root).toBe(rootOf(size))
      await endGrowers()
    }
    await one.tree.close()
    await append(other, 10)
    expect((await other.tree.waitFor(40, patience))?.root).toBe(rootOf(40))
    await one.log.close()
    await close(other)
  })

  it('is refused where the log is not the one that was signed, also by a process that only follows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'airworthy-kept-'))
    const file = join(folder, 'kept')
    await close(await openEmpty())
    const first = await openAgain(file)
    await append(first, 20)
    await first.tree.waitFor(20, patience)
    await close(first)
    expect(readFileSync(file, 'utf8')).toContain(`\n20\n`)

    await query('delete from airworthy_log.entry where idx >= 10')
    await expect(openAgain()).rejects.toMatchObject({ code: 'log_rolled_back', details: { entries: 10, size: 20 } })
    await query('delete from airworthy_log.checkpoint where size > 10; delete from airworthy_log.tile')
    const grower = await openAgain()
    await expect(openAgain(file)).rejects.toMatchObject({ code: 'log_rolled_back' })
    await append(grower, 10)
    await grower.tree.waitFor(20, patience)
    await close(grower)
    await query("update airworthy_log.entry set bytes = 'x' where idx = 15")
    await expect(openAgain()).rejects.toMatchObject({ code: 'log_forked' })
    rmSync(folder, { recursive: true })
  })
})

async function untilEqual(read: () => unknown, value: unknown): Promise<void> {
  for (const until = Date.now() + patience; Date.now() < until;) {
    if (JSON.stringify(read()) === JSON.stringify(value)) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(read()).toEqual(value)
}
