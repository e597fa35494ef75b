// The CLI's way to the server: the same API that everybody else uses, with a key that everybody else would need.
//
// What speaks HTTP is loaded with the first request: verbs that can do without a server declare its options too.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Option, type Command } from 'commander'
import type { Agent, Dispatcher } from 'undici'
import type { Problem } from '#wire/common.ts'
import { CliError, exitCodes, type ExitCode } from './exit-codes.ts'

export type ServerOptions = { readonly server?: string | undefined; readonly key?: string | undefined }
type Environment = Readonly<Record<string, string | undefined>>

/** Declares `--server` and `--key`; their defaults are looked up when the verb runs. */
export function addServerOptions(command: Command): Command {
  return command
    .addOption(new Option('--server <url>', 'the server (default: AIRWORTHY_SERVER, else http://127.0.0.1:8700)'))
    .addOption(new Option('--key <key>', 'the key (default: AIRWORTHY_KEY, else the admin key of a local server)'))
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
export type ClientRequest = {
  readonly method: Method
  /** With its query, from `/`. */
  readonly path: string
  /** A value goes out as JSON; a form as it is; a string, a buffer or a stream as it is, with `contentType`. */
  readonly body?: unknown
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Statuses over 399 that are answers and not errors for this verb. */
  readonly accept?: readonly number[]
}
export type Answer = { readonly status: number; readonly body: unknown }

export type Client = {
  readonly server: string
  /** Errors: CliError when the server is away; ServerProblem when it refuses. */
  request(method: Method, path: string, body?: unknown): Promise<Answer>
  send(request: ClientRequest): Promise<Answer>
  /** The answer's body as it comes, for long ones. Errors as for `request`. */
  stream(request: ClientRequest): Promise<Dispatcher.ResponseData['body']>
  close(): Promise<void>
}

/** The server said no, in the words of its problem document. */
export class ServerProblem extends CliError {
  override readonly name = 'ServerProblem'
  readonly status: number
  readonly problem: Problem

  constructor(status: number, problem: Problem) {
    super(exitCodeOf(status, problem.code), problem.detail, { hint: problem.hint })
    this.status = status
    this.problem = problem
  }
}

/** `connections`: how many at once, for verbs that send a lot. */
export type ClientOptions = ServerOptions & { readonly connections?: number }

/** Opens no connection yet. */
export function createClient(options: ClientOptions, env: Environment = process.env): Client {
  const server = serverAddress(options.server, env)
  const key = options.key ?? env['AIRWORTHY_KEY'] ?? localAdminKey(server, env)
  let agent: Agent | undefined

  async function open(asked: ClientRequest): Promise<Dispatcher.ResponseData> {
    const undici = await import('undici')
    agent ??= new undici.Agent({ connections: options.connections ?? 4, pipelining: 1 })
    const form = asked.body instanceof undici.FormData ? asked.body : undefined
    try {
      return await undici.request(server + asked.path, {
        dispatcher: agent,
        method: asked.method,
        // Of a form the boundary is part of the type, so undici names it.
        headers: headersOf(form === undefined ? asked : { ...asked, body: undefined }, key),
        body: form ?? bodyOf(asked),
      })
    } catch (error) {
      throw awayError(server, error)
    }
  }

  const client: Client = {
    server,
    request: (method, path, body) => client.send({ method, path, ...(body === undefined ? {} : { body }) }),
    async send(asked) {
      const answer = await open(asked)
      const body = await readBody(server, answer)
      if (answer.statusCode >= 400 && !asked.accept?.includes(answer.statusCode))
        throw problemOf(answer.statusCode, body)
      return { status: answer.statusCode, body }
    },
    async stream(asked) {
      const answer = await open(asked)
      if (answer.statusCode >= 400) throw problemOf(answer.statusCode, await readBody(server, answer))
      return answer.body
    },
    close: async () => agent?.close(),
  }
  return client
}

/** Errors: CliError (wrong use) for what is no http address. */
function serverAddress(given: string | undefined, env: Environment): string {
  const text = given ?? env['AIRWORTHY_SERVER'] ?? `http://127.0.0.1:${env['PORT'] || '8700'}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new CliError(exitCodes.wrongUse, `"${text}" is no address of a server.`, {
      hint: 'Write it as http://host:port.',
    })
  }
  return text.replace(/\/+$/, '')
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** Only for a server on this machine: an admin key must not be sent elsewhere by default. */
function localAdminKey(server: string, env: Environment): string | undefined {
  if (!loopback.test(new URL(server).hostname)) return undefined
  try {
    return readFileSync(join(env['AIRWORTHY_DATA_DIR'] || '.airworthy', 'admin-key'), 'utf8').trim() || undefined
  } catch {
    // No such file: the server will say that a key is needed, and how to give one.
    return undefined
  }
}

function headersOf({ body, contentType, headers }: ClientRequest, key: string | undefined): Record<string, string> {
  return {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...headers,
  }
}

function bodyOf({ body, contentType }: ClientRequest): string | Buffer | Readable | null {
  if (body === undefined) return null
  if (body instanceof Readable || Buffer.isBuffer(body) || (typeof body === 'string' && contentType !== undefined))
    return body
  return JSON.stringify(body)
}

async function readBody(server: string, answer: Dispatcher.ResponseData): Promise<unknown> {
  const text = await answer.body.text().catch((error: unknown) => Promise.reject(awayError(server, error)))
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return { detail: `The answer is not JSON: ${text.slice(0, 200)}`, hint: `Is ${server} an Airworthy server?` }
  }
}

/** A refusal in our own form, whatever the server (or something in front of it) answered. */
function problemOf(status: number, body: unknown): ServerProblem {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>
  const known = byStatus[status]
  const hint = given.hint ?? known?.hint
  return new ServerProblem(status, {
    ...given,
    type: given.type ?? 'about:blank',
    title: given.title ?? `HTTP ${status}`,
    status,
    code: given.code ?? 'unknown',
    detail: given.detail ?? known?.detail ?? `The server answered ${status}.`,
    ...(hint === undefined ? {} : { hint }),
  })
}

const byStatus: Record<number, { detail: string; hint: string } | undefined> = {
  401: {
    detail: 'The server wants a key.',
    hint: 'Give one with --key or AIRWORTHY_KEY; on the server’s machine the file admin-key in its data folder holds one.',
  },
  403: {
    detail: 'The key may not do this.',
    hint: 'Ask an admin for a key with the right role: airworthy key create.',
  },
  404: { detail: 'The server knows no such thing.', hint: 'Check the name, and that --server is the right server.' },
}

/** A body or a name that the server cannot read was typed here; everything else could not be done. */
function exitCodeOf(status: number, code: string): ExitCode {
  return status === 400 || code === 'request_malformed' ? exitCodes.wrongUse : exitCodes.couldNotBeDone
}

function awayError(server: string, error: unknown): CliError {
  if (error instanceof CliError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why =
    code === 'ECONNREFUSED' ? 'nothing listens there' : error instanceof Error ? error.message || code : String(error)
  return new CliError(exitCodes.couldNotBeDone, `The server at ${server} does not answer: ${why}.`, {
    hint: 'Start it with: airworthy up. Or name another one with --server.',
    cause: error,
  })
}
