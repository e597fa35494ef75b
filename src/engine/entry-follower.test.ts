import { describe, expect, it } from 'vitest'
import { createMemoryLog } from '#log/memory-log.ts'
import type { Log } from '#log/log.ts'
import { createEntryFollower, type EntryHandlers } from './entry-follower.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Reads whole ranges of a memory log, as the database would leave out other types. */
function readable(log: Log) {
  return {
    head: () => log.head(),
    onGrowth: (listener: () => void) => log.onGrowth(listener),
    latestHead: async () => log.head(),
    async readTypes({ from, to }: { from: number; to: number }, types: readonly string[]) {
      const records = await log.read(from, to - from)
      return records.filter(({ entry }) => types.some((type) => Buffer.from(entry).includes(`"type":"${type}"`)))
    },
  }
}

let made = 0
function append(log: Log, type: string, n: number) {
  const id = `f-${++made}`
  return log.append({ id, entry: Buffer.from(JSON.stringify({ data: { n }, id, type })) })
}

function following(log: Log, handlers: EntryHandlers, from = 0) {
  const follower = createEntryFollower({ log: readable(log), handlers, logger: silent })
  follower.start(from)
  return follower
}

describe('createEntryFollower', () => {
  it('hands on what it is asked for, in order, from where it begins', async () => {
    const log = createMemoryLog()
    const seen: number[] = []
    for (let n = 0; n < 5; n++) await append(log, n % 2 === 0 ? 'even' : 'odd', n)
    const follower = following(log, { even: (event) => void seen.push(event.data['n'] as number) }, 1)
    await follower.catchUp()
    expect(seen).toEqual([2, 4])
    await append(log, 'even', 6)
    await follower.catchUp()
    expect(seen).toEqual([2, 4, 6])
    await follower.stop()
    await append(log, 'even', 8)
    expect(seen).toEqual([2, 4, 6])
  })

  it('waits for a handler before the next entry, and goes on after one that fails', async () => {
    const log = createMemoryLog()
    const seen: string[] = []
    const slow = async (event: { data: Record<string, unknown> }) => {
      seen.push(`begin ${String(event.data['n'])}`)
      await Promise.resolve()
      if (event.data['n'] === 0) throw new Error('cannot')
      seen.push(`end ${String(event.data['n'])}`)
    }
    const follower = following(log, { slow })
    for (let n = 0; n < 3; n++) await append(log, 'slow', n)
    await follower.catchUp()
    expect(seen).toEqual(['begin 0', 'begin 1', 'end 1', 'begin 2', 'end 2'])
    await follower.stop()
  })

  it('catches up with what nobody has told it of', async () => {
    const log = createMemoryLog()
    const seen: number[] = []
    const unaware = { ...readable(log), head: () => 0, onGrowth: () => () => undefined }
    const follower = createEntryFollower({
      log: unaware,
      handlers: { made: (_, index) => void seen.push(index) },
      logger: silent,
    })
    follower.start(0)
    await append(log, 'made', 1)
    await follower.catchUp()
    expect(seen).toEqual([0])
    await follower.stop()
  })
})
