// A whole server as a process of its own, for tests that kill it, fill its disk or run two at once.

import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { request } from 'undici'

const root = resolve(import.meta.dirname, '../..')
export const adminKey = 'test-admin-key-0123456789'

export type AirworthyProcess = {
  readonly url: string
  readonly child: ChildProcess
  /** Everything it printed so far. */
  output(): string
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>
}
export type Answer = {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: unknown
}

export type ProcessOptions = {
  readonly dataDir: string
  readonly modelDir?: string
  readonly env?: Record<string, string>
  /** Another verb that listens, with its options; default `up`. */
  readonly verb?: readonly string[]
}

/** Resolves when it listens. Errors: what it printed, when it ended first. */
export async function startAirworthy({
  dataDir,
  modelDir,
  env = {},
  verb = ['up'],
}: ProcessOptions): Promise<AirworthyProcess> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      join(root, 'src/main.ts'),
      ...verb,
      '--port',
      '0',
      '--json',
    ],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        AIRWORTHY_DATA_DIR: dataDir,
        AIRWORTHY_ADMIN_KEY: adminKey,
        DATABASE_URL: '',
        ...(modelDir === undefined ? {} : { AIRWORTHY_MODEL_DIR: modelDir }),
        ...env,
      },
    },
  )
  const printed: string[] = []
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString('utf8')))
  const url = await firstUrl(child, printed)
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
  }
  return {
    url,
    child,
    output: () => printed.join(''),
    call: (method, path, body, headers) =>
      call(url, { method, path, body, headers }).catch((error: unknown) => {
        if (child.exitCode === null && child.signalCode === null) throw error
        // Of a server that nobody meant to end, what it said last is all there is to go by.
        const how = child.signalCode ?? child.exitCode
        throw new Error(`airworthy had ended with ${how}:\n${printed.join('').slice(-5_000)}`, { cause: error })
      }),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

function firstUrl(child: ChildProcess, printed: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let json = ''
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    lines.on('line', (line) => {
      printed.push(`${line}\n`)
      json += line
      const url = /"url":\s*"([^"]+)"/.exec(json)?.[1]
      if (url !== undefined) resolve(url)
    })
    // Not at its exit: what it printed may not be read yet.
    child.once('close', (code) => reject(new Error(`airworthy ended with ${code}:\n${printed.join('')}`)))
  })
}

type Call = {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly headers: Record<string, string> | undefined
}

/**
 * What reads the view is answered after 2 s with what there is, or refused, when the view has not caught up with the log, as on
 * a machine that is slow; and after 10 s refused, when the database was busy with other work for so long. Then it is asked again.
 */
async function call(url: string, asked: Call): Promise<Answer> {
  for (const end = performance.now() + behindMsMax; ;) {
    const answer = await callOnce(url, asked)
    const code = answer.status === 503 ? (answer.body as { code?: string }).code : undefined
    const isRead = asked.method === 'GET'
    const isRefused = code === 'view_behind' || (isRead && code === 'view_unavailable')
    const isOld = isRead && answer.headers['airworthy-view-behind'] !== undefined
    if (!(isRefused || isOld) || performance.now() > end) return answer
  }
}

const behindMsMax = 300_000

async function callOnce(url: string, { method, path, body, headers }: Call): Promise<Answer> {
  const answer = await request(`${url}${path}`, {
    method: method as 'GET',
    headers: {
      authorization: `Bearer ${adminKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
  })
  const text = await answer.body.text()
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: /[/+]json/.test(String(answer.headers['content-type'])) ? JSON.parse(text) : text,
  }
}

/** A folder that is removed with `remove`. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'airworthy-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
