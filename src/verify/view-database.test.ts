// What is said where the view cannot be read: on a real PostgreSQL server.

import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createOnServer, postgresAbsence } from '../../test/support/view-databases.ts'
import { openViewDatabase } from './view-database.ts'

const absence = await postgresAbsence()

describe.skipIf(absence)(`a database whose view cannot be read (${absence ?? 'PostgreSQL'})`, () => {
  it('has none yet: a server makes it', async () => {
    const { url, drop } = await createOnServer()
    onTestFinished(drop)
    const view = await openViewDatabase(url)
    onTestFinished(() => view.close())
    await expect(view.projection()).rejects.toMatchObject({ hint: expect.stringContaining('A server makes the view') })
  })

  it('is not for this role: which rights it lacks', async () => {
    const { url, drop } = await createOnServer()
    onTestFinished(drop)
    const owner = new Client({ connectionString: url })
    await owner.connect()
    await owner.query('create table projection (origin text, position bigint)')
    const role = `reader_${new URL(url).pathname.slice(1)}`
    await owner.query(`create role ${role}`)
    onTestFinished(async () => {
      await owner.query(`drop role ${role}`)
      await owner.end()
    })
    const its = new URL(url)
    its.searchParams.set('options', `-c role=${role}`)
    const view = await openViewDatabase(its.href)
    onTestFinished(() => view.close())
    await expect(view.projection()).rejects.toMatchObject({ hint: expect.stringContaining('grant select on') })
  })
})
