// One request, one response, one deadline.
//
// undici's own timeouts watch the pauses between bytes and are exact to about half a second above one second, and its
// AbortSignal costs several microseconds a call. So one node timer per exchange holds the whole deadline (timers of equal
// length share a list, which makes one cost a fraction of a microsecond), and the handler below does what
// `pool.request` would do with a stream, an AsyncResource and two promises.

import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { PlatformError } from '#core/kernel/errors.ts'

export type ExchangeRequest = {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Path and query. */
  readonly path: string
  /** Names and values in turn, as undici takes them fastest. */
  readonly headers: string[]
  readonly body: string | null
  /** Only for dispatchers that serve several origins. */
  readonly origin?: string
}

export type ExchangeLimits = { readonly timeoutMs: number; readonly bodyBytesMax: number }

export type Exchange =
  | { readonly kind: 'response'; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }
  | ExchangeFailure

export type ExchangeFailure = {
  readonly kind: 'failure'
  /**
   * `refused`: the address guard said no. `unreachable`: no byte came back. `cut-off`: the connection ended in the middle of
   * the response. `malformed`: what came back is not HTTP. `too-large`: the body is over the limit.
   */
  readonly cause: 'timeout' | 'refused' | 'unreachable' | 'cut-off' | 'malformed' | 'too-large'
  /** One sentence without anything from the request or the response. */
  readonly detail: string
  /** What to do about it, where something can be done here. */
  readonly hint?: string
  /** True when no byte came back and the connection was the reason: the one case in which sending again may help. */
  readonly isRetryable: boolean
  /** The status, when one had come before the failure. */
  readonly status: number | undefined
}

/** Never rejects. Redirects are not followed; a response with any status is a response. */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest, limits: ExchangeLimits): Promise<Exchange> {
  return new Promise((resolve) => {
    dispatcher.dispatch(request, new ExchangeHandler(limits, resolve))
  })
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #limits: ExchangeLimits
  readonly #resolve: (exchange: Exchange) => void
  readonly #deadline: NodeJS.Timeout
  #isSettled = false
  #hasBytes = false
  #controller: Dispatcher.DispatchController | undefined
  #status: number | undefined
  #headers: IncomingHttpHeaders = {}
  #first: Buffer | undefined
  #rest: Buffer[] | undefined
  #size = 0

  constructor(limits: ExchangeLimits, resolve: (exchange: Exchange) => void) {
    this.#limits = limits
    this.#resolve = resolve
    this.#deadline = setTimeout(onDeadline, limits.timeoutMs, this)
  }

  passDeadline(): void {
    this.#stop('timeout', `No complete answer within ${this.#limits.timeoutMs} ms.`)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // The deadline may pass while undici still connects, when there is nothing to abort yet.
    if (this.#isSettled) controller.abort(new Error('deadline passed'))
    else this.#controller = controller
  }

  onResponseStarted(): void {
    this.#hasBytes = true
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    if (Number(headers['content-length']) > this.#limits.bodyBytesMax) this.#stopTooLarge()
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > this.#limits.bodyBytesMax) this.#stopTooLarge()
    else if (!this.#first) this.#first = chunk
    else (this.#rest ??= []).push(chunk)
  }

  onResponseEnd(): void {
    const first = this.#first ?? Buffer.alloc(0)
    const body = this.#rest ? Buffer.concat([first, ...this.#rest]) : first
    this.#settle({ kind: 'response', status: this.#status ?? 0, headers: this.#headers, body })
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (!this.#isSettled) this.#settle(failureFrom(error, this.#hasBytes, this.#status))
  }

  #stopTooLarge(): void {
    this.#stop('too-large', `The response is over ${this.#limits.bodyBytesMax} bytes.`)
  }

  /** Settles first, so that the error which the abort causes finds nothing left to do. The abort ends the connection. */
  #stop(cause: ExchangeFailure['cause'], detail: string): void {
    if (this.#isSettled) return
    this.#settle({ kind: 'failure', cause, detail, isRetryable: false, status: this.#status })
    this.#first = this.#rest = undefined
    this.#controller?.abort(new Error(detail))
  }

  #settle(result: Exchange): void {
    if (this.#isSettled) return
    this.#isSettled = true
    clearTimeout(this.#deadline)
    this.#resolve(result)
  }
}

/** One function for all timers, so that a call does not make a closure. */
function onDeadline(handler: ExchangeHandler): void {
  handler.passDeadline()
}

/** What the network says when a connection cannot be made or ends before anything came back. */
const connectionErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at the address.',
  ECONNRESET: 'The connection was reset before an answer came.',
  ECONNABORTED: 'The connection was aborted before an answer came.',
  EPIPE: 'The connection was closed before an answer came.',
  UND_ERR_SOCKET: 'The connection was closed before an answer came.',
  EHOSTUNREACH: 'There is no route to the host.',
  ENETUNREACH: 'There is no route to the network.',
  ENOTFOUND: 'The host name does not exist.',
  EAI_AGAIN: 'The host name could not be resolved for now.',
}

function failureFrom(error: Error, hasBytes: boolean, status: number | undefined): ExchangeFailure {
  const failed = (cause: ExchangeFailure['cause'], detail: string, isRetryable = false): ExchangeFailure => ({
    kind: 'failure',
    cause,
    detail,
    isRetryable,
    status,
  })
  if (error instanceof PlatformError) {
    const refused = failed('refused', error.message)
    return error.hint === undefined ? refused : { ...refused, hint: error.hint }
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  if (error.name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return failed('malformed', 'What came back is not HTTP/1.1.')
  }
  if (hasBytes) return failed('cut-off', 'The connection ended before the response was complete.')
  const known = connectionErrors[code]
  if (known) return failed('unreachable', known, true)
  // Certificates, handshakes, a destroyed pool: sending again would end the same way. The code names it without contents.
  return failed('unreachable', `The connection failed (${code}).`)
}
