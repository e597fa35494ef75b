// The disk full while writing: callers get 503, nothing is half-written, and it recovers when there is room.

import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { openSqliteLog } from '#log/sqlite-log.ts'
import { startAirworthy, temporaryFolder } from '../support/airworthy-process.ts'
import { creditUseCase, modelDir } from '../support/credit-use-case.ts'
import { faultsAt } from '../support/faults-at.ts'

const folder = temporaryFolder()
const disk = join(folder.path, 'disk')
const megabytes = 160
mkdirSync(disk)
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]).status === 0

beforeAll(() => {
  if (!canMount && process.env['CI']) throw new Error('CI must be able to mount a small tmpfs (run it as root).')
})
afterAll(() => {
  if (canMount) spawnSync('umount', ['-l', disk])
  folder.remove()
})

/** Writes until the disk takes no more. */
function fill(file: string): void {
  for (const size of [1 << 20, 1 << 12]) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size))
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
    }
  }
}

it.skipIf(!canMount)(
  'answers 503 while there is no room, and recovers (needs root: mounts a small tmpfs)',
  async () => {
    const server = await startAirworthy({ dataDir: join(disk, 'data'), modelDir })
    onTestFinished(() => server.kill())
    await server.call('PUT', '/api/v1/use-cases/credit', creditUseCase())
    const decide = () =>
      server.call('POST', '/v1/use-cases/credit/decisions', { input: { amount: 1, note: 'x'.repeat(20_000) } })
    const acknowledged = new Set<number>()
    const note = ({ status, body }: Awaited<ReturnType<typeof decide>>) => {
      if (status === 200) acknowledged.add((body as { log: { index: number } }).log.index)
      return status
    }
    expect(note(await decide())).toBe(200)

    const ballast = join(disk, 'ballast')
    fill(ballast)
    // What a transaction gave back when it failed may be enough for a next one: until several in a row find no room.
    let refused = 0
    for (let tries = 0; tries < 400 && refused < 3; tries++) {
      const { status, body } = await decide().then((answer) => ({ ...answer, status: note(answer) }))
      refused = status === 503 ? refused + 1 : 0
      if (status !== 200) expect(body).toMatchObject({ code: 'log_unavailable' })
    }
    expect(refused).toBe(3)

    rmSync(ballast)
    const after = await decide()
    expect(after.status, JSON.stringify(after.body)).toBe(200)
    // The view found no room either, and tries again by itself: after pauses of up to 10 s, with a start of its own each time.
    await vi.waitFor(async () => expect((await server.call('GET', '/readyz')).status).toBe(200), { timeout: 300_000 })
    await server.stop()

    const log = await openSqliteLog({ dir: join(disk, 'data') })
    expect(await faultsAt(join(disk, 'data'))).toEqual([])
    expect((await log.get([...acknowledged])).length).toBe(acknowledged.size)
    await log.close()
  },
)
