// The data folder: two servers on one, and a view that was deleted.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startAirworthy, temporaryFolder } from '../support/airworthy-process.ts'
import { creditUseCase, modelDir } from '../support/credit-use-case.ts'

let folder = temporaryFolder()
beforeEach(() => {
  folder.remove()
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

it('refuses a second server on one data folder, and says who has it', async () => {
  const first = await startAirworthy({ dataDir: folder.path, modelDir })
  await expect(startAirworthy({ dataDir: folder.path, modelDir })).rejects.toThrow(
    new RegExp(`ended with 3[^]*Another server runs on[^]*process ${first.child.pid}[^]*AIRWORTHY_DATA_DIR`),
  )
  expect((await first.call('GET', '/readyz')).status).toBe(200)
  await first.stop()
})

it('makes a deleted view again from the log', async () => {
  const before = await startAirworthy({ dataDir: folder.path, modelDir })
  await before.call('PUT', '/api/v1/use-cases/credit', creditUseCase())
  for (let i = 0; i < 30; i++)
    await before.call('POST', '/v1/use-cases/credit/decisions', { input: { amount: i * 100 } })
  const wanted = (await before.call('GET', '/api/v1/decisions?limit=100')).body
  await before.stop()

  rmSync(join(folder.path, 'view'), { recursive: true })
  const after = await startAirworthy({ dataDir: folder.path, modelDir })
  let found: unknown
  while (
    ((found = (await after.call('GET', '/api/v1/decisions?limit=100')).body) as { items: unknown[] }).items.length < 30
  )
    await setTimeout(50)
  expect(found).toEqual(wanted)
  await after.stop()
})
