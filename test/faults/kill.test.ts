// kill -9 at random moments under load: what was acknowledged is there, once; the log holds; the view catches up.

import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { openSqliteLog } from '#log/sqlite-log.ts'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../support/airworthy-process.ts'
import { creditUseCase, modelDir } from '../support/credit-use-case.ts'
import { faultsAt } from '../support/faults-at.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

const kills = 20
const writers = 16

/** Decides until the server is gone. Every answer is an acknowledgement. */
async function load(server: AirworthyProcess, acknowledged: Map<string, number>, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    try {
      const { status, body } = await server.call('POST', '/v1/use-cases/credit/decisions', {
        input: { amount: acknowledged.size % 2000 },
      })
      const { id, log } = body as { id: string; log: { index: number } }
      if (status === 200 || status === 202) acknowledged.set(id, log.index)
    } catch {
      return
    }
  }
}

// Twice as long as other tests: no other starts so many servers.
it(`loses nothing and repeats nothing over ${kills} kills`, { timeout: 1_800_000 }, async () => {
  const acknowledged = new Map<string, number>()
  for (let round = 0; round < kills; round++) {
    const server = await startAirworthy({ dataDir: folder.path, modelDir })
    if (round === 0)
      expect((await server.call('PUT', '/api/v1/use-cases/credit', creditUseCase())).status).toBeLessThan(300)
    let over = false
    const loads = Array.from({ length: writers }, () => load(server, acknowledged, () => over))
    const before = acknowledged.size
    while (acknowledged.size === before) await setTimeout(5)
    // The moment is random on purpose; what must hold, holds at any.
    await setTimeout(Math.random() * 400)
    await server.kill()
    over = true
    await Promise.all(loads)
  }

  const log = await openSqliteLog({ dir: folder.path })
  expect(await faultsAt(folder.path)).toEqual([])
  const ids = await recordedIds(log)
  for (const [id, index] of acknowledged) expect(ids.get(id), `decision ${id}`).toEqual([index])
  const decisions = ids.size
  await log.close()

  const server = await startAirworthy({ dataDir: folder.path, modelDir })
  const { view, head } = await untilCaughtUp(server)
  expect(view.position).toBe(head)
  const counted = (await server.call('GET', '/api/v1/use-cases/credit')).body as { allTime: { total: number } }
  expect(counted.allTime.total).toBe(decisions)
  await server.stop()
})

async function recordedIds(log: Awaited<ReturnType<typeof openSqliteLog>>): Promise<Map<string, number[]>> {
  const ids = new Map<string, number[]>()
  for (let from = 0; from < log.head(); from += 1000) {
    for (const { index, entry } of await log.read(from, 1000)) {
      const event = JSON.parse(Buffer.from(entry).toString('utf8')) as { id: string; type: string }
      if (event.type === 'decision-recorded') ids.set(event.id, [...(ids.get(event.id) ?? []), index])
    }
  }
  return ids
}

type LogState = { readonly head: number; readonly view: { readonly position: number; readonly behind: number } }

async function untilCaughtUp(server: AirworthyProcess): Promise<LogState> {
  for (;;) {
    const state = (await server.call('GET', '/api/v1/log')).body as LogState
    if (state.view.behind === 0) return state
    await setTimeout(50)
  }
}
