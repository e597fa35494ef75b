// The disk full while writing: callers get 503, nothing is half-written, and it recovers when there is room.

import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSqliteLog } from '#log/sqlite-log.ts'
import { verifyLog } from '#log/verify-log.ts'
import { startAirworthy, temporaryFolder } from '../support/airworthy-process.ts'
import { creditUseCase, modelDir } from '../support/credit-use-case.ts'

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
  { timeout: 180_000 },
  async () => {
    const server = await startAirworthy({ dataDir: join(disk, 'data'), modelDir })
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
    const statuses = new Set<number>()
    for (let tries = 0; tries < 200 && !statuses.has(503); tries++) statuses.add(note(await decide()))
    expect(statuses).toContain(503)
    expect((await decide()).body).toMatchObject({ code: 'log_unavailable' })

    rmSync(ballast)
    expect(note(await decide())).toBe(200)
    expect((await server.call('GET', '/readyz')).status).toBe(200)
    await server.stop()

    const log = await openSqliteLog({ dir: join(disk, 'data') })
    expect(await verifyLog(log)).toMatchObject({ kind: 'holds' })
    expect((await log.get([...acknowledged])).length).toBe(acknowledged.size)
    await log.close()
  },
)
