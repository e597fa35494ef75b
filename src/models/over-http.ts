// What oip-v2, mlflow and http share: send JSON, take JSON back, and say in one sentence what was wrong with it.

import type { ModelFailureCause } from '#core/decision/events.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { ConnectionPool } from '#outgoing/connection-pool.ts'
import type { Exchange, ExchangeFailure, ExchangeRequest } from '#outgoing/http-exchange.ts'
import { failedAttempt, type Attempt, type FailedAttempt, type Protocol, type Unfit } from './attempt.ts'
import { parseAnswer } from './parse-answer.ts'
import { copyPlainJson } from './plain-json.ts'

/** What one protocol says over HTTP. Pure: no state but its configuration. */
export type Dialect = {
  readonly method: ExchangeRequest['method']
  /** Added to the path of the endpoint's URL, with its slash: `/invocations`. */
  readonly path: string
  encode(input: JsonValue, context: JsonValue): Encoded | Unfit
  /** `body` is the answer's JSON, not yet known to be anything. May throw: that makes it an answer that does not fit. */
  decode(body: JsonValue, answer: { readonly status: number; readonly encoded: Encoded }): Decoded | Unfit
}

/** `id`: what the answer must carry if it carries one. */
export type Encoded = { readonly kind: 'encoded'; readonly body: string | null; readonly id?: string }
export type Decoded = { readonly kind: 'decoded'; readonly output: unknown }

export type HttpTarget = {
  readonly url: URL
  /** Names and values in turn, secrets resolved. */
  readonly headers: readonly string[]
}

export function protocolOverHttp(dialect: Dialect, target: HttpTarget, pool: ConnectionPool): Protocol {
  const { url } = target
  const { method } = dialect
  const path = `${url.pathname.replace(/\/$/, '')}${dialect.path}${url.search}` || '/'
  const withBody = [...jsonHeaders(target.headers, true), ...target.headers]
  const withoutBody = [...jsonHeaders(target.headers, false), ...target.headers]

  function attempt(input: JsonValue, context: JsonValue, timeoutMs: number): Attempt | Promise<Attempt> {
    const encoded = encodeSafely(dialect, input, context)
    if (encoded.kind === 'unfit') return failedAttempt('failed', encoded.detail)
    const { body } = encoded
    const headers = body === null ? withoutBody : withBody
    return pool.send({ method, path, headers, body }, timeoutMs).then((result) => judge(dialect, encoded, result))
  }

  return { target: `${url.origin}${url.pathname}`, attempt, close: () => pool.close() }
}

/** The manifest's own headers win. */
function jsonHeaders(own: readonly string[], hasBody: boolean): string[] {
  const isOwn = (name: string) => own.some((text, i) => i % 2 === 0 && text.toLowerCase() === name)
  const headers: string[] = []
  if (!isOwn('accept')) headers.push('accept', 'application/json')
  if (hasBody && !isOwn('content-type')) headers.push('content-type', 'application/json')
  return headers
}

function encodeSafely(dialect: Dialect, input: JsonValue, context: JsonValue): Encoded | Unfit {
  try {
    return dialect.encode(input, context)
  } catch {
    return { kind: 'unfit', detail: 'The request for the model could not be built from this input.' }
  }
}

function judge(dialect: Dialect, encoded: Encoded, result: Exchange): Attempt {
  if (result.kind === 'failure') return failureOfExchange(result)
  const { status, headers, body } = result
  if (status < 200 || status > 299) return failureOfStatus(status)
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    return failedAttempt('bad-answer', 'The answer is compressed, which was not asked for.')
  }
  const parsed = parseAnswer(body, headers['content-type'])
  if (parsed.kind === 'unfit') return failedAttempt('bad-answer', parsed.detail)
  return decodeSafely(dialect, parsed.value, { status, encoded })
}

/** A mapping that fails on a body is as good as a body that does not fit. */
function decodeSafely(dialect: Dialect, body: JsonValue, answer: { status: number; encoded: Encoded }): Attempt {
  try {
    const decoded = dialect.decode(body, answer)
    if (decoded.kind === 'unfit') return failedAttempt('bad-answer', decoded.detail)
    if (decoded.output === undefined)
      return failedAttempt('bad-answer', 'The answer has no output where it was looked for.')
    const copied = copyPlainJson(decoded.output)
    if (copied.kind === 'plain') return { kind: 'answer', output: copied.value }
    return failedAttempt('bad-answer', `In the answer ${copied.why}.`)
  } catch {
    return failedAttempt('bad-answer', 'The output could not be taken from the answer.')
  }
}

const causes: Readonly<Record<ExchangeFailure['cause'], ModelFailureCause>> = {
  timeout: 'timeout',
  'too-large': 'too-large',
  refused: 'unreachable',
  unreachable: 'unreachable',
  'cut-off': 'bad-answer',
  malformed: 'bad-answer',
}

function failureOfExchange({ cause, detail, isRetryable }: ExchangeFailure): FailedAttempt {
  return failedAttempt(causes[cause], detail, { isRetryable })
}

/** Statuses that speak of this one input and not of the model. */
const aboutTheInput: ReadonlySet<number> = new Set([400, 413, 422])

function failureOfStatus(status: number): FailedAttempt {
  const isRedirect = status >= 300 && status < 400
  const detail = `The model answered with status ${status}${isRedirect ? '; redirects are not followed' : ''}.`
  return failedAttempt('bad-status', detail, { tells: aboutTheInput.has(status) ? 'works' : 'faulty' })
}
