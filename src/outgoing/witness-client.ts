// Submits checkpoints to witnesses (c2sp.org/tlog-witness) and tells what their answers mean. When to submit which one is
// the courier's to decide.

import { Agent } from 'undici'
import type { AddressGuard } from './address-guard.ts'
import { createGuardedConnector } from './guarded-connector.ts'
import { exchange, type Exchange } from './http-exchange.ts'
import { parseRetryAfter } from './retry-after.ts'

type SubmitRequest = {
  /** The witness's submission prefix. */
  readonly url: string
  readonly body: string
  readonly timeoutMs: number
}

type SubmitAnswer =
  /** `body` is said to be lines of cosignatures; it is not checked. */
  | { readonly kind: 'cosigned'; readonly body: string }
  /** The size of the checkpoint that it cosigned last, where that is not the one it was told. */
  | { readonly kind: 'conflict'; readonly size: number }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly detail: string }
  | { readonly kind: 'away'; readonly detail: string; readonly retryAfterMs?: number }

type RefusalReason = 'unknown-log' | 'bad-signature' | 'bad-proof' | 'other'

export type WitnessClient = {
  /** Never rejects. */
  readonly submit: (request: SubmitRequest) => Promise<SubmitAnswer>
  /** Ends every connection; what still runs is answered `away`. */
  close(): Promise<void>
}

export type WitnessClientOptions = {
  readonly guard: AddressGuard
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Lines of signatures, also large ones of other kinds than ours. */
const answerBytesMax = 64 * 1024
const connectTimeoutMs = 5_000

export function createWitnessClient({ guard, clock }: WitnessClientOptions): WitnessClient {
  const agent = new Agent({
    connect: createGuardedConnector({ guard, connectTimeoutMs }),
    // One request at a time to each witness.
    connections: 1,
    allowH2: false,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  async function submit({ url, body, timeoutMs }: SubmitRequest): Promise<SubmitAnswer> {
    const target = new URL(`${url.replace(/\/+$/, '')}/add-checkpoint`)
    const refusal = guard.checkUrl(target)
    if (refusal) return away(refusal)
    const headers = ['content-type', 'text/plain; charset=utf-8', 'user-agent', 'airworthy']
    const path = `${target.pathname}${target.search}`
    const request = { origin: target.origin, method: 'POST', path, headers, body } as const
    return judge(await exchange(agent, request, { timeoutMs, bodyBytesMax: answerBytesMax }), clock())
  }

  return { submit, close: () => agent.destroy() }
}

function judge(result: Exchange, now: number): SubmitAnswer {
  if (result.kind === 'failure') return away({ message: result.detail, hint: result.hint })
  const { status, body, headers } = result
  switch (status) {
    case 200:
      return { kind: 'cosigned', body: body.toString('utf8') }
    case 404:
      return refused('unknown-log', 'It does not know this log. Give its operator the log’s verifier key.', body)
    case 403:
      return refused('bad-signature', 'It does not trust the key that signs. Give its operator the new one.', body)
    case 409:
      return conflict(headers['content-type'], body)
    case 422:
      return refused('bad-proof', 'It takes our proof for false.', body)
    case 400:
      return refused('other', 'It takes our request for malformed.', body)
    default: {
      const retryAfterMs = parseRetryAfter(headers['retry-after'], now)
      const answer = away({ message: `It answered ${status}.`, hint: undefined })
      return retryAfterMs === undefined ? answer : { ...answer, retryAfterMs }
    }
  }
}

function conflict(contentType: string | undefined, body: Buffer): SubmitAnswer {
  const [, digits] = /^(0|[1-9]\d{0,15})\n?$/.exec(body.toString('latin1')) ?? []
  const isSize = contentType?.split(';')[0]?.trim().toLowerCase() === 'text/x.tlog.size'
  const size = Number(digits)
  if (isSize && Number.isSafeInteger(size)) return { kind: 'conflict', size }
  return refused('other', 'It answered 409 without saying which size it has.', body)
}

/** What a witness says of itself is shown to operators: short, and without what could steer a terminal. */
function refused(reason: RefusalReason, what: string, body: Buffer): SubmitAnswer {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const controls = /[\u0000-\u001f\u007f-\u009f]+/g
  const said = body.toString('utf8').replace(controls, ' ').trim().slice(0, 200)
  return { kind: 'refused', reason, detail: said === '' ? what : `${what} It says: ${said}` }
}

function away({
  message,
  hint,
}: {
  message: string
  hint: string | undefined
}): Extract<SubmitAnswer, { kind: 'away' }> {
  return { kind: 'away', detail: hint === undefined ? message : `${message} ${hint}` }
}
