// The CLI as a script sees it: a process, its exit code, its two streams. The server is a stub that answers what it is told.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }
type Seen = { method: string; url: string; headers: Record<string, unknown>; body: string }

const entry = `
  import { runCli } from '#cli/program.ts'
  const services = { version: '1.2.3' }
  process.exitCode = await runCli(process.argv.slice(1), services)
`
const folder = mkdtempSync(join(tmpdir(), 'cli-'))
const seen: Seen[] = []
let server: Server
let address = ''

const answer = {
  id: '0190a1b2-0000-7000-8000-000000000001',
  reason: 'clear-junk',
  output: { label: 'junk' },
  confidence: 0.99,
  arm: 'champion',
  model: { name: 'm', version: '1' },
  log: { index: 7 },
}

/** What the stub says, by method and path. */
const routes: Record<string, { status: number; body: unknown; type?: string }> = {
  'POST /v1/use-cases/good/decisions': { status: 200, body: { ...answer, status: 'decided', route: 'act' } },
  'POST /v1/use-cases/waits/decisions': {
    status: 202,
    body: { ...answer, status: 'pending_review', route: 'review', output: null, confidence: null, model: null },
  },
  'POST /v1/use-cases/refuses/decisions': {
    status: 422,
    body: {
      ...answer,
      status: 'rejected',
      route: 'reject',
      output: null,
      violations: [{ path: '/input/a', rule: 'type', message: 'must be a number\u001b[31m' }],
    },
  },
  'POST /v1/use-cases/good/decisions:batch': {
    status: 200,
    type: 'application/x-ndjson',
    body: `${JSON.stringify({ ...answer, status: 'decided', route: 'act' })}\n`,
  },
  'POST /v1/use-cases/half/decisions:batch': {
    status: 200,
    type: 'application/x-ndjson',
    body: `${JSON.stringify(answer)}\n{"line":2,"error":{"code":"request_malformed"}}\n`,
  },
  'GET /api/v1/keys': {
    status: 401,
    body: { code: 'unauthenticated', detail: 'The key is unknown or was revoked.', hint: 'Ask an admin.' },
  },
  'POST /api/v1/keys': { status: 403, body: '<html>proxy</html>', type: 'text/html' },
  'GET /api/v1/reviews?status=open&limit=20': { status: 200, body: { items: [], next: null, total: 0 } },
  'POST /api/v1/reviews/x/decide': {
    status: 422,
    body: {
      code: 'review_verdict_invalid',
      detail: 'The reason is missing.',
      problems: [{ path: '/reason', message: 'is required', hint: 'One of a, b.' }],
    },
  },
  'POST /api/v1/actions/a.0/replay': { status: 200, body: { id: 'a.0' } },
}

beforeAll(async () => {
  server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request)
  seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
  const route = routes[`${request.method} ${request.url}`] ?? {
    status: 404,
    body: { code: 'not_found', detail: 'There is no such thing.' },
  }
  response.writeHead(route.status, { 'content-type': route.type ?? 'application/json' })
  response.end(typeof route.body === 'string' ? route.body : JSON.stringify(route.body))
}

async function run(
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', entry, '--', ...args],
    {
      cwd: join(import.meta.dirname, '../..'),
      env: { PATH: process.env['PATH'] ?? '', AIRWORTHY_SERVER: address, AIRWORTHY_DATA_DIR: folder, ...env },
    },
  )
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number | null, stdout, stderr }
}

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

