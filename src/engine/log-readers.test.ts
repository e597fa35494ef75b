import { beforeEach, describe, expect, it } from 'vitest'
import type { LogRead, ReadVia } from '#core/transparency/events.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import type { Log } from '#log/log.ts'
import { createJournal } from './journal.ts'
import { createLogReaders, type LogReaders } from './log-readers.ts'
import { eventOf } from './read-entry.ts'

const slotMs = 600_000
const auditor = { key: 'k1', name: 'auditor' }
const other = { key: 'k2', name: 'other' }
const errors: string[] = []
const logger = { error: (_facts: object, message: string) => void errors.push(message) }

let log: Log
let now: number
let readers: LogReaders
const start = () => createLogReaders({ journal: createJournal(log, () => now), logger })
beforeEach(() => {
  log = createMemoryLog()
  now = slotMs * 1_000
  errors.length = 0
  readers = start()
})

const read = (from: number, to: number, { by = auditor, via }: { by?: typeof auditor; via?: ReadVia } = {}) =>
  readers.record({ by, via: via ?? 'entries', from, to })

async function recorded(): Promise<[key: string, via: string, from: number, to: number][]> {
  const records = await log.read(0, 1_000)
  return records.map((record) => {
    const { data } = eventOf(record) as LogRead
    return [data.by.key, data.via, data.from, data.to]
  })
}

describe('who reads the log', () => {
  it('is on the log before anything is given', async () => {
    await read(0, 100)
    expect(await recorded()).toEqual([['k1', 'entries', 0, 100]])
    expect(eventOf((await log.read(0, 1))[0] as never)).toMatchObject({ type: 'log-read', subject: 'key/k1' })
  })

  it('is recorded once for each key and way in ten minutes, however much is read', async () => {
    for (let from = 0; from < 5_000; from += 100) await read(from, from + 100)
    await read(0, 100, { by: other })
    await read(0, 100, { via: 'export' })
    expect(await recorded()).toEqual([
      ['k1', 'entries', 0, 100],
      ['k2', 'entries', 0, 100],
      ['k1', 'export', 0, 100],
    ])
  })

  it('is told with the next entry what it read meanwhile', async () => {
    await read(0, 100)
    await read(100, 200)
    // Within what stands there already.
    await read(50, 60)
    now += slotMs
    await read(300, 400)
    expect(await recorded()).toEqual([
      ['k1', 'entries', 0, 100],
      ['k1', 'entries', 100, 400],
    ])
  })

  it('is told at the end what was gathered', async () => {
    await read(0, 100)
    await read(100, 900)
    await readers.close()
    await readers.close()
    expect(await recorded()).toEqual([
      ['k1', 'entries', 0, 100],
      ['k1', 'entries', 100, 900],
    ])
  })

  it('is not recorded twice in ten minutes by a server that was started again', async () => {
    await read(0, 100)
    readers = start()
    await read(0, 100)
    expect(await recorded()).toHaveLength(1)
    now += slotMs
    await read(5, 6)
    expect((await recorded())[1]).toEqual(['k1', 'entries', 0, 100])
  })

  it('gets nothing when it cannot be recorded', async () => {
    await log.close()
    await expect(read(0, 100)).rejects.toMatchObject({ code: 'log_unavailable' })
  })

  it('that read nothing is not recorded', async () => {
    await read(7, 7)
    expect(await recorded()).toEqual([])
  })
})
