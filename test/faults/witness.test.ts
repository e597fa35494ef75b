// A witness as a process of its own: it is killed, the log's folder is put back to an older copy, and what the witness saw
// shows it. The log, its tree and the courier are the server's own; the view has no part in it.

import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { request } from 'undici'
import { afterAll, expect, it, vi } from 'vitest'
import { parseWitnessPolicy } from '#core/tlog/witness-policy.ts'
import { openSqliteLog } from '#log/sqlite-log.ts'
import { openSqliteTree } from '#log/sqlite-tree.ts'
import { createAddressGuard } from '#outgoing/address-guard.ts'
import { openWitnesses } from '../../src/compose-witnesses.ts'
import { startAirworthy, temporaryFolder } from '../support/airworthy-process.ts'

const folder = temporaryFolder()
const dataDir = join(folder.path, 'data')
const older = join(folder.path, 'older')
const witnessDir = join(folder.path, 'witness')
afterAll(() => folder.remove())

const patience = { timeout: 120_000, interval: 20 }
let made = 0

async function openLog() {
  const log = await openSqliteLog({ dir: dataDir })
  const tree = await openSqliteTree({ dir: dataDir, log })
  const stack = new AsyncDisposableStack()
  stack.defer(() => log.close())
  stack.defer(() => tree.close())
  const append = async (count: number) => {
    for (let i = 0; i < count; i++) await log.append({ entry: Buffer.from(`entry ${made}`), id: `id-${++made}` })
    await tree.waitFor(log.head(), patience.timeout)
  }
  const guard = createAddressGuard({ allow: [], allowLoopback: true })
  const witnessed = (policy: string) =>
    openWitnesses({ policy: parseWitnessPolicy(policy), tree, guard, stack, logger: pino({ level: 'silent' }) })
  return { log, tree, append, witnessed, close: () => stack.disposeAsync() }
}

async function startWitness(vkey: string) {
  const verb = ['witness', '--dir', witnessDir, '--log', vkey]
  const witness = await startAirworthy({ dataDir, verb })
  const said = async () => (await request(witness.url)).body.text()
  const [line = ''] = (await said()).split('\n')
  return { ...witness, said, policy: `witness friend ${line.replace('witness ', '')} ${witness.url}\nquorum friend\n` }
}

it('cosigns, survives a kill, and shows that a folder was put back', async () => {
  mkdirSync(dataDir)
  const first = await openLog()
  const vkey = first.tree.vkey()
  const witness = await startWitness(vkey)
  await first.append(300)
  const courier = await first.witnessed(witness.policy)
  await vi.waitFor(() => expect(courier.health().witnessed?.size).toBe(300), patience)
  await first.close()
  cpSync(dataDir, older, { recursive: true })

  const grown = await openLog()
  const again = await grown.witnessed(witness.policy)
  expect(again.health().witnessed?.size).toBe(300)
  await grown.append(5)
  await vi.waitFor(() => expect(again.health().witnessed?.size).toBe(305), patience)
  await witness.kill()
  await grown.append(2)
  await vi.waitFor(() => expect(again.health().witnesses[0]?.state).toBe('away'), patience)
  expect(again.troubled()).toBe(1)
  await grown.close()

  const restarted = await startWitness(vkey)
  expect(await restarted.said()).toMatch(/ 305\n$/)
  rmSync(dataDir, { recursive: true })
  cpSync(older, dataDir, { recursive: true })
  const back = await openLog()
  await expect(back.witnessed(restarted.policy)).rejects.toMatchObject({
    code: 'log_rolled_back',
    message: expect.stringMatching(
      /friend has cosigned 305 entries of this log; the newest checkpoint here covers 300/,
    ),
  })
  await back.close()
  await restarted.stop()
})
