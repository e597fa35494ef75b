import { mkdtempSync, rmSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { cosign, createCosigner } from '#core/tlog/cosignature.ts'
import { generateKey, parseNote } from '#core/tlog/note.ts'
import { parseWitnessPolicy, witnessesOf } from '#core/tlog/witness-policy.ts'
import { keptCheckpointOf } from '#log/kept-checkpoint.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import { createMemoryTree } from '#log/memory-tree.ts'
import type { LogTree } from '#log/tree.ts'
import { createAddressGuard } from '#outgoing/address-guard.ts'
import { createWitnessClient } from '#outgoing/witness-client.ts'
import { lastingPort, serveHttp, unusedPort } from '../../test/support/loopback-server.ts'
import { naiveTile } from '../../test/support/naive-tree.ts'
import { SignedLog } from '../../test/support/signed-log.ts'
import { runWitness, type RunningWitness } from '#witness/run-witness.ts'
import { createWitnessCourier, type WitnessCourier, type WitnessCourierParts } from './witness-courier.ts'

type Log = ReturnType<typeof createMemoryLog>
let made = 0

async function openTree() {
  const log = createMemoryLog()
  const tree = await createMemoryTree({ log })
  onTestFinished(() => tree.close())
  return { log, tree }
}

async function grow(log: Log, tree: LogTree, count = 1): Promise<number> {
  for (let i = 0; i < count; i++) await log.append({ entry: Buffer.from(`entry ${log.head()}`), id: `id-${++made}` })
  const checkpoint = await tree.waitFor(log.head(), 60_000)
  return checkpoint?.size ?? expect.fail('no checkpoint')
}

type WithKeys = { keys(): Promise<readonly { readonly vkey: string }[]> }

async function startWitness(tree: WithKeys, options: { dir?: string; port?: number; name?: string } = {}) {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'airworthy-witness-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const logs = (await tree.keys()).map(({ vkey }) => vkey)
  const common = { logs, host: '127.0.0.1', clock: Date.now, onFailure: () => undefined }
  const witness = await runWitness({
    ...common,
    dir,
    port: options.port ?? 0,
    ...(options.name ? { name: options.name } : {}),
  })
  onTestFinished(() => witness.close())
  return { ...witness, dir, port: Number(new URL(witness.url).port) }
}

/** A witness that answers what it is told to, with a key of its own. */
async function startBadWitness(answer: (...call: Parameters<RequestListener>) => unknown) {
  const cosigner = createCosigner(generateKey(`bad.example/${++made}`, Buffer.alloc(32, made)).skey)
  const { url } = await serveHttp((request, response) => void answer(request, response))
  return { url, name: cosigner.name, vkey: cosigner.vkey, cosigner }
}

type Named = Pick<RunningWitness, 'name' | 'vkey' | 'url'>

function courierTo(tree: WitnessCourierParts['tree'], witnesses: readonly Named[], quorum = 'all') {
  const lines = witnesses.map(({ name, vkey, url }) => `witness ${name} ${vkey} ${url}`)
  const group = `group enough ${quorum} ${witnesses.map(({ name }) => name).join(' ')}`
  const policy = parseWitnessPolicy([...lines, group, 'quorum enough'].join('\n'))
  const client = createWitnessClient({ guard: createAddressGuard({ allow: [], allowLoopback: true }), clock: Date.now })
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const limits = { startMs: 60_000, timeoutMs: 120_000, firstMs: 5, mostMs: 20, newerMs: 20 }
  const courier = createWitnessCourier({ policy, tree, submit: client.submit, clock: Date.now, logger, limits })
  const stop = () => Promise.all([courier.stop(), client.close()])
  onTestFinished(async () => void (await stop()))
  return { courier, policy, logger, stop }
}

const soon = { timeout: 60_000, interval: 5 }
const stateOf = (courier: WitnessCourier, { name }: Named) =>
  courier.health().witnesses.find((one) => one.name === name) ?? expect.fail(`no witness ${name}`)

describe('the courier to witnesses', () => {
  it('brings back cosignatures that hold, and tells when enough are there', async () => {
    const { log, tree } = await openTree()
    const witnesses = [await startWitness(tree), await startWitness(tree)]
    const { courier, policy } = courierTo(tree, witnesses)
    expect(courier.health()).toMatchObject({ witnessed: null, quorum: { met: false } })
    await courier.start()
    for (const count of [1, 300, 2]) {
      const size = await grow(log, tree, count)
      await vi.waitFor(() => expect(courier.health().witnessed?.size).toBe(size), soon)
      const { note, root, cosignatures } = (await tree.at(size)) ?? expect.fail()
      expect(witnessesOf(policy, note)).toEqual(witnesses.map(({ name }) => name))
      expect(cosignatures).toHaveLength(2)
      expect(courier.health()).toMatchObject({
        witnessed: { size, root, at: cosignatures.map(({ at }) => at).toSorted()[1] },
        witnesses: witnesses.map(({ name, vkey, url }) => ({ name, vkey, url, state: 'ok', size, detail: null })),
        quorum: { required: `2 of (${witnesses.map(({ name }) => name).join(', ')})`, met: true },
      })
    }
    expect(courier.troubled()).toBe(0)
  })

  it('goes on where it was after a restart, and knows what was witnessed', async () => {
    const { log, tree } = await openTree()
    const witness = await startWitness(tree)
    const first = courierTo(tree, [witness])
    await first.courier.start()
    const size = await grow(log, tree, 5)
    await vi.waitFor(() => expect(first.courier.health().witnessed?.size).toBe(size), soon)
    await first.stop()
    const later = await grow(log, tree, 5)
    const { courier } = courierTo(tree, [witness])
    await courier.start()
    await vi.waitFor(() => expect(courier.health().witnessed?.size).toBe(later), soon)
  })

  it('finds out what a witness saw that it does not remember itself', async () => {
    const { log, tree } = await openTree()
    const witness = await startWitness(tree)
    await grow(log, tree, 3)
    const first = courierTo({ ...tree, addCosignature: async () => undefined }, [witness])
    await first.courier.start()
    await first.stop()
    const size = await grow(log, tree, 4)
    const { courier } = courierTo(tree, [witness])
    await courier.start()
    await vi.waitFor(() => expect(stateOf(courier, witness)).toMatchObject({ state: 'ok', size }), soon)
  })

  it('is not held up by a witness that hangs or is away', async () => {
    const { log, tree } = await openTree()
    const good = await startWitness(tree)
    const hanging = await startBadWitness(() => undefined)
    const away = { ...(await startBadWitness(() => undefined)), url: `http://127.0.0.1:${unusedPort}` }
    const { courier, logger } = courierTo(tree, [good, hanging, away], '1')
    void courier.start()
    for (let i = 0; i < 3; i++) {
      const size = await grow(log, tree)
      await vi.waitFor(() => expect(courier.health().witnessed?.size).toBe(size), soon)
    }
    expect(stateOf(courier, hanging)).toMatchObject({ state: 'waiting', size: null })
    await vi.waitFor(() => expect(stateOf(courier, away)).toMatchObject({ state: 'away' }), soon)
    expect(stateOf(courier, away).detail).toMatch(/Nothing listens/)
    expect(courier.troubled()).toBe(1)
    expect(courier.health().quorum.met).toBe(true)
    expect(logger.warn).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ state: 'away' }), expect.any(String))
  })

  it('asks a witness that was away again, until it is back', async () => {
    const { log, tree } = await openTree()
    const before = await startWitness(tree, { port: await lastingPort() })
    const { courier, logger } = courierTo(tree, [before])
    await courier.start()
    await grow(log, tree, 2)
    await vi.waitFor(() => expect(courier.health().witnessed?.size).toBe(2), soon)
    await before.close()
    const size = await grow(log, tree, 2)
    await vi.waitFor(() => expect(stateOf(courier, before).state).toBe('away'), soon)
    expect(courier.health()).toMatchObject({ witnessed: { size: 2 }, quorum: { met: false } })
    await startWitness(tree, before)
    await vi.waitFor(() => expect(courier.health().witnessed?.size).toBe(size), soon)
    expect(logger.info).toHaveBeenLastCalledWith(expect.objectContaining({ state: 'ok' }), expect.any(String))
  })

  it('makes at most one request to a witness at a time, for the newest checkpoint', async () => {
    const { log, tree } = await openTree()
    const sizes: number[] = []
    let underWay = 0
    let release = Promise.withResolvers<void>()
    const { courier } = courierTo(tree, [await startSlowWitness()])
    async function startSlowWitness() {
      const witness = await startBadWitness(async (request, response) => {
        expect(++underWay).toBe(1)
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk as Buffer)
        const note = Buffer.concat(chunks).toString('utf8').split('\n\n').slice(1).join('\n\n')
        sizes.push(Number(note.split('\n')[1]))
        await release.promise
        underWay--
        response.end(`${cosign(parseNote(note).text, 1, witness.cosigner)}\n`)
      })
      return witness
    }
    void courier.start()
    await vi.waitFor(() => expect(sizes).toEqual([0]), soon)
    for (let i = 0; i < 3; i++) await grow(log, tree)
    release.resolve()
    await vi.waitFor(() => expect(courier.health().witnessed?.size).toBe(3), soon)
    expect(sizes).toEqual([0, 3])
  })

  it('lets a slow witness cosign what the others do, so that a quorum comes together under load', async () => {
    const { log, tree } = await openTree()
    const seen = new Map<string, number[]>()
    const gate = Promise.withResolvers<void>()
    const recording = async (isSlow: boolean) => {
      const witness = await startBadWitness(async (request, response) => {
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk as Buffer)
        const note = Buffer.concat(chunks).toString('utf8').split('\n\n').slice(1).join('\n\n')
        seen.set(witness.name, [...(seen.get(witness.name) ?? []), Number(note.split('\n')[1])])
        if (isSlow) await gate.promise
        response.end(`${cosign(parseNote(note).text, 1, witness.cosigner)}\n`)
      })
      return witness
    }
    const [fast, slow] = [await recording(false), await recording(true)]
    const { courier } = courierTo(tree, [fast, slow])
    void courier.start()
    await grow(log, tree)
    await vi.waitFor(() => expect(seen.get(fast.name)?.at(-1)).toBe(1), soon)
    await vi.waitFor(() => expect(seen.get(slow.name)).toHaveLength(1), soon)
    await grow(log, tree)
    await vi.waitFor(() => expect(seen.get(fast.name)?.at(-1)).toBe(2), soon)
    gate.resolve()
    await vi.waitFor(() => expect(courier.health().witnessed?.size).toBe(2), soon)
    for (const size of seen.get(slow.name) ?? []) expect(seen.get(fast.name)).toContain(size)
  })

  it('keeps nothing that is not a cosignature of its checkpoint by that witness', async () => {
    const { log, tree } = await openTree()
    const other = new SignedLog(tree.origin)
    const stranger = createCosigner(generateKey('stranger.example', Buffer.alloc(32, 3)).skey)
    const answers = [
      'nonsense\n',
      '',
      `${cosign(other.note(7).split('\n\n')[0] ?? '', 1, stranger)}\n`,
      '— bad AAAAAAAA\n'.repeat(200),
    ]
    const bad = await startBadWitness((_request, response) => response.end(answers.shift() ?? forged()))
    const forged = () => `${cosign('another text\n', 1, bad.cosigner)}\n`
    const { courier } = courierTo(tree, [bad])
    await courier.start()
    await grow(log, tree)
    await vi.waitFor(() => expect(stateOf(courier, bad).detail).toMatch(/does not fit the checkpoint/), soon)
    expect(stateOf(courier, bad)).toMatchObject({ state: 'refused', size: null })
    expect((await tree.at(1))?.cosignatures).toEqual([])
    expect(courier.health()).toMatchObject({ witnessed: null, quorum: { met: false } })
  })

  it.each([
    [404, /does not know this log/],
    [403, /does not trust the key/],
    [400, /malformed/],
  ])('says what a refusal by %i asks of the operator', async (status, detail) => {
    const { tree } = await openTree()
    const bad = await startBadWitness((_request, response) => response.writeHead(status).end('because\n'))
    const { courier } = courierTo(tree, [bad])
    await courier.start()
    expect(stateOf(courier, bad)).toMatchObject({ state: 'refused', detail: expect.stringMatching(detail) })
    expect(stateOf(courier, bad).detail).toMatch(/because/)
    expect(courier.troubled()).toBe(1)
  })

  it('does not follow a witness that never has the size that it says', async () => {
    const { log, tree } = await openTree()
    await grow(log, tree, 9)
    let asked = 0
    const bad = await startBadWitness((_request, response) => {
      response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end(`${(asked++ % 6) + 1}\n`)
    })
    const { courier } = courierTo(tree, [bad])
    await courier.start()
    expect(stateOf(courier, bad)).toMatchObject({ state: 'refused', detail: expect.stringContaining('another size') })
    expect(asked).toBeLessThan(30)
  })
})