// Each test starts processes; on a busy machine that takes a while.
describe('airworthy', () => {
  it('says what it is: version and help, with examples for every verb', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
    for (const verb of [
      [],
      ['decide'],
      ['review'],
      ['review', 'override'],
      ['key', 'create'],
      ['status'],
      ['demo'],
      ['action', 'replay'],
    ]) {
      const { code, stdout } = await run([...verb, '--help'])
      expect({ verb, code, hasExamples: stdout.includes('Examples:') }).toEqual({ verb, code: 0, hasExamples: true })
    }
  })

  it.each([
    [['statsu'], 'Did you mean status?'],
    [['status', '--jsno'], 'Did you mean --json?'],
    [['decide'], 'use-case'],
    [['decide', 'good'], '--input FILE'],
    [['decide', 'good', '--input', 'x', '--batch', 'y'], 'cannot be used with'],
    [['decide', 'good', '--input', 'x', '--wait', 'soon'], 'whole number'],
    [['decide', 'good', '--input', '/no/such/file'], 'there is no such file'],
    [['review', 'list', '--status', 'opne'], 'open, claimed, done'],
    [['review', 'override', 'x', '--output', '{label'], 'is not JSON'],
    [['key', 'create', '--name', 'x'], '--scope for a program'],
    [['status', '--server', 'example'], 'no address of a server'],
  ])('ends with 2 when it is used wrongly: %j', async (args, says) => {
    const { code, stdout, stderr } = await run(args)
    expect(stderr).toContain(says)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('says what to do when the server is away, and ends with 3', async () => {
    const { code, stderr } = await run(['status', '--server', 'http://127.0.0.1:1'])
    expect(code).toBe(3)
    expect(stderr).toContain('http://127.0.0.1:1 does not answer: nothing listens there')
    expect(stderr).toContain('airworthy up')
  })

  it('says what a refusal means, also when it is not the server’s own', async () => {
    const unknown = await run(['key', 'list'])
    expect(unknown).toMatchObject({ code: 3, stdout: '' })
    expect(unknown.stderr).toBe('error: The key is unknown or was revoked.\n  what to do: Ask an admin.\n')
    const forbidden = await run(['key', 'create', '--name', 'x', '--role', 'reviewer'])
    expect(forbidden.code).toBe(3)
    expect(forbidden.stderr).toContain('<html>proxy</html>')
    const invalid = await run(['review', 'override', 'x', '--output', '{}'])
    expect(invalid.code).toBe(3)
    expect(invalid.stderr).toContain('/reason: is required\n      One of a, b.')
  })
})

describe('airworthy decide', () => {
  it('sends input, subject and context with the key, and prints the answer', async () => {
    const input = file('in.json', '{"a":1}')
    const context = file('context.json', '{"b":2}')
    const args = [
      'decide',
      'good',
      '--input',
      input,
      '--context',
      context,
      '--subject',
      's',
      '--wait',
      '5',
      '--idempotency-key',
      'k',
      '--key',
      'aw_x',
    ]
    const { code, stdout } = await run(args)
    expect(code).toBe(0)
    expect(stdout).toContain('Decided (act: clear-junk, confidence 99.0 %, m 1)')
    const request = seen.at(-1)
    expect(JSON.parse(request?.body ?? '')).toEqual({ input: { a: 1 }, subject: 's', context: { b: 2 } })
    expect(request?.headers).toMatchObject({ authorization: 'Bearer aw_x', prefer: 'wait=5', 'idempotency-key': 'k' })
  })

  it('reads standard input and prints JSON alone', async () => {
    const { code, stdout, stderr } = await run(['decide', 'waits', '--input', '-', '--json'], { input: '{"a":1}' })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ status: 'pending_review' })
  })

  it('ends with 1 when the decision is a refusal, and keeps others’ control characters off the terminal', async () => {
    const { code, stdout } = await run(['decide', 'refuses', '--input', '-'], { input: '{}' })
    expect(code).toBe(1)
    expect(stdout).toContain('/input/a type: must be a number')
    expect(stdout).not.toContain('\u001b')
  })

  it.each([
    ['', 'is empty'],
    ['{"a":', 'is not JSON'],
  ])('ends with 2 for the input %j', async (input, says) => {
    const { code, stderr } = await run(['decide', 'good', '--input', '-'], { input })
    expect(stderr).toContain(says)
    expect(code).toBe(2)
  })

  it('passes a batch through, and ends with 3 when lines failed', async () => {
    const lines = '{"input":1}\n{"input":2}\n'
    const whole = await run(['decide', 'good', '--batch', '-'], { input: lines })
    expect(whole).toMatchObject({ code: 0, stderr: '1 of 1 answered.\n' })
    expect(seen.at(-1)).toMatchObject({ body: lines, headers: { 'content-type': 'application/x-ndjson' } })
    const half = await run(['decide', 'half', '--batch', file('batch.ndjson', lines)])
    expect(half.code).toBe(3)
    expect(half.stdout.trim().split('\n')).toHaveLength(2)
    expect(half.stderr).toContain('1 of 2 lines failed')
  })
})

describe('the key', () => {
  it('is the admin key’s file for a server on this machine, and only there', async () => {
    file('admin-key', 'aw_local\n')
    await run(['action', 'replay', 'a.0'])
    expect(seen.at(-1)?.headers['authorization']).toBe('Bearer aw_local')
    await run(['action', 'replay', 'a.0'], { env: { AIRWORTHY_KEY: 'aw_env' } })
    expect(seen.at(-1)?.headers['authorization']).toBe('Bearer aw_env')
    // The same server under a name that is not this machine's own by its looks.
    await run(['action', 'replay', 'a.0', '--server', address.replace('127.0.0.1', '0.0.0.0')])
    expect(seen.at(-1)?.headers['authorization']).toBeUndefined()
  })
})
