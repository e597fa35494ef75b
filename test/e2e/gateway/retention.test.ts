// What is too old goes by itself; what a legal hold covers is erased neither by age nor on request, and says so; after the
// release retention takes it up, and a request has to be made again.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '#wire/common.ts'
import type { LogState } from '#wire/log.ts'
import type { Erasure, ErasureDone, LegalHold } from '#wire/privacy.ts'
import { startAirworthy, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { airworthy, stores, type Place } from './erasing-places.ts'
import { apply, decide, decideReview, detail, keyFor, modelDir, read, scripted, until } from './gateway-calls.ts'

const text = 'marker-of-what-is-kept'
const answer = (score: number) => ({ note: text, answer: { approve: true, score, note: text } })
const sure = answer(0.99)
const unsure = answer(0.1)

describe.each(await stores())('retention and legal holds, $name', ({ absence, make }) => {
  if (absence !== undefined) {
    it.skip(`(skipped: ${absence})`, () => undefined)
    return
  }
  let place: Place
  let server: AirworthyProcess
  const made: Record<'old' | 'waiting' | 'ofPerson' | 'ofUseCase' | 'kept', string> = {
    old: '',
    waiting: '',
    ofPerson: '',
    ofUseCase: '',
    kept: '',
  }
  const held = { person: '', useCase: '' }

  const start = async () => {
    server = await startAirworthy({ dataDir: place.folder, modelDir, env: place.env })
  }
  const erasedOf = async (id: string) => (await detail(server, id)).body.erased
  const untilErased = (id: string) =>
    until(
      () => erasedOf(id),
      (erased) => erased !== null,
    )
  const untilDone = () =>
    until(
      async () => (await read<{ items: Erasure[] }>(server, '/api/v1/erasures')).body.items,
      (items) => items.length > 0 && items.every(({ completedAt }) => completedAt !== null),
    )
  const erase = async (wanted: object) =>
    (await server.call('POST', '/api/v1/erasures', wanted)) as { status: number; body: ErasureDone }
  /** As a person would, who asks again when told that the view is behind the log. */
  const command = async (...args: string[]) => {
    await until(
      () => read<LogState>(server, '/api/v1/log'),
      ({ body }) => body.view.behind === 0,
    )
    return airworthy([...args, '--server', server.url])
  }
  const hold = (...args: string[]) => command('hold', ...args, '--json')

  beforeAll(async () => {
    place = await make()
    await start()
    const privacy = { retention: '1ms' }
    await apply(server, scripted('short', { privacy }), scripted('sued', { privacy }), scripted('lasting'))
  })
  afterAll(async () => {
    await server?.stop()
    await place?.remove()
  })

  it('places holds, on a use case and on a person whom no answer names', async () => {
    const ofUseCase = await hold('place', '--use-case', 'sued', '--reason', '7 O 41/26')
    expect(ofUseCase.status, ofUseCase.err).toBe(0)
    held.useCase = (JSON.parse(ofUseCase.out) as LegalHold).id
    const ofPerson = await hold('place', '--subject', 'customer-held', '--reason', 'complaint 12')
    held.person = (JSON.parse(ofPerson.out) as LegalHold).id
    expect(ofPerson.out).not.toContain('customer-held')
    const listed = await hold('list')
    expect(listed.out).toContain(held.person)
    expect(listed.out).not.toContain('customer-held')
  })

  it('refuses holds on nothing, on what is not there, and by whoever may not', async () => {
    const told = async (...args: string[]) => {
      const { status, err } = await hold(...args)
      return [status, err]
    }
    expect(await told('place', '--reason', 'x')).toEqual([2, expect.stringContaining('Give --use-case or --subject')])
    expect(await told('place', '--use-case', 'nowhere', '--reason', 'x')).toEqual([
      3,
      expect.stringContaining('There is no use case nowhere'),
    ])
    expect(await told('release', 'nothing', '--reason', 'x')).toEqual([
      3,
      expect.stringContaining('no legal hold nothing'),
    ])
    const auditor = await keyFor(server, 'auditor', { roles: ['auditor'] })
    const wanted = { useCase: 'short', reason: 'x' }
    const { status, body } = await server.call('POST', '/api/v1/legal-holds', wanted, auditor.as)
    expect([status, (body as Problem).code]).toEqual([403, 'forbidden'])
  })

  it('erases by age what is finished and not held, and says so on the decision', async () => {
    made.old = (await decide(server, 'short', sure, { subject: 'customer-old' })).body.id
    made.waiting = (await decide(server, 'short', unsure)).body.id
    made.ofPerson = (await decide(server, 'short', sure, { subject: 'customer-held' })).body.id
    made.ofUseCase = (await decide(server, 'sued', sure)).body.id
    made.kept = (await decide(server, 'lasting', sure)).body.id
    // It looks when it begins, and once a minute from then on.
    await server.stop()
    await start()
    expect(await untilErased(made.old)).toMatchObject({
      cause: 'retention',
      by: 'the server',
      reason: 'Kept for 1ms (privacy.retention, revision 1).',
    })
    await untilDone()
    for (const id of [made.waiting, made.ofPerson, made.ofUseCase, made.kept]) expect(await erasedOf(id)).toBeNull()
    expect(await place.holding('customer-old')).toEqual([])
  })

  it('keeps from a request what is held, says by which hold, and records that it was asked for', async () => {
    const mine = { decision: made.ofUseCase, reason: 'request 1' }
    const { status, body } = await erase(mine)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      decisions: 0,
      held: 1,
      holds: [{ id: held.useCase, useCase: 'sued', reason: '7 O 41/26', decisions: 1 }],
    })
    const told = await command('erase', '--subject', 'customer-held', '--reason', 'request 2')
    expect(told.status).toBe(3)
    expect(told.out).toContain(`Kept by legal hold ${held.person} (a person: complaint 12): 1 decision.`)
    expect(told.out).toContain('ask again')
    expect(told.out + told.err).not.toContain('customer-held')
    for (const id of [made.ofPerson, made.ofUseCase]) expect((await detail(server, id)).body.withheld).toBeNull()
    const [second, first] = (await read<{ items: Erasure[] }>(server, '/api/v1/erasures')).body.items
    expect([second, first]).toMatchObject([
      { reason: 'request 2', decisions: 0, held: 1 },
      { reason: 'request 1', decisions: 0, held: 1 },
    ])
  })

  it('takes up by age what was released and what was finished; a request has to be made again', async () => {
    expect((await hold('release', held.useCase, '--reason', 'settled')).status).toBe(0)
    const again = await hold('release', held.useCase, '--reason', 'settled')
    expect([again.status, again.err]).toEqual([3, expect.stringContaining('was released before')])
    await decideReview(server, made.waiting)
    await server.stop()
    await start()
    await untilErased(made.ofUseCase)
    await untilErased(made.waiting)
    await untilDone()
    expect(await erasedOf(made.ofPerson)).toBeNull()
    expect((await hold('release', held.person, '--reason', 'settled')).status).toBe(0)
    expect((await erase({ subject: 'customer-held', reason: 'request 3' })).body).toMatchObject({
      decisions: 1,
      held: 0,
    })
    expect(await place.holding('customer-held')).toEqual([])
    expect((await detail(server, made.kept)).body.withheld).toBeNull()
  })

  it('leaves a log that holds', async () => {
    expect((await erase({ decision: made.kept, reason: 'the last' })).status).toBe(201)
    expect(await place.holding(text)).toEqual([])
    await server.stop()
    expect(await place.holding(text)).toEqual([])
    const verified = airworthy(['verify', place.log], place.env)
    expect(verified.status, verified.out + verified.err).toBe(0)
  })
})
