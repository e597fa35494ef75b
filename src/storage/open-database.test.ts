import { closeSync, openSync, readdirSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PlatformError } from '#core/kernel/errors.ts'
import { databasesUnderTest, openEmbedded, type TestDatabase } from '../../test/support/view-databases.ts'
import { openDatabase } from './open-database.ts'
import { readMigrations } from './migrate.ts'
import { viewTableNames } from './view-tables.ts'

const longAgo = '2026-01-05T10:00:00.120Z'

for (const { name, absence, open } of await databasesUnderTest()) {
  describe.skipIf(absence !== undefined)(`database: ${name}${absence === undefined ? '' : ` (${absence})`}`, () => {
    let test: TestDatabase
    beforeAll(async () => {
      test = await open()
    })
    afterAll(() => test?.end())

    it('has the tables that the types name, and no others', async () => {
      const { rows } = await test.database.transaction((run) =>
        run("select table_name from information_schema.tables where table_schema = 'public' order by 1"),
      )
      expect(rows.map((row) => row['table_name'])).toEqual([...viewTableNames, 'schema_migration'].sort())
    })

    it('gives numbers, times and days as the types say', async () => {
      const { rows } = await test.database.transaction((run) =>
        run(
          `select $1::timestamptz as at, $1::timestamptz + interval '880 ms' as whole, 12345678901234::bigint as n,
                  ($1::timestamptz at time zone 'UTC')::date as day, '{"a":[1,null]}'::jsonb as json, 1.5::float8 as share`,
          [longAgo],
        ),
      )
      expect(rows[0]).toEqual({
        at: longAgo,
        whole: '2026-01-05T10:00:01.000Z',
        n: 12345678901234,
        day: '2026-01-05',
        json: { a: [1, null] },
        share: 1.5,
      })
    })

    it('rolls a transaction back when its work fails, and goes on', async () => {
      const { database } = test
      const insert = "insert into use_case values ('x', 1, now())"
      await expect(
        database.transaction(async (run) => {
          await run(insert)
          throw new Error('stop')
        }),
      ).rejects.toThrow('stop')
      await expect(database.transaction((run) => run('select no_such_column'))).rejects.toMatchObject({ code: '42703' })
      expect(await database.db.selectFrom('use_case').selectAll().execute()).toEqual([])
    })

    it('keeps answers with their callers, however many ask at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          i % 3 === 0
            ? test.database.transaction(async (run) => (await run(`select $1::int as n${i}`, [i])).rows[0]?.[`n${i}`])
            : test.database.db
                .selectNoFrom((eb) => eb.val(i).as(`n${i}`))
                .executeTakeFirst()
                .then((row) => Number(Object.values(row ?? {})[0])),
        ),
      )
      expect(answers).toEqual(Array.from({ length: 60 }, (_, i) => i))
    })

    it('refuses a migration that was changed, and one it does not know', async () => {
      const { migrate } = await import('./migrate.ts')
      const files = readMigrations()
      const changed = files.map((file) => ({ ...file, digest: 'other' }))
      await expect(migrate(test.database.transaction, changed)).rejects.toMatchObject({ code: 'configuration_invalid' })
      await expect(migrate(test.database.transaction, [])).rejects.toMatchObject({ code: 'configuration_invalid' })
      expect(await migrate(test.database.transaction, files)).toEqual([])
    })

    it('applies a file wholly or not at all', async () => {
      const { migrate } = await import('./migrate.ts')
      const bad = { number: 9999, name: '9999_bad.sql', digest: 'x', sql: 'create table half (n int); select 1/0;' }
      await expect(migrate(test.database.transaction, [...readMigrations(), bad])).rejects.toMatchObject({
        code: '22012',
      })
      await expect(test.database.transaction((run) => run('select * from half'))).rejects.toMatchObject({
        code: 'view_unavailable',
      })
    })

    it('makes all tables anew on reset', async () => {
      await test.database.transaction((run) => run("insert into use_case values ('x', 1, now())"))
      await test.database.reset()
      expect(await test.database.db.selectFrom('use_case').selectAll().execute()).toEqual([])
    })
  })
}

describe('embedded database', () => {
  let test: TestDatabase
  beforeAll(async () => {
    test = await openEmbedded()
  })
  afterAll(() => test?.end())

  const rows = 'select count(*) as n from use_case'
  const countRows = async () => (await test.database.transaction((run) => run(rows))).rows[0]?.['n']
  async function fill(): Promise<void> {
    await test.database.reset()
    await test.database.transaction((run) =>
      run("insert into use_case select 'u' || i, i, now() from generate_series(1, 2000) i"),
    )
  }
  async function reopen(): Promise<void> {
    await test.database.close()
    test = { ...test, database: await openDatabase({ databaseUrl: undefined, dataDir: test.dataDir }) }
  }
  const dataDir = () => join(test.dataDir, 'view', 'data')
  const tableFiles = () =>
    readdirSync(join(dataDir(), 'base'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))

  it('keeps its rows over a restart', async () => {
    await fill()
    await reopen()
    expect(await countRows()).toBe(2000)
  })

  it('is made anew and empty when another version made it', async () => {
    await fill()
    await test.database.transaction(async (run) => {
      await run("update schema_migration set digest = 'of another version'")
      await run('create table of_another_version (n int)')
    })
    await reopen()
    expect(await countRows()).toBe(0)
    const { rows: left } = await test.database.transaction((run) =>
      run("select 1 from information_schema.tables where table_name = 'of_another_version'"),
    )
    expect(left).toEqual([])
  })

  it('is made anew and empty when a file lost its end while it was closed', async () => {
    await fill()
    await test.database.close()
    truncateSync(tableFiles().find((file) => statSync(file).size > 60_000) ?? '', 8192)
    await reopen()
    expect(await countRows()).toBe(0)
  })

  it('is made anew when it was killed and its files then lost their ends', async () => {
    await fill()
    await test.database.close()
    const { readFileSync } = await import('node:fs')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    writeFileSync(join(test.dataDir, 'view', 'note.json'), JSON.stringify({ state: 'open', boot }))
    for (const file of tableFiles()) if (statSync(file).size > 8192) truncateSync(file, 8192)
    await reopen()
    expect(await countRows()).toBe(0)
  })

  it.skipIf(process.platform !== 'linux')('runs at a lower priority, and nothing else does', () => {
    const threads = readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)))
    expect(threads.filter((priority) => priority === 10)).toHaveLength(1)
  })

  it('is replaced while it runs when a page turns out damaged: calls fail with view_unavailable, then work again', async () => {
    await fill()
    const path = await test.database.transaction((run) => run("select pg_relation_filepath('use_case') as path"))
    await test.database.close()
    // The size stays, so only the page's checksum can tell.
    const file = openSync(join(dataDir(), String(path.rows[0]?.['path'])), 'r+')
    writeSync(file, Buffer.alloc(512, 0x5a), 0, 512, 4096)
    closeSync(file)
    await reopen()
    await expect(countRows()).rejects.toMatchObject({ code: 'view_unavailable' })
    await expect.poll(() => test.database.prepare().then(countRows, String), { interval: 100 }).toBe(0)
  })

  it('fails with view_unavailable when the driver cannot reach it, as a value that says what to do', async () => {
    const unreachable = openDatabase({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', dataDir: '' })
    await expect(unreachable).rejects.toBeInstanceOf(PlatformError)
    await expect(unreachable).rejects.toMatchObject({
      code: 'view_unavailable',
      hint: expect.stringContaining('Try again'),
    })
  })
})
