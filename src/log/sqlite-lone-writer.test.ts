import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WriteItem } from './sqlite-batch.ts'
import { openSqliteLog } from './sqlite-log.ts'
import { LoneWriter } from './sqlite-lone-writer.ts'
import { openForWriting } from './sqlite-schema.ts'

let dir = ''
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'airworthy-lone-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const item = (id: string): WriteItem => ({ id, subjectRef: undefined, once: undefined, parts: [] })
const turns = (lone: LoneWriter, sizes: readonly number[]) => sizes.map((size) => lone.isTurn(size))

describe('the lone writer', () => {
  it('takes its turn after some batches of one in a row, and ends at the first of more', () => {
    const lone = new LoneWriter({ file: join(dir, 'log.sqlite'), monotonic: () => 0 })
    expect(turns(lone, [1, 1, 1, 1, 1, 1, 2, 1, 1])).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it('leaves a part of the batches to the thread that moves the write-ahead log', () => {
    const lone = new LoneWriter({ file: join(dir, 'log.sqlite'), monotonic: () => 0 })
    const left = turns(
      lone,
      Array.from({ length: 1_000 }, () => 1),
    ).filter((isTurn) => !isTurn)
    expect(left.length).toBeGreaterThan(10)
    expect(left.length).toBeLessThan(40)
  })

  it('rests after a slow commit', () => {
    let now = 0
    const lone = new LoneWriter({ file: join(dir, 'log.sqlite'), monotonic: () => (now += 5) })
    expect(lone.commit(item('a'), [Buffer.from('a')], 0)).toEqual({ indices: [0], head: 1 })
    expect(
      turns(
        lone,
        Array.from({ length: 20 }, () => 1),
      ),
    ).not.toContain(true)
    lone.close()
  })

  it('does not wait for a lock: the batch is for the thread then', () => {
    const file = join(dir, 'log.sqlite')
    const other = openForWriting(file)
    const lone = new LoneWriter({ file, monotonic: () => 0 })
    expect(lone.commit(item('a'), [Buffer.from('a')], 0)).toBeDefined()
    other.exec('begin immediate')
    expect(lone.commit(item('b'), [Buffer.from('b')], 1)).toBeUndefined()
    other.exec('rollback')
    expect(lone.commit(item('b'), [Buffer.from('b')], 1)).toEqual({ indices: [1], head: 2 })
    lone.close()
    other.close()
  })

  it('keeps indices gapless and claims single while callers come alone and in crowds', async () => {
    const log = await openSqliteLog({ dir })
    const indices: number[] = []
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 12; n++) {
        const { index } = await log.append({
          id: `alone-${round}-${n}`,
          entry: Buffer.from(`alone ${round} ${n}`),
          once: `${round}:${n}`,
        })
        indices.push(index)
        expect(log.head()).toBe(index + 1)
      }
      expect(await log.append({ id: `again-${round}`, entry: Buffer.from('again'), once: `${round}:11` })).toEqual({
        kind: 'taken',
        index: indices.at(-1),
      })
      const crowd = Array.from({ length: 5 }, (_, n) =>
        log.append({ id: `crowd-${round}-${n}`, entry: Buffer.from('crowd') }),
      )
      indices.push(...(await Promise.all(crowd)).map(({ index }) => index))
    }
    expect(indices).toEqual(indices.map((_, at) => at))
    await log.close()
    const again = await openSqliteLog({ dir })
    expect(again.head()).toBe(indices.length)
    await again.close()
  })
})
