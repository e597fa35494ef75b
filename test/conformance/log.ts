// What every log store must do, whatever it is made of. Run by one test file per store.

import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { Log, LogItem } from '#log/log.ts'

export type LogFactory = {
  /** A fresh, empty log. */
  readonly open: () => Promise<Log>
  /** Opens again what `log` wrote, after closing it; absent for stores that keep nothing. */
  readonly reopen?: (log: Log) => Promise<Log>
}

let made = 0
function item(text = 'x', more: Partial<LogItem> = {}): LogItem {
  return { entry: Buffer.from(text), id: `id-${++made}`, ...more }
}
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const payload = (part: string, content: string) => ({ part, salt: Buffer.alloc(16, part), bytes: Buffer.from(content) })

export function describeLog(name: string, factory: LogFactory): void {
  describe(`log: ${name}`, () => {
    it('gives gapless indices from 0 in the order of the calls', async () => {
      const log = await factory.open()
      const results = await Promise.all(Array.from({ length: 300 }, (_, i) => log.append(item(`entry ${i}`))))
      expect(results.map(({ index }) => index)).toEqual(Array.from({ length: 300 }, (_, i) => i))
      expect(log.head()).toBe(300)
      const records = await log.read(0, 1000)
      expect(records.map(({ entry }) => text(entry))).toEqual(Array.from({ length: 300 }, (_, i) => `entry ${i}`))
      await log.close()
    })

    it('reads ranges: bounded by the limit, empty at and past the head', async () => {
      const log = await factory.open()
      for (const word of ['a', 'b', 'c']) await log.append(item(word))
      expect((await log.read(1, 1)).map(({ index, entry }) => [index, text(entry)])).toEqual([[1, 'b']])
      expect(await log.read(3, 10)).toEqual([])
      expect(await log.read(99, 10)).toEqual([])
      await log.close()
    })

    it('finds entries by id and by index, in the order asked for', async () => {
      const log = await factory.open()
      const wanted = item('wanted')
      await log.append(item('other'))
      await log.append(wanted)
      expect((await log.findById(wanted.id))?.index).toBe(1)
      expect(await log.findById('no such id')).toBeUndefined()
      expect((await log.get([1, 0, 7])).map(({ index }) => index)).toEqual([1, 0])
      await log.close()
    })

    it('keeps payloads and the subject apart and gives payloads only when asked', async () => {
      const log = await factory.open()
      const payloads = [payload('input', 'in'), payload('output', '')]
      await log.append(item('with', { payloads, subjectRef: 'pseudonym' }))
      expect((await log.read(0, 1))[0]).toMatchObject({ payloads: [], subjectRef: 'pseudonym' })
      const read = (await log.get([0], { withPayloads: true }))[0]?.payloads ?? []
      expect(read.map(({ part, bytes }) => [part, text(bytes)])).toEqual([
        ['input', 'in'],
        ['output', ''],
      ])
      expect(read.map(({ salt }) => salt.length)).toEqual([16, 16])
      await log.close()
    })

    it('lets a `once` happen once, also when two arrive together', async () => {
      const log = await factory.open()
      const results = await Promise.all([
        log.append(item('first', { once: 'claim' })),
        log.append(item('between')),
        log.append(item('second', { once: 'claim' })),
      ])
      expect(results).toEqual([
        { kind: 'appended', index: 0 },
        { kind: 'appended', index: 1 },
        { kind: 'taken', index: 0 },
      ])
      expect(await log.append(item('third', { once: 'claim' }))).toEqual({ kind: 'taken', index: 0 })
      expect(log.head()).toBe(2)
      expect(await log.findOnce('claim')).toBe(0)
      expect(await log.findOnce('nobody')).toBeUndefined()
      await log.close()
    })

    it('keeps bytes exactly', async () => {
      const log = await factory.open()
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async (bytes) => {
          const { index } = await log.append({
            ...item(),
            entry: bytes,
            payloads: [{ part: 'input', salt: bytes.slice(0, 16), bytes }],
          })
          const record = (await log.get([index], { withPayloads: true }))[0]
          expect(Buffer.compare(record?.entry ?? Buffer.alloc(0), bytes)).toBe(0)
          expect(Buffer.compare(record?.payloads[0]?.bytes ?? Buffer.alloc(0), bytes)).toBe(0)
        }),
        { numRuns: 30 },
      )
      await log.close()
    })

    it('tells listeners that the head grew, until they stop', async () => {
      const log = await factory.open()
      const heads: number[] = []
      const stop = log.onGrowth(() => heads.push(log.head()))
      await log.append(item())
      stop()
      await log.append(item())
      expect(heads).toEqual([1])
      await log.close()
    })

    it('refuses appends after it was closed, and finishes those before', async () => {
      const log = await factory.open()
      const last = log.append(item())
      await log.close()
      await expect(last).resolves.toEqual({ kind: 'appended', index: 0 })
      await expect(log.append(item())).rejects.toMatchObject({ code: 'log_unavailable' })
    })

    const { reopen } = factory
    it.skipIf(!reopen)('has everything, and its name, after it was opened again', async () => {
      const log = await factory.open()
      await log.append(item('kept', { once: 'claim', payloads: [payload('input', 'kept too')] }))
      const again = await (reopen as NonNullable<typeof reopen>)(log)
      expect(again.origin).toBe(log.origin)
      expect(again.head()).toBe(1)
      expect(await again.append(item('late', { once: 'claim' }))).toEqual({ kind: 'taken', index: 0 })
      expect((await again.get([0], { withPayloads: true }))[0]?.payloads).toHaveLength(1)
      await again.close()
    })
  })
}
