import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { parseWitnessPolicy } from '#core/tlog/witness-policy.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import { createMemoryTree } from '#log/memory-tree.ts'
import type { LogTree } from '#log/tree.ts'
import { createAddressGuard } from '#outgoing/address-guard.ts'
import { createWitnessClient } from '#outgoing/witness-client.ts'
import { lastingPort } from '../../test/support/loopback-server.ts'
import { runWitness } from '#witness/run-witness.ts'
import { createSharedWitnesses, type WitnessReports } from './shared-witnesses.ts'
import type { WitnessReport } from './witness-courier-standing.ts'
import { createWitnessCourier } from './witness-courier.ts'

const soon = { timeout: 60_000, interval: 5 }
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** The table that the processes share. */
function reportsIn(rows: WitnessReport[] = []): WitnessReports & { rows: readonly WitnessReport[] } {
  const table = {
    rows: rows as readonly WitnessReport[],
    all: async () => table.rows,
    put: async (reports: readonly WitnessReport[]) => void (table.rows = reports),
  }
  return table
}

async function openWorld() {
  const log = createMemoryLog()
  const tree = await createMemoryTree({ log })
  const dir = mkdtempSync(join(tmpdir(), 'airworthy-witness-'))
  onTestFinished(async () => {
    await tree.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const grow = async () => {
    await log.append({ entry: Buffer.from(`entry ${log.head()}`), id: `id-${log.head()}` })
    await tree.waitFor(log.head(), soon.timeout)
    return log.head()
  }
  const startWitness = async (port = 0) => {
    const logs = [tree.vkey()]
    const options = { dir, logs, port, host: '127.0.0.1', clock: Date.now, onFailure: () => undefined }
    const witness = await runWitness(options)
    onTestFinished(() => witness.close())
    return witness
  }
  return { tree, grow, startWitness }
}

type Named = { readonly name: string; readonly vkey: string; readonly url: string }
type Process = { readonly tree: LogTree; readonly witness: Named; readonly reports: WitnessReports }

/** One of the processes. */
function processOn({ tree, witness, reports }: Process) {
  const policy = parseWitnessPolicy(`witness friend ${witness.vkey} ${witness.url}\ngroup all 1 friend\nquorum all`)
  const client = createWitnessClient({ guard: createAddressGuard({ allow: [], allowLoopback: true }), clock: Date.now })
  const submit = vi.fn(client.submit)
  const limits = { startMs: 60_000, timeoutMs: 60_000, firstMs: 5, mostMs: 20, newerMs: 20 }
  const witnesses = createSharedWitnesses({
    policy,
    tree,
    reports,
    clock: Date.now,
    logger: silent,
    makeCourier: () => createWitnessCourier({ policy, tree, submit, clock: Date.now, logger: silent, limits }),
    limits: { lookMs: 5, startMs: 60_000 },
  })
  onTestFinished(async () => {
    await witnesses.end()
    await witnesses.stop()
    await client.close()
  })
  return { submit, witnesses }
}

describe('witnesses of a log that several processes share', () => {
  it('are asked by one of them, and all show the same; another takes over', async () => {
    const { tree, grow, startWitness } = await openWorld()
    const port = await lastingPort()
    const witness = await startWitness(port)
    const common = { tree, witness, reports: reportsIn() }
    const [one, other] = [processOn(common), processOn(common)]
    await one.witnesses.begin()
    await one.witnesses.start()
    await other.witnesses.start()
    const size = await grow()
    for (const { witnesses } of [one, other])
      await vi.waitFor(() => expect(witnesses.health().witnessed?.size).toBe(size), soon)
    await vi.waitFor(() => expect(other.witnesses.health()).toEqual(one.witnesses.health()), soon)
    expect(other.witnesses.health()).toMatchObject({ witnesses: [{ state: 'ok', size }], quorum: { met: true } })
    expect(other.submit).not.toHaveBeenCalled()

    await witness.close()
    await grow()
    await vi.waitFor(() => expect(other.witnesses.troubled()).toBe(1), soon)
    expect(other.witnesses.health().witnesses[0]).toMatchObject({ state: 'away', size, detail: expect.any(String) })

    await one.witnesses.end()
    await startWitness(port)
    const asked = one.submit.mock.calls.length
    await other.witnesses.begin()
    const later = await grow()
    for (const { witnesses } of [one, other])
      await vi.waitFor(() => expect(witnesses.health().witnessed?.size).toBe(later), soon)
    await vi.waitFor(() => expect(one.witnesses.health().witnesses[0]?.state).toBe('ok'), soon)
    expect(one.submit).toHaveBeenCalledTimes(asked)
  })

  it('refuse a start on a log that is not the one they saw, also where another process asked them', async () => {
    const { tree, grow, startWitness } = await openWorld()
    const witness = await startWitness()
    const reports = reportsIn()
    const first = processOn({ tree, witness, reports })
    for (let n = 0; n < 3; n++) await grow()
    await first.witnesses.begin()
    await first.witnesses.end()
    const older = (await tree.at(0)) ?? expect.fail()
    const back: LogTree = Object.assign(Object.create(tree) as LogTree, {
      latest: () => older,
      history: async () => [older],
      waitFor: async () => undefined,
    })
    const asking = processOn({ tree: back, witness, reports })
    await asking.witnesses.begin()
    const refusal = { code: 'log_rolled_back', message: expect.stringContaining('has cosigned 3 entries') }
    await expect(asking.witnesses.start()).rejects.toMatchObject(refusal)
    const following = processOn({ tree: back, witness, reports })
    await expect(following.witnesses.start()).rejects.toMatchObject(refusal)
    expect(following.submit).not.toHaveBeenCalled()
  })

  it('are waited for by a start while they are first asked', async () => {
    const { tree, startWitness } = await openWorld()
    const witness = await startWitness()
    const waiting = { name: 'friend', state: 'waiting', detail: null, evidence: null } as const
    const reports = reportsIn([waiting])
    const { witnesses } = processOn({ tree, witness, reports })
    const started = vi.fn()
    const starting = witnesses.start().then(started)
    await vi.waitFor(() => expect(witnesses.health().witnesses[0]?.detail).toBeNull(), soon)
    expect(started).not.toHaveBeenCalled()
    reports.rows = [{ ...waiting, state: 'ok' }]
    await starting
  })

  it('that only this process names are not said to be asked', async () => {
    const { tree, startWitness } = await openWorld()
    const { witnesses } = processOn({ tree, witness: await startWitness(), reports: reportsIn() })
    await witnesses.start()
    expect(witnesses.health().witnesses[0]).toMatchObject({
      state: 'waiting',
      detail: expect.stringContaining('policy'),
    })
  })
})
