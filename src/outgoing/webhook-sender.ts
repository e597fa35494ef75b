// Sends one webhook, once, signed as Standard Webhooks 1.0.0 asks. When to send again is the action runner's to decide.
//
// The id stays the same over all attempts and is the receiver's means to act only once; it is sent as `idempotency-key`
// too, for receivers that know that header and not the standard. The timestamp is that of the attempt.

import { Webhook } from 'standardwebhooks'
import { Agent } from 'undici'
import { PlatformError } from '#core/kernel/errors.ts'
import type { AddressGuard } from './address-guard.ts'
import { createGuardedConnector } from './guarded-connector.ts'
import { exchange, type Exchange } from './http-exchange.ts'
import { parseRetryAfter } from './retry-after.ts'

type WebhookRequest = {
  readonly url: string
  /** `whsec_` and base64. */
  readonly secret: string
  /** The same for every attempt. */
  readonly id: string
  /** JSON; signed as these bytes. */
  readonly body: string
  /** For the whole attempt. */
  readonly timeoutMs: number
}

type WebhookResult =
  | { readonly kind: 'delivered'; readonly status: number; readonly ms: number }
  | {
      readonly kind: 'failed'
      /** One sentence without the body, the secret or the query of the URL. */
      readonly error: string
      /** The receiver asked to wait this long. */
      readonly retryAfterMs?: number
      /** The receiver wants no more of these (410): do not try again. */
      readonly gone?: boolean
    }

export type WebhookSender = {
  /** Never throws, never rejects. Any 2xx is delivered; redirects are failures. */
  send(request: WebhookRequest): Promise<WebhookResult>
  /** Ends every connection; attempts that still run fail. */
  close(): Promise<void>
}

export type WebhookSenderOptions = {
  readonly guard: AddressGuard
  /** Milliseconds since 1970: it is signed. */
  readonly clock: () => number
  /** Connections to one receiver. Default 16. */
  readonly connectionsPerOrigin?: number
}

/** A receiver's answer is only its status; a little of the body is read so that the connection can be used again. */
const answerBytesMax = 64 * 1024
const connectTimeoutMs = 10_000

export function createWebhookSender({ guard, clock, connectionsPerOrigin = 16 }: WebhookSenderOptions): WebhookSender {
  const agent = new Agent({
    connect: createGuardedConnector({ guard, connectTimeoutMs }),
    connections: connectionsPerOrigin,
    allowH2: false,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  async function send(request: WebhookRequest): Promise<WebhookResult> {
    const started = clock()
    const prepared = prepare(request, { guard, now: started })
    if (prepared.kind === 'refused') return failed(prepared.error)
    const { url, headers } = prepared
    const path = `${url.pathname}${url.search}`
    const result = await exchange(
      agent,
      { origin: url.origin, method: 'POST', path, headers, body: request.body },
      { timeoutMs: request.timeoutMs, bodyBytesMax: answerBytesMax },
    )
    return judge(result, { started, now: clock() })
  }

  return { send, close: () => agent.destroy() }
}

/**
 * Signs with a secret that must be `whsec_` and base64 (or the base64 alone, as the standard's libraries take it).
 * Errors: secret_unavailable, which says what is wrong and never shows the secret.
 */
function readWebhookSecret(secret: string): Webhook {
  const base64 = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)
  if (!isBase64 || base64 === '') {
    throw new PlatformError('secret_unavailable', 'The webhook’s secret is not in the form whsec_<base64>.', {
      hint: 'Make one: echo "whsec_$(openssl rand -base64 32)". The receiver needs the same text.',
    })
  }
  return new Webhook(base64)
}

type Prepared =
  | { readonly kind: 'ready'; readonly url: URL; readonly headers: string[] }
  | { readonly kind: 'refused'; readonly error: string }

function prepare(request: WebhookRequest, { guard, now }: { guard: AddressGuard; now: number }): Prepared {
  if (!URL.canParse(request.url)) return { kind: 'refused', error: 'The webhook’s address is not a URL.' }
  const url = new URL(request.url)
  const refusal = guard.checkUrl(url)
  if (refusal) return { kind: 'refused', error: withHint(refusal) }
  try {
    const signature = readWebhookSecret(request.secret).sign(request.id, new Date(now), request.body)
    const headers = Object.entries({
      'content-type': 'application/json',
      'user-agent': 'airworthy',
      'webhook-id': request.id,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': signature,
      'idempotency-key': request.id,
    }).flat()
    return { kind: 'ready', url, headers }
  } catch (error) {
    return {
      kind: 'refused',
      error: error instanceof PlatformError ? withHint(error) : 'The webhook could not be signed.',
    }
  }
}

function judge(result: Exchange, { started, now }: { started: number; now: number }): WebhookResult {
  // The status is the answer: whatever happened to the body after a 2xx, the receiver has taken it.
  if (result.status !== undefined && result.status >= 200 && result.status < 300) {
    return { kind: 'delivered', status: result.status, ms: Math.max(0, now - started) }
  }
  if (result.kind === 'failure') return failed(withHint({ message: result.detail, hint: result.hint }))
  if (result.status === 410) return { ...failed('The receiver answered 410: it wants no more of these.'), gone: true }
  if (result.status >= 300 && result.status < 400) {
    return failed(`The receiver answered ${result.status}; redirects are not followed.`)
  }
  const retryAfterMs = parseRetryAfter(result.headers['retry-after'], now)
  const failure = failed(`The receiver answered ${result.status}.`)
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs }
}

function failed(error: string): Extract<WebhookResult, { kind: 'failed' }> {
  return { kind: 'failed', error }
}

function withHint({ message, hint }: { message: string; hint: string | undefined }): string {
  return hint === undefined ? message : `${message} ${hint}`
}
