import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAddressGuard } from '#outgoing/address-guard.ts'
import { createSecretResolver } from '#outgoing/secret.ts'
import { openModel } from './open-model.ts'

async function modelFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'models-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

function open(modelDir: string | undefined, path: string | undefined, timeoutMs = 60_000) {
  return openModel({
    model: {
      name: 'm',
      version: '1',
      endpoint: { protocol: 'module', timeoutMs, ...(path === undefined ? {} : { path }) },
    },
    modelDir,
    guard: createAddressGuard({ allow: [], allowLoopback: false }),
    resolveSecret: createSecretResolver({ env: {} }),
    clock: () => performance.now(),
  })
}

async function call(code: string, input: { [name: string]: string | number } = { amount: 7 }, timeoutMs = 60_000) {
  const folder = await modelFolder({ 'model.ts': code })
  return (await open(folder, 'model.ts', timeoutMs)).call(input, { channel: 'web' })
}

const failure = (cause: string, detail: string) => ({
  kind: 'failure',
  failure: { cause, detail: expect.stringContaining(detail) },
})

describe('a model in a module', () => {
  it('answers at once or by a promise, in TypeScript', async () => {
    const code = 'export default (input: { amount: number }, context: { channel: string }) =>'
    const answer = { kind: 'answer', output: { twice: 14, channel: 'web' } }
    expect(await call(`${code} ({ twice: input.amount * 2, channel: context.channel })`)).toEqual(answer)
    expect(await call(`${code} Promise.resolve({ twice: input.amount * 2, channel: context.channel })`)).toEqual(answer)
  })

  it.each([
    ['throws', 'export default () => { throw new RangeError("private") }', 'failed', 'RangeError'],
    ['rejects', 'export default async () => { throw new TypeError("private") }', 'failed', 'TypeError'],
    ['rejects with nothing', 'export default () => Promise.reject()', 'failed', 'no Error'],
    ['gives nothing', 'export default () => {}', 'bad-answer', 'undefined'],
    ['gives a BigInt', 'export default async () => ({ n: 1n })', 'bad-answer', 'is a bigint'],
    ['gives NaN', 'export default () => ({ score: 0 / 0 })', 'bad-answer', 'is NaN'],
    ['gives a cycle', 'export default () => { const a = []; a.push(a); return a }', 'bad-answer', 'holds itself'],
    ['gives an instance', 'export default () => new Map()', 'bad-answer', 'instance of a class'],
    [
      'gives a getter that throws',
      'export default () => ({ get a() { throw new Error("private") } })',
      'failed',
      'Error',
    ],
  ])('fails when it %s', async (_what, code, cause, detail) => {
    const result = await call(code)
    expect(result).toEqual(failure(cause, detail))
    expect(JSON.stringify(result)).not.toContain('private')
  })

  it('fails in time when its promise never settles, and gives its place to the next call', async () => {
    const folder = await modelFolder({ 'model.js': 'export default (input) => input.ok ? 1 : new Promise(() => {})' })
    const caller = await openModel({
      model: {
        name: 'm',
        version: '1',
        endpoint: { protocol: 'module', path: 'model.js', timeoutMs: 100, concurrency: 1 },
      },
      modelDir: folder,
      guard: createAddressGuard({ allow: [], allowLoopback: false }),
      resolveSecret: createSecretResolver({ env: {} }),
      clock: () => performance.now(),
    })
    expect(await caller.call({}, null)).toEqual(failure('timeout', '100 ms'))
    expect(await caller.call({ ok: true }, null)).toEqual({ kind: 'answer', output: 1 })
    await caller.close()
  })

  it('can neither change its input nor, later, its output', async () => {
    const folder = await modelFolder({
      'model.js': 'const kept = { n: 0 }; export default (input) => { delete input.amount; kept.n++; return kept }',
    })
    const caller = await open(folder, 'model.js')
    const input = { amount: 7 }
    const [first] = [await caller.call(input, null), await caller.call(input, null)]
    expect(first).toEqual({ kind: 'answer', output: { n: 1 } })
    expect(input).toEqual({ amount: 7 })
  })

  it('is warmed up before it takes calls', async () => {
    const code =
      'let state = "cold"; export async function warmUp() { await null; state = "warm" } export default () => state'
    expect(await call(code)).toEqual({ kind: 'answer', output: 'warm' })
  })

  it('runs the new code when the file has changed', async () => {
    const folder = await modelFolder({ 'model.js': 'export default () => "old"' })
    const old = await open(folder, 'model.js')
    await writeFile(join(folder, 'model.js'), 'export default () => "new"')
    const fresh = await open(folder, 'model.js')
    expect([await old.call(1, null), await fresh.call(1, null)]).toMatchObject([{ output: 'old' }, { output: 'new' }])
  })

  it('shows its file in health, relative to the folder', async () => {
    const folder = await modelFolder({ 'model.js': 'export default () => 1' })
    expect((await open(folder, 'model.js')).health()).toEqual({
      protocol: 'module',
      target: 'model.js',
      state: 'ready',
      detail: null,
    })
  })
})

describe('opening a module', () => {
  const refusal = (code: string, message: string) => ({
    code,
    message: expect.stringContaining(message),
    hint: expect.any(String),
  })

  it('needs a folder that the server trusts', async () => {
    await expect(open(undefined, 'model.js')).rejects.toMatchObject(refusal('manifest_invalid', 'trusts no folder'))
    await expect(open('/nowhere/at/all', 'model.js')).rejects.toMatchObject(
      refusal('configuration_invalid', 'AIRWORTHY_MODEL_DIR'),
    )
  })

  it('refuses what lies outside the folder, also by a link', async () => {
    const parent = await modelFolder({ 'outside.js': 'export default () => 1' })
    const folder = join(parent, 'trusted')
    await mkdir(folder)
    await mkdir(join(parent, 'trusted-not'))
    await writeFile(join(parent, 'trusted-not/model.js'), 'export default () => 1')
    await symlink(join(parent, 'outside.js'), join(folder, 'link.js'))
    await symlink(parent, join(folder, 'up'))
    for (const path of [
      '../outside.js',
      'link.js',
      'up/outside.js',
      '../trusted-not/model.js',
      '../none.js',
      join(parent, 'outside.js'),
    ]) {
      await expect(open(folder, path), path).rejects.toMatchObject(refusal('manifest_invalid', 'leads out of'))
    }
  })

  it.each([
    ['none.js', 'does not exist'],
    ['folder', 'is not a file'],
    ['text.txt', 'no JavaScript'],
    ['syntax.js', 'could not be loaded'],
    ['throws.js', 'could not be loaded: on purpose'],
    ['nothing.js', 'no default export'],
    ['cold.js', 'failed in its warmUp: no data'],
    [undefined, 'path is missing'],
  ])('refuses %s', async (path, message) => {
    const folder = await modelFolder({
      'text.txt': '',
      'syntax.js': 'export default (',
      'throws.js': 'throw new Error("on purpose")',
      'nothing.js': 'export default 5',
      'cold.js': 'export default () => 1; export function warmUp() { throw new Error("no data") }',
    })
    await mkdir(join(folder, 'folder'))
    await expect(open(folder, path)).rejects.toMatchObject(refusal('manifest_invalid', message))
  })
})
