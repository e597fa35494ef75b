// Who may do what over the API, and where the text of a key is never to be found.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DecisionAnswer } from '#wire/decision.ts'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { filesHolding, filesOf } from './data-folder.ts'
import { apply, decide, keyFor, modelDir, read, review, scripted, sure, unsure, until } from './gateway-calls.ts'

const folder = temporaryFolder()
let server: AirworthyProcess
let elsewhere: DecisionAnswer
let waiting: DecisionAnswer

beforeAll(async () => {
  server = await startAirworthy({ dataDir: folder.path, modelDir, env: { AIRWORTHY_LOG_LEVEL: 'debug' } })
  await apply(server, scripted('credit'), scripted('other'))
  elsewhere = (await decide(server, 'other', unsure)).body
  waiting = (await decide(server, 'credit', unsure)).body
  await until(
    () => review(server, waiting.id),
    ({ status }) => status === 200,
  )
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

type Headers = Record<string, string>

/** Method, path and body of everything that needs a right, by what the right is called here. */
const calls: Readonly<Record<string, () => readonly [string, string, unknown?, Headers?]>> = {
  'decide for credit': () => ['POST', '/v1/use-cases/credit/decisions', { input: sure }],
  'decide many for credit': () => [
    'POST',
    '/v1/use-cases/credit/decisions:batch',
    '',
    { 'content-type': 'application/x-ndjson' },
  ],
  'infer for credit': () => ['GET', '/v2/models/credit'],
  'decide for other': () => ['POST', '/v1/use-cases/other/decisions', { input: sure }],
  'decide many for other': () => [
    'POST',
    '/v1/use-cases/other/decisions:batch',
    '',
    { 'content-type': 'application/x-ndjson' },
  ],
  'infer for other': () => ['POST', '/v2/models/other/infer', { inputs: [] }],
  'see the answer of credit': () => ['GET', `/v1/decisions/${waiting.id}`],
  'see the answer of other': () => ['GET', `/v1/decisions/${elsewhere.id}`],
  'read a decision of credit': () => ['GET', `/api/v1/decisions/${waiting.id}`],
  'read a decision of other': () => ['GET', `/api/v1/decisions/${elsewhere.id}`],
  'list decisions': () => ['GET', '/api/v1/decisions'],
  'list reviews': () => ['GET', '/api/v1/reviews'],
  'read a review of credit': () => ['GET', `/api/v1/reviews/${waiting.id}`],
  'claim a review': () => ['POST', `/api/v1/reviews/${waiting.id}/claim`],
  'release a review': () => ['POST', `/api/v1/reviews/${waiting.id}/release`],
  'list use cases': () => ['GET', '/api/v1/use-cases'],
  'apply a manifest': () => ['PUT', '/api/v1/use-cases/credit', scripted('credit')],
  observe: () => ['POST', '/v1/use-cases/credit/observations', { input: {}, output: { approve: true } }],
  'record an outcome': () => ['POST', '/v1/outcomes', { decision: waiting.id, label: true }],
  'list actions': () => ['GET', '/api/v1/actions'],
  'replay an action': () => ['POST', `/api/v1/actions/${waiting.id}.0/replay`],
  'list keys': () => ['GET', '/api/v1/keys'],
  'make a key': () => ['POST', '/api/v1/keys', { name: 'more', scopes: ['admin'] }],
  rebuild: () => ['POST', '/api/v1/rebuild'],
  'read the status': () => ['GET', '/api/v1/status'],
  'read the log': () => ['GET', '/api/v1/log'],
}

/** The statuses by call, 2xx as 200. */
async function tryAll(as: Headers): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {}
  for (const [name, call] of Object.entries(calls)) {
    const [method, path, body, headers] = call()
    const { status } = await server.call(method, path, body, { ...headers, ...as })
    statuses[name] = status < 300 ? 200 : status
  }
  return statuses
}

/** 403 for everything but what is named. */
function allBut(allowed: Record<string, number>): Record<string, number> {
  return { ...Object.fromEntries(Object.keys(calls).map((name) => [name, 403])), ...allowed }
}

describe('a key', () => {
  it('to decide for one use case does that and nothing else', async () => {
    const { as } = await keyFor(server, 'app', { scopes: ['decide:credit'] })
    expect(await tryAll(as)).toEqual(
      allBut({
        'decide for credit': 200,
        'decide many for credit': 200,
        'infer for credit': 200,
        'see the answer of credit': 200,
        'see the answer of other': 404,
        'read a decision of credit': 404,
        'read a decision of other': 404,
        'read a review of credit': 404,
        'claim a review': 404,
        'release a review': 404,
        'replay an action': 404,
      }),
    )
  })

  it('of a reviewer reviews and reads, and applies nothing', async () => {
    const { as } = await keyFor(server, 'person', { roles: ['reviewer:credit'] })
    expect(await tryAll(as)).toEqual(
      allBut({
        'see the answer of credit': 200,
        'see the answer of other': 404,
        'read a decision of credit': 200,
        'read a decision of other': 404,
        'list decisions': 200,
        'list reviews': 200,
        'read a review of credit': 200,
        'claim a review': 200,
        'release a review': 200,
        'list use cases': 200,
        'list actions': 200,
        'replay an action': 404,
        'read the status': 200,
        'read the log': 200,
      }),
    )
  })

  it('of an auditor reads everything and changes nothing', async () => {
    const { as } = await keyFor(server, 'auditor', { roles: ['auditor'] })
    expect(await tryAll(as)).toEqual(
      allBut({
        'see the answer of credit': 200,
        'see the answer of other': 200,
        'read a decision of credit': 200,
        'read a decision of other': 200,
        'list decisions': 200,
        'list reviews': 200,
        'read a review of credit': 200,
        'list use cases': 200,
        'list actions': 200,
        'replay an action': 404,
        'read the status': 200,
        'read the log': 200,
      }),
    )
  })

  it('shows lists of its own use cases only', async () => {
    const { as } = await keyFor(server, 'credit only', { roles: ['auditor:credit'] })
    for (const path of ['/api/v1/decisions?limit=200', '/api/v1/reviews?limit=200']) {
      const { items } = (await read<{ items: { useCase: string }[] }>(server, path, as)).body
      expect(items.length).toBeGreaterThan(0)
      expect(new Set(items.map(({ useCase }) => useCase))).toEqual(new Set(['credit']))
    }
  })

  it('that is unknown, malformed or missing is 401 everywhere', async () => {
    for (const authorization of ['Bearer aw_unknown', 'Bearer', 'Basic YTpi', '']) {
      const statuses = await tryAll({ authorization })
      expect(new Set(Object.values(statuses)), authorization).toEqual(new Set([401]))
    }
    const { headers, body } = await read<{ code: string }>(server, '/api/v1/me', { authorization: '' })
    expect([headers['www-authenticate'], body.code]).toEqual(['Bearer realm="airworthy"', 'unauthenticated'])
  })

  it('that was revoked is 401 at once, and stays so', async () => {
    const { id, as } = await keyFor(server, 'short-lived', { scopes: ['decide'] })
    expect((await decide(server, 'credit', sure, { headers: as })).status).toBe(200)
    expect((await server.call('DELETE', `/api/v1/keys/${id}`)).status).toBe(200)
    expect((await decide(server, 'credit', sure, { headers: as })).status).toBe(401)
    expect((await server.call('POST', '/api/v1/rebuild')).status).toBe(200)
    expect((await decide(server, 'credit', sure, { headers: as })).status).toBe(401)
  })
})

describe('the text of a key', () => {
  it('is in no list, no output, no figure and no file', async () => {
    const made = await keyFor(server, 'looked-for', { scopes: ['decide'], roles: ['auditor'] })
    await decide(server, 'credit', sure, { headers: made.as })
    await server.call('POST', '/v1/use-cases/credit/decisions', '{"input":', made.as)
    await server.call('POST', '/v1/use-cases/unknown/decisions', { input: 1 }, made.as)
    await server.call('GET', `/api/v1/nothing?key=${made.key}`, undefined, made.as)
    const listed = JSON.stringify((await read(server, '/api/v1/keys')).body)
    expect(listed).toContain('looked-for')
    expect(listed).not.toContain(made.key)
    expect((await read(server, '/metrics', {})).body).not.toContain(made.key)
    expect(server.output()).not.toContain(made.key)
    // A list waits until the view has taken the key in.
    await read(server, '/api/v1/decisions')
    // That the search finds what is there: the name of the key is on the log and in the view.
    expect(filesHolding(folder.path, 'looked-for').length).toBeGreaterThan(1)
    expect(filesHolding(folder.path, made.key)).toEqual([])
  })

  it('of the admin is in its own file only', async () => {
    const own = temporaryFolder()
    const other = await startAirworthy({ dataDir: own.path, env: { AIRWORTHY_ADMIN_KEY: '' } })
    const key = readFileSync(join(own.path, 'admin-key'), 'utf8').trim()
    expect((await other.call('GET', '/api/v1/me', undefined, { authorization: `Bearer ${key}` })).status).toBe(200)
    expect(other.output()).not.toContain(key)
    await other.stop()
    expect(filesHolding(own.path, key)).toEqual(['admin-key'])
    expect(filesOf(own.path).length).toBeGreaterThan(5)
    own.remove()
  })
})
