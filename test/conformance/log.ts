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
      expect(await log.latestHead()).toBe(300)
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

    it('finds the entries of a subject, from either end, page by page', async () => {
      const log = await factory.open()
      for (const subjectRef of ['ann', 'bob', 'ann', 'ann', 'ann']) await log.append(item('of', { subjectRef }))
      await log.append(item('of nobody'))
      expect(await log.findBySubject('ann', { limit: 10 })).toEqual([0, 2, 3, 4])
      expect(await log.findBySubject('ann', { from: 2, limit: 2 })).toEqual([2, 3])
      expect(await log.findBySubject('ann', { limit: 2, newestFirst: true })).toEqual([4, 3])
      expect(await log.findBySubject('ann', { before: 3, from: 1, limit: 5, newestFirst: true })).toEqual([2])
      expect(await log.findBySubject('carl', { limit: 10 })).toEqual([])
      await log.close()
    })

    describe('erasePayloads', () => {
      const full = (n: number) =>
        item(`entry ${n}`, { payloads: [payload('input', `in ${n}`)], subjectRef: `s${n % 2}` })

      it('takes payloads, salts and pseudonyms of the entries named, and nothing else', async () => {
        const log = await factory.open()
        for (let n = 0; n < 4; n++) await log.append(full(n))
        const two = item('two', { payloads: [payload('output', 'out'), payload('comment', '')], once: 'claim' })
        await log.append(two)
        expect(await log.erasePayloads([4, 1, 99])).toBe(3)
        const records = await log.read(0, 10, { withPayloads: true })
        expect(records.map(({ entry }) => text(entry))).toEqual(['entry 0', 'entry 1', 'entry 2', 'entry 3', 'two'])
        expect(records.map(({ subjectRef, payloads }) => [subjectRef, payloads.length])).toEqual([
          ['s0', 1],
          [undefined, 0],
          ['s0', 1],
          ['s1', 1],
          [undefined, 0],
        ])
        expect(text(records[3]?.payloads[0]?.bytes ?? Buffer.alloc(0))).toBe('in 3')
        expect((await log.findById(two.id, { withPayloads: true }))?.payloads).toEqual([])
        expect((await log.get([1], { withPayloads: true }))[0]?.payloads).toEqual([])
        expect(await log.findBySubject('s1', { limit: 10 })).toEqual([3])
        expect(await log.findOnce('claim')).toBe(4)
        await log.close()
      })

      it('may be called again, and for nothing', async () => {
        const log = await factory.open()
        await log.append(full(0))
        expect(await log.erasePayloads([])).toBe(0)
        expect(await Promise.all([log.erasePayloads([0]), log.erasePayloads([0])])).toEqual(
          expect.arrayContaining([0, 1]) as unknown,
        )
        expect(await log.erasePayloads([0, 7])).toBe(0)
        await log.close()
      })

      it('goes on beside appends, which stay gapless and keep what is theirs', async () => {
        const log = await factory.open()
        for (let n = 0; n < 50; n++) await log.append(full(n))
        const erasing = log.erasePayloads(Array.from({ length: 50 }, (_, n) => n))
        const added = await Promise.all(Array.from({ length: 200 }, (_, n) => log.append(full(50 + n))))
        expect(added.map(({ index }) => index)).toEqual(Array.from({ length: 200 }, (_, n) => 50 + n))
        expect(await erasing).toBe(50)
        const records = await log.read(0, 1000, { withPayloads: true })
        expect(records.map(({ payloads }) => payloads.length)).toEqual(records.map((_, n) => (n < 50 ? 0 : 1)))
        await log.close()
      })

      it('fails once the log is closed', async () => {
        const log = await factory.open()
        await log.append(full(0))
        await log.close()
        await expect(log.erasePayloads([0])).rejects.toMatchObject({ code: 'log_unavailable' })
      })

      it('leaves what any sequence of erasures should leave', async () => {
        const log = await factory.open()
        const size = 40
        for (let n = 0; n < size; n++) await log.append(full(n))
        const left = new Set(Array.from({ length: size }, (_, n) => n))
        await fc.assert(
          fc.asyncProperty(fc.uniqueArray(fc.nat(size + 5), { maxLength: 6 }), async (indices) => {
            const expected = indices.filter((index) => left.delete(index)).length
            expect(await log.erasePayloads(indices)).toBe(expected)
            const records = await log.read(0, size, { withPayloads: true })
            for (const { index, payloads, subjectRef } of records) {
              expect([payloads.length, subjectRef]).toEqual(left.has(index) ? [1, `s${index % 2}`] : [0, undefined])
            }
          }),
          { numRuns: 6 },
        )
        await log.close()
      })
    })

    const { reopen } = factory
    it.skipIf(!reopen)('still lacks what was erased after it was opened again', async () => {
      const log = await factory.open()
      await log.append(item('gone', { payloads: [payload('input', 'x')], subjectRef: 's' }))
      await log.append(item('kept', { payloads: [payload('input', 'y')], subjectRef: 's' }))
      await log.erasePayloads([0])
      const again = await (reopen as NonNullable<typeof reopen>)(log)
      const records = await again.read(0, 10, { withPayloads: true })
      expect(records.map(({ payloads }) => payloads.length)).toEqual([0, 1])
      expect(await again.findBySubject('s', { limit: 10 })).toEqual([1])
      await again.close()
    })

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
