import { expect, it } from 'vitest'
import { createMemoryLog } from '#log/memory-log.ts'
import { createIdempotencyDesk, type Found } from './idempotency.ts'

const key = (body: string) => ({ once: 'idempotency:x:key', key: 'key', body })

function deskOnLog() {
  const log = createMemoryLog()
  const desk = createIdempotencyDesk<string>(log)
  const decide = (body: string) =>
    desk.run(key(body), async (): Promise<Found<string>> => {
      const entry = Buffer.from(JSON.stringify({ data: { idempotency: { key: 'key', body } } }))
      const appended = await log.append({ entry, id: body, once: key(body).once })
      return appended.kind === 'taken' ? { kind: 'known', index: appended.index } : { kind: 'new', result: body }
    })
  return { log, decide }
}

it('gives whoever sends the recorded body the decision, whoever else asks with another at the same time', async () => {
  const { decide } = deskOnLog()
  await decide('right')
  // The wrong one is looked up first; the right one must not be refused for arriving meanwhile.
  const [wrong, right] = await Promise.allSettled([decide('wrong'), decide('right')])
  expect(wrong).toMatchObject({ status: 'rejected', reason: { code: 'idempotency_conflict' } })
  expect(right).toEqual({ status: 'fulfilled', value: { kind: 'known', index: 0 } })
})

it('decides once for many at once, and refuses every other body', async () => {
  const { log, decide } = deskOnLog()
  const ends = await Promise.allSettled(
    Array.from({ length: 30 }, (_, n) => decide(n % 3 === 0 ? 'first' : `other ${n % 3}`)),
  )
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  expect(log.head()).toBe(1)
})

it('lets another body have the key when the first came to nothing', async () => {
  const log = createMemoryLog()
  const desk = createIdempotencyDesk<string>(log)
  const failed = desk.run(key('first'), () => Promise.reject(new Error('the model is down')))
  const second = desk.run(key('second'), async () => ({ kind: 'new', result: 'second' }))
  await expect(failed).rejects.toThrow('the model is down')
  await expect(second).resolves.toEqual({ kind: 'new', result: 'second' })
})
