// `init`, `schema` and `apply` as a script sees them: a process, its exit code, its streams, a stub for the server.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const entry = `
  import { runCli } from '#cli/program.ts'
  process.exitCode = await runCli(process.argv.slice(1), { version: '1.2.3' })
`
const applied = {
  useCase: 'credit',
  revision: 2,
  created: true,
  digest: 'sha256:ab',
  changes: [
    { path: '/purpose', kind: 'changed', before: 'a', after: 'b' },
    { path: '/subject', kind: 'added', after: 'input.id' },
  ],
  warnings: [],
}
const seen: { method: string; url: string; body: unknown }[] = []
let server: Server
let address = ''
let answer: { status: number; body: unknown }
let folder = ''

beforeAll(async () => {
  server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
beforeEach(() => {
  seen.length = 0
  answer = { status: 200, body: applied }
  folder = mkdtempSync(join(tmpdir(), 'manifest-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body: unknown = JSON.parse(await text(request))
  seen.push({ method: request.method ?? '', url: request.url ?? '', body })
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
}

async function run(...args: string[]) {
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', entry, '--', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', AIRWORTHY_SERVER: address, AIRWORTHY_KEY: 'k' },
  })
  const ended = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await ended) as [number]
  return { code, stdout, stderr }
}
const file = (name: string) => join(folder, name)

describe('init', () => {
  it('writes files that validate at once, inferring the input from an example', async () => {
    writeFileSync(file('case.json'), JSON.stringify({ amount: 3, name: 'x: "y"' }))
    const done = await run(
      'init',
      '--yes',
      '--dir',
      folder,
      '--example',
      file('case.json'),
      '--name',
      'credit',
      '--purpose',
      'Say "yes": or no # maybe',
    )
    expect([done.code, done.stderr]).toEqual([0, ''])
    expect(JSON.parse(readFileSync(file('input.schema.json'), 'utf8'))).toMatchObject({
      required: ['amount', 'name'],
      additionalProperties: false,
    })
    expect((await run('apply', '-f', file('airworthy.yaml'), '--dry-run')).code).toBe(0)
    expect(seen[0]?.body).toMatchObject({
      purpose: 'Say "yes": or no # maybe',
      contract: { input: { schema: { type: 'object' } } },
    })
  })

  it.each(['http', 'oip-v2', 'mlflow', 'module', 'onnx'])(
    'writes a sound manifest for %s, with and without confidence',
    async (protocol) => {
      expect(await run('init', '--yes', '--dir', folder, '--protocol', protocol)).toMatchObject({ code: 0, stderr: '' })
      expect(
        await run('init', '--yes', '--dir', folder, '--force', '--protocol', protocol, '--confidence-field', ''),
      ).toMatchObject({ code: 0, stderr: '' })
    },
  )

  it('overwrites nothing unless told to, and refuses answers that do not fit', async () => {
    writeFileSync(file('airworthy.yaml'), 'mine')
    expect(await run('init', '--yes', '--dir', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--force') as string,
    })
    expect(readFileSync(file('airworthy.yaml'), 'utf8')).toBe('mine')
    expect(await run('init', '--yes', '--dir', folder, '--risk', 'huge')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('minimal, limited, high') as string,
    })
    expect(await run('init', '--dir', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes') as string,
    })
  })
})

describe('schema', () => {
  it('prints the schema, or writes it', async () => {
    expect(JSON.parse((await run('schema')).stdout)).toMatchObject({ title: 'Airworthy use case' })
    expect((await run('schema', '--out', file('s.json'))).code).toBe(0)
    expect(JSON.parse(readFileSync(file('s.json'), 'utf8'))).toMatchObject({ type: 'object' })
  })
})

describe('apply', () => {
  const manifest = () => file('airworthy.yaml')
  beforeEach(async () => void (await run('init', '--yes', '--dir', folder, '--name', 'credit')))

  it('sends the manifest with its schemas inlined and shows what changes', async () => {
    const done = await run('apply', '-f', manifest())
    expect(done).toMatchObject({ code: 0, stderr: '' })
    expect(done.stdout).toContain(
      'credit: revision 2 is in force (sha256:ab).\n  ~ /purpose: "a" → "b"\n  + /subject: "input.id"',
    )
    expect(seen).toMatchObject([
      {
        method: 'PUT',
        url: '/api/v1/use-cases/credit',
        body: { contract: { output: { schema: { type: 'object' } } } },
      },
    ])
  })

  it('says when nothing differs, and asks for a dry run', async () => {
    answer.body = { ...applied, created: false, changes: [] }
    expect((await run('apply', '-f', manifest(), '--dry-run')).stdout).toBe(
      'credit: nothing differs from revision 2.\n',
    )
    expect(seen[0]?.url).toBe('/api/v1/use-cases/credit?dryRun=true')
  })

  it('tells every problem with its line, and sends nothing', async () => {
    writeFileSync(
      manifest(),
      readFileSync(manifest(), 'utf8').replace('risk:', 'rsik:').replace('confidence >=', 'confidnce >='),
    )
    const done = await run('apply', '-f', manifest())
    expect(done.code).toBe(1)
    expect(done.stderr).toContain(`${manifest()}:6:1 /rsik: There is no key rsik here.\n      Did you mean risk?`)
    expect(done.stderr).toContain('Unknown variable: confidnce')
    expect(done.stderr).toContain('3 problems; nothing was applied.')
    expect(seen).toEqual([])
    expect(JSON.parse((await run('apply', '-f', manifest(), '--json')).stdout)).toMatchObject({
      problems: [{ severity: 'error' }, {}, {}],
    })
  })

  it('tells the problems that only the server knows', async () => {
    answer = {
      status: 422,
      body: {
        status: 422,
        code: 'manifest_invalid',
        detail: 'No.',
        problems: [{ path: '/model/endpoint/path', message: 'There is no such file.', hint: 'Put it there.' }],
      },
    }
    const done = await run('apply', '-f', manifest())
    expect(done).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('/model/endpoint/path: There is no such file.') as string,
    })
    answer = { status: 403, body: { status: 403, code: 'forbidden', detail: 'You may not.' } }
    expect(await run('apply', '-f', manifest())).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('You may not.') as string,
    })
  })

  it('says what file it cannot read', async () => {
    expect(await run('apply', '-f', file('none.yaml'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no such file') as string,
    })
    expect((await run('apply')).code).toBe(2)
  })

  it('reads schemas outside the folder, and says so', async () => {
    writeFileSync(manifest(), readFileSync(manifest(), 'utf8').replace('./input.schema.json', '../elsewhere.json'))
    const done = await run('apply', '-f', manifest())
    expect(done.stderr).toContain('lies outside the manifest’s folder')
    expect(done.stderr).toContain('cannot be read: there is no such file')
  })
})
