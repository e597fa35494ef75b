// What follows a decision in other systems: sent once, signed, tried again, given up and replayed, and never repeated by
// making the view again.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ActionState } from '#wire/decision.ts'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { receiveWebhooks, type WebhookReceiver } from '../../support/webhook-receiver.ts'
import { apply, decide, decideReview, modelDir, read, scripted, sure, unsure, until } from './gateway-calls.ts'

const folder = temporaryFolder()
const secret = `whsec_${randomBytes(32).toString('base64')}`
const env = { HOOK_SECRET: secret }
const start = () => startAirworthy({ dataDir: folder.path, modelDir, env })
let server: AirworthyProcess
beforeAll(async () => {
  server = await start()
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const hook = (receiver: WebhookReceiver) => ({ url: `${receiver.url}/hook?tenant=7`, secretRef: 'env:HOOK_SECRET' })

async function useCaseTo(receiver: WebhookReceiver, name: string, on = 'decided'): Promise<string> {
  await apply(server, scripted(name, { actions: [{ on, webhook: hook(receiver) }] }))
  return name
}

const arrived = (receiver: WebhookReceiver, count: number) =>
  until(
    async () => receiver.received,
    (received) => received.length >= count,
  )

const actionsOf = async (useCase: string) =>
  (await read<{ items: ActionState[] }>(server, `/api/v1/actions?useCase=${useCase}&limit=200`)).body.items

const actionWith = (useCase: string, status: ActionState['status'], of: ActionState['decision']) =>
  until(
    async () => (await actionsOf(useCase)).find(({ decision }) => decision === of),
    (action) => action?.status === status,
  )

describe('a webhook', () => {
  it('comes signed after the system acted, and names decision and output', async () => {
    const receiver = await receiveWebhooks()
    const { body } = await decide(server, await useCaseTo(receiver, 'acted'), sure)
    const [got] = await arrived(receiver, 1)
    const message = new Webhook(secret).verify(got?.body ?? '', got?.headers ?? {}) as { data: Record<string, unknown> }
    expect(JSON.stringify(message)).toContain(body.id)
    expect(JSON.stringify(message.data)).toContain(JSON.stringify(sure.answer))
    expect(got?.headers['idempotency-key']).toBe(got?.id)
    expect(got?.id).toContain(body.id)
    const action = await actionWith('acted', 'delivered', body.id)
    expect(action).toMatchObject({ attempts: 1, lastError: null, target: `${receiver.url}/hook` })
    const other = new Webhook(`whsec_${randomBytes(32).toString('base64')}`)
    expect(() => other.verify(got?.body ?? '', got?.headers ?? {})).toThrow('signature')
  })

  it('comes after a person decided, with what the person decided, and not before', async () => {
    const receiver = await receiveWebhooks()
    const useCase = await useCaseTo(receiver, 'reviewed')
    const { body } = await decide(server, useCase, unsure)
    const acted = await decide(server, useCase, sure)
    await arrived(receiver, 1)
    expect(receiver.received.map(({ id }) => id.includes(acted.body.id))).toEqual([true])
    await decideReview(server, body.id, {
      verdict: 'override',
      output: { approve: false, note: 'by hand' },
      reason: 'documents',
    })
    const [, got] = await arrived(receiver, 2)
    expect(JSON.stringify(new Webhook(secret).verify(got?.body ?? '', got?.headers ?? {}))).toContain('by hand')
  })

  it('follows only what it was declared for', async () => {
    const receiver = await receiveWebhooks()
    const useCase = await useCaseTo(receiver, 'by-people', 'review')
    expect((await decide(server, useCase, sure)).status).toBe(200)
    const { body } = await decide(server, useCase, unsure)
    await decideReview(server, body.id)
    const received = await arrived(receiver, 1)
    expect(received.map(({ id }) => id.includes(body.id))).toEqual([true])
    expect(await actionsOf(useCase)).toHaveLength(1)
  })

  it('is tried again with the same id, signed anew', async () => {
    const receiver = await receiveWebhooks()
    // The second attempt has no answer until the first was looked at.
    const second = Promise.withResolvers<number>()
    receiver.answerNext(500, second.promise)
    const { body } = await decide(server, await useCaseTo(receiver, 'retried'), sure)
    const waiting = await until(
      async () => (await actionsOf('retried'))[0],
      (action) => action?.attempts === 1,
    )
    expect(waiting).toMatchObject({ status: 'queued', lastError: expect.stringContaining('500') })
    second.resolve(204)
    const [one, other] = await arrived(receiver, 2)
    expect(other?.id).toBe(one?.id)
    expect(other?.body).toBe(one?.body)
    expect(Number(other?.headers['webhook-timestamp'])).toBeGreaterThan(Number(one?.headers['webhook-timestamp']))
    new Webhook(secret).verify(other?.body ?? '', other?.headers ?? {})
    expect(await actionWith('retried', 'delivered', body.id)).toMatchObject({ attempts: 2, lastError: null })
  })

  it('is given up when the receiver wants no more, and can be replayed', async () => {
    const receiver = await receiveWebhooks()
    receiver.answerNext(410)
    const { body } = await decide(server, await useCaseTo(receiver, 'dead'), sure)
    const dead = await actionWith('dead', 'dead', body.id)
    expect(dead?.lastError).toContain('410')
    const listed = (await read<{ items: ActionState[] }>(server, '/api/v1/actions?status=dead')).body.items
    expect(listed.map(({ id }) => id)).toContain(dead?.id)

    expect((await server.call('POST', `/api/v1/actions/${dead?.id}/replay`)).status).toBe(200)
    expect(await actionWith('dead', 'delivered', body.id)).toMatchObject({ lastError: null })
    expect(receiver.received.map(({ id }) => id)).toEqual([receiver.received[0]?.id, receiver.received[0]?.id])
    expect(await server.call('POST', `/api/v1/actions/${dead?.id}/replay`)).toMatchObject({
      status: 409,
      body: { code: 'action_not_dead' },
    })
  })

  it('waits in the queue, with the reason, while its secret cannot be read', async () => {
    const receiver = await receiveWebhooks()
    const webhook = { ...hook(receiver), secretRef: 'env:NO_SUCH_SECRET' }
    await apply(server, scripted('no-secret', { actions: [{ on: 'act', webhook }] }))
    const { body } = await decide(server, 'no-secret', sure)
    const waiting = await until(
      async () => (await actionsOf('no-secret'))[0],
      (action) => action?.lastError !== null,
    )
    expect(waiting).toMatchObject({
      status: 'queued',
      decision: body.id,
      lastError: expect.stringContaining('NO_SUCH_SECRET'),
    })
    expect(receiver.received).toEqual([])
  })
})

const comparable = (items: readonly ActionState[]) =>
  items.map(({ id, status, attempts }) => ({ id, status, attempts }))

it('repeats nothing after the view was made again, online and offline', async () => {
  const receiver = await receiveWebhooks()
  const useCase = await useCaseTo(receiver, 'rebuilt')
  receiver.answerNext(410)
  for (let n = 0; n < 20; n++) await decide(server, useCase, { ...sure, amount: n })
  const { body: waiting } = await decide(server, useCase, unsure)
  await decideReview(server, waiting.id)
  await until(
    () => actionsOf(useCase),
    (actions) => actions.length === 21 && actions.every(({ status }) => status !== 'queued'),
  )
  const before = comparable(await actionsOf(useCase))
  expect(receiver.received).toHaveLength(21)
  /** What is due now is sent in the order in which it became due: after this one nothing older is left to send. */
  const sendOneMore = async () => {
    const { body } = await decide(server, useCase, sure)
    await actionWith(useCase, 'delivered', body.id)
    return body.id
  }

  const { status, body } = await server.call('POST', '/api/v1/rebuild')
  expect(status).toBe(200)
  expect((body as { entries: number }).entries).toBeGreaterThan(60)
  const afterOnline = await sendOneMore()
  expect(receiver.received).toHaveLength(22)
  expect(comparable(await actionsOf(useCase)).filter(({ id }) => !id.startsWith(afterOnline))).toEqual(before)

  await server.stop()
  const rebuilt = spawnSync(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', resolve('src/main.ts'), 'rebuild', '--json'],
    { env: { ...process.env, DATABASE_URL: '', AIRWORTHY_DATA_DIR: folder.path }, encoding: 'utf8' },
  )
  expect(rebuilt.status, rebuilt.stderr).toBe(0)
  expect(JSON.parse(rebuilt.stdout)).toMatchObject({ entries: expect.any(Number) })
  server = await start()
  const afterOffline = await sendOneMore()
  expect(receiver.received).toHaveLength(23)
  const isNew = ({ id }: { id: string }) => id.startsWith(afterOnline) || id.startsWith(afterOffline)
  expect(comparable(await actionsOf(useCase)).filter((action) => !isNew(action))).toEqual(before)
})

describe('a server that others can reach', () => {
  it('calls no internal address, unless it is allowed to', async () => {
    const receiver = await receiveWebhooks()
    const own = temporaryFolder()
    const open = { ...env, AIRWORTHY_HOST: '0.0.0.0' }
    const reachable = await startAirworthy({ dataDir: own.path, modelDir, env: open })
    const ofServer = async (each: AirworthyProcess) =>
      (await read<{ items: ActionState[] }>(each, '/api/v1/actions')).body.items[0]
    await apply(reachable, scripted('internal', { actions: [{ on: 'act', webhook: hook(receiver) }] }))
    await decide(reachable, 'internal', sure)
    const refused = await until(
      () => ofServer(reachable),
      (action) => action !== undefined && action.lastError !== null,
    )
    expect(refused?.lastError).toMatch(/loopback address and may not be called.*AIRWORTHY_ALLOW_INTERNAL/)
    const model = { name: 'inside', version: '1', endpoint: { protocol: 'http', url: `${receiver.url}/model` } }
    const applied = await reachable.call('PUT', '/api/v1/use-cases/model', scripted('model', { model }))
    expect([applied.status, (applied.body as { code: string }).code]).toEqual([422, 'address_refused'])
    expect(receiver.received).toEqual([])
    await reachable.stop()

    const allowed = { ...open, AIRWORTHY_ALLOW_INTERNAL: `127.0.0.1:${receiver.port}` }
    const again = await startAirworthy({ dataDir: own.path, modelDir, env: allowed })
    await until(
      () => ofServer(again),
      (action) => action?.status === 'delivered',
    )
    expect(receiver.received).toHaveLength(1)
    await again.stop()
    own.remove()
  })
})
