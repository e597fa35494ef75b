// What a server shows, compared with its log by the independent verifier: while the server runs, and after it was stopped; and
// after somebody changed the database behind its back.

import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSource } from '#verify/open-source.ts'
import { openView } from '#verify/open-view.ts'
import { verifyLog } from '#verify/verify-log.ts'
import { adminKey, startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { apply, decide, decideReview, modelDir, read, scripted, sure, unsure, until } from './gateway-calls.ts'

const folder = temporaryFolder()
const dataDir = folder.path
let server: AirworthyProcess
const decided: number[] = []

beforeAll(async () => {
  server = await startAirworthy({ dataDir, modelDir })
  await apply(server, scripted('plain'))
  const answers = []
  for (const request of [sure, unsure, unsure, sure]) answers.push((await decide(server, 'plain', request)).body)
  decided.push(...answers.map(({ log }) => log.index))
  await decideReview(server, answers[1]?.id ?? '')
  await until(
    async () => (await read<{ view: { behind: number } }>(server, '/api/v1/log')).body,
    ({ view }) => view.behind === 0,
  )
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

async function compared() {
  const source = await openSource(dataDir)
  const view = await openView(dataDir, { apiKey: adminKey })
  try {
    return await verifyLog(source, { view })
  } finally {
    await view.close()
    await source.close()
  }
}

async function change(sql: string): Promise<void> {
  const db = await PGlite.create(join(dataDir, 'view', 'data'))
  await db.exec(sql)
  await db.close()
}

describe('the view of a server', () => {
  it('agrees with the log while it runs, by what it answers', async () => {
    const { findings, view } = await compared()
    expect(findings).toEqual([])
    expect(view).toMatchObject({ name: `the view as ${server.url} tells it`, agreeing: 4 })
  })

  it('agrees when it is stopped, by what lies in its database', async () => {
    await server.stop()
    const { findings, view } = await compared()
    expect(findings).toEqual([])
    expect(view).toMatchObject({ name: `the view in ${join(dataDir, 'view')}`, agreeing: 4 })
  })

  it('does not, when somebody changed a row, took one out, or undid what a person decided', async () => {
    await change(`update decision set route = 'reject' where log_index = ${decided[0]}`)
    await change(`delete from decision where log_index = ${decided[3]}`)
    await change(
      `update decision set status = 'pending_review', final_value = null where status = 'decided' and route = 'review'`,
    )
    const { verdict, findings } = await compared()
    expect(verdict).toBe('broken')
    expect(findings.map(({ code, where }) => [code, where.entry])).toEqual(
      [decided[0], decided[1], decided[3]].map((entry) => ['view-differs', entry]),
    )
    expect(findings[0]?.problem).toMatch(/the view says route "reject", and the log "act"/)
  })
})