describe('a log that was put back to an older state', () => {
  const origin = 'airworthy/0123456789abcdef'
  const source = new SignedLog(origin)

  /** What `source` looks like after `size` entries; `at.size` may be moved on. */
  function treeOf(log: SignedLog, at: { size: number }): WitnessCourierParts['tree'] {
    const latest = () =>
      keptCheckpointOf({ size: at.size, at: '2026-11-21T00:00:00.000Z', note: log.note(at.size) }, [])
    return {
      latest,
      at: async () => latest(),
      history: async () => [latest()],
      onCheckpoint: () => () => undefined,
      waitFor: async (size) => (size <= at.size ? latest() : undefined),
      addCosignature: async () => undefined,
      tile: async (level, n) => naiveTile(log.leaves(at.size), level, n),
    }
  }

  async function witnessThatSaw(log: SignedLog, size: number) {
    const witness = await startWitness({ keys: async () => [{ vkey: log.signer.vkey }] })
    const { courier, stop } = courierTo(treeOf(log, { size }), [witness])
    await courier.start()
    expect(stateOf(courier, witness)).toMatchObject({ state: 'ok', size })
    await stop()
    return witness
  }

  it('is not started when a witness saw more of it', async () => {
    const witness = await witnessThatSaw(source, 10)
    for (const size of [0, 5, 9]) {
      const { courier, logger } = courierTo(treeOf(source, { size }), [witness])
      await expect(courier.start()).rejects.toMatchObject({
        code: 'log_rolled_back',
        message: expect.stringMatching(new RegExp(`cosigned 10 entries.*covers ${size}\\.`)),
      })
      expect(stateOf(courier, witness)).toMatchObject({ state: 'refused' })
      expect(logger.error).toHaveBeenCalled()
    }
  })

  it('is not started, however long it takes to be sure, once a witness has answered in time', async () => {
    const { vkey } = createCosigner(generateKey('witness.example', Buffer.alloc(32, 3)).skey)
    const courier = createWitnessCourier({
      policy: parseWitnessPolicy(`witness friend ${vkey} http://127.0.0.1\nquorum friend`),
      tree: { ...treeOf(source, { size: 5 }), waitFor: () => after(60, undefined) },
      submit: async () => ({ kind: 'conflict', size: 10 }),
      clock: Date.now,
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      limits: { startMs: 20 },
    })
    onTestFinished(() => courier.stop())
    await expect(courier.start()).rejects.toMatchObject({ code: 'log_rolled_back' })
  })

  it('is started when another process has merely signed a newer checkpoint', async () => {
    const witness = await witnessThatSaw(source, 10)
    const at = { size: 5 }
    const tree = treeOf(source, at)
    const waitFor: LogTree['waitFor'] = async (size) => {
      at.size = size
      return tree.latest()
    }
    const { courier } = courierTo({ ...tree, waitFor }, [witness])
    await courier.start()
    expect(stateOf(courier, witness)).toMatchObject({ state: 'ok', size: 10 })
  })

  it.each([
    ['past what a witness saw', 12],
    ['to the same size', 10],
  ])('and grew on %s, is not started', async (_, size) => {
    const witness = await witnessThatSaw(source, 10)
    const fork = new SignedLog(origin, { forkAt: 8 })
    const { courier } = courierTo(treeOf(fork, { size }), [witness])
    await expect(courier.start()).rejects.toMatchObject({
      code: 'log_forked',
      message: expect.stringContaining('another tree of 10 entries'),
    })
  })

  it('is not accused when its own tiles are damaged', async () => {
    const witness = await witnessThatSaw(source, 10)
    const tree = treeOf(source, { size: 12 })
    const damaged = async (level: number, n: number) => (await tree.tile(level, n))?.map((byte) => byte ^ 1)
    const { courier } = courierTo({ ...tree, tile: damaged }, [witness])
    await courier.start()
    expect(stateOf(courier, witness)).toMatchObject({ state: 'refused', detail: expect.stringContaining('our proof') })
  })
})
