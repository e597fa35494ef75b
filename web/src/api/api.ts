// The API as functions, typed by the wire shapes: the UI is a client like any other and has no privileges.

import type { ActionState, DecisionDetail, DecisionSummary } from '#wire/decision.ts'
import type { CreatedKey, Key, Me, NewKey } from '#wire/key.ts'
import type { Erasure, ErasureDone, HoldRelease, LegalHold, NewErasure, NewLegalHold } from '#wire/privacy.ts'
import type { ReviewDecision, ReviewItem, ReviewState } from '#wire/review.ts'
import type { CheckpointPage, LogReading, LogState, RotatedKey } from '#wire/log.ts'
import type { Status } from '#wire/system.ts'
import type { AccuracyRow, Revision, RevisionDetail, UseCaseDetail, UseCaseSummary } from '#wire/use-case.ts'
import { assessmentCalls } from './assess.ts'
import { ApiFailure, problemOf } from './failure.ts'

export type Page<T> = { readonly items: readonly T[]; readonly next: string | null; readonly total?: number }
/** What claiming, releasing and deciding answer: where the review stands now, with its item where the server sends it. */
export type ReviewAnswer = ReviewState & Partial<ReviewItem>

export type Call = {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly body?: unknown
  readonly signal?: AbortSignal
  /** Let it finish though the page goes away. */
  readonly keepalive?: boolean
  /** Instead of the session's key: for signing in. */
  readonly key?: string
}

export type Api = ReturnType<typeof createApi>

/** `key` is read at each call. Errors: ApiFailure for what the server says, TypeError when it does not answer. */
export function createApi(connection: Connection) {
  const calls = createCalls(connection)
  const { call, read, post } = calls
  return {
    ...logCalls(calls),
    ...assessmentCalls(calls),
    me: (options?: Call) => call<Me>('me', options),
    status: (options?: Call) => call<Status>('status', options),
    allUseCases: (options?: Call) => call<Page<UseCaseSummary>>('use-cases', options),
    oneUseCase: (name: string, options?: Call) => call<UseCaseDetail>(`use-cases/${part(name)}`, options),
    revisions: (name: string, options?: Call) =>
      call<Page<Revision>>(`use-cases/${part(name)}/revisions?limit=200`, options),
    revision: (name: string, revision: number, options?: Call) =>
      call<RevisionDetail>(`use-cases/${part(name)}/revisions/${revision}`, options),
    accuracy: (name: string, options?: Call) => call<Page<AccuracyRow>>(`use-cases/${part(name)}/accuracy`, options),
    decisions: (query: URLSearchParams, options?: Call) => call<Page<DecisionSummary>>(`decisions?${query}`, options),
    decision: (id: string, options?: Call) => call<DecisionDetail>(`decisions/${part(id)}`, options),
    /** Waits for the next checkpoint where none covers the decision yet. The text is what `airworthy verify` reads. */
    receipt: (id: string, options?: Call) => read(`/v1/decisions/${part(id)}/receipt`, 'text/plain', options),
    reviews: (query: URLSearchParams, options?: Call) => call<Page<ReviewItem>>(`reviews?${query}`, options),
    review: (id: string, options?: Call) => call<ReviewItem>(`reviews/${part(id)}`, options),
    claimReview: (id: string) => post<ReviewAnswer>(`reviews/${part(id)}/claim`),
    /** Finishes though the page is left: a lease that nobody uses keeps others away. */
    releaseReview: (id: string) => post<ReviewAnswer>(`reviews/${part(id)}/release`, {}, true),
    decideReview: (id: string, decision: ReviewDecision) => post<ReviewAnswer>(`reviews/${part(id)}/decide`, decision),
    actions: (query: URLSearchParams, options?: Call) => call<Page<ActionState>>(`actions?${query}`, options),
    replayAction: (id: string) => post<ActionState>(`actions/${part(id)}/replay`),
    keys: (options?: Call) => call<Page<Key>>('keys', options),
    createKey: (key: NewKey) => post<CreatedKey>('keys', key),
    revokeKey: (id: string) => call<unknown>(`keys/${part(id)}`, { method: 'DELETE' }),
    events: calls.events,
  }
}

/** The log's proof, what was erased, what is held. */
function logCalls({ call, post }: ReturnType<typeof createCalls>) {
  return {
    log: (options?: Call) => call<LogState>('log', options),
    checkpoints: (query: URLSearchParams, options?: Call) => call<CheckpointPage>(`log/checkpoints?${query}`, options),
    readings: (query: URLSearchParams, options?: Call) => call<Page<LogReading>>(`log/readings?${query}`, options),
    erasures: (query: URLSearchParams, options?: Call) => call<Page<Erasure>>(`erasures?${query}`, options),
    erase: (wanted: NewErasure) => post<ErasureDone>('erasures', wanted),
    holds: (options?: Call) => call<Page<LegalHold>>('legal-holds?limit=200', options),
    placeHold: (wanted: NewLegalHold) => post<LegalHold>('legal-holds', wanted),
    releaseHold: (id: string, release: HoldRelease) => post<LegalHold>(`legal-holds/${part(id)}/release`, release),
    rotateLogKey: () => post<RotatedKey>('log/rotate-key'),
  }
}

type Connection = { readonly fetch: typeof globalThis.fetch; readonly key: () => string | null }

function createCalls({ fetch, key }: Connection) {
  /** Of the first answer: what changed between it and the live stream is told when that begins. */
  let firstPosition: string | undefined

  async function call<T>(path: string, options: Call = {}): Promise<T> {
    const headers: Record<string, string> = { accept: 'application/json, application/problem+json' }
    const bearer = options.key ?? key()
    if (bearer !== null) headers['authorization'] = `Bearer ${bearer}`
    if (options.body !== undefined) headers['content-type'] = 'application/json'
    const response = await fetch(`/api/v1/${path}`, {
      method: options.method ?? 'GET',
      headers,
      cache: 'no-store',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.keepalive === undefined ? {} : { keepalive: options.keepalive }),
    })
    const body = await readBody(response)
    if (!response.ok) throw new ApiFailure(problemOf(response.status, body))
    firstPosition ??= response.headers.get('airworthy-view-position') ?? undefined
    return body as T
  }

  /** A text that is not JSON. */
  async function read(path: string, type: string, { signal }: Call = {}): Promise<string> {
    const response = await fetch(path, {
      headers: { accept: `${type}, application/problem+json`, authorization: `Bearer ${key() ?? ''}` },
      cache: 'no-store',
      ...(signal === undefined ? {} : { signal }),
    })
    if (!response.ok) throw new ApiFailure(problemOf(response.status, await readBody(response)))
    return response.text()
  }

  const post = <T>(path: string, body: unknown = {}, keepalive = false) =>
    call<T>(path, { method: 'POST', body, keepalive })

  /** The live stream; the caller reads its body and closes it by the signal. */
  async function events(options: { signal: AbortSignal; lastEventId: string | undefined }): Promise<Response> {
    const headers: Record<string, string> = { accept: 'text/event-stream', authorization: `Bearer ${key() ?? ''}` }
    const last = options.lastEventId ?? firstPosition
    if (last !== undefined) headers['last-event-id'] = last
    const response = await fetch('/api/v1/events', { headers, cache: 'no-store', signal: options.signal })
    if (!response.ok) throw new ApiFailure(problemOf(response.status, await readBody(response)))
    return response
  }

  /** Answers in lines, as they come: the caller reads the body. */
  async function send(path: string, body: FormData | string, signal: AbortSignal): Promise<Response> {
    const type: Record<string, string> = typeof body === 'string' ? { 'content-type': 'application/json' } : {}
    const response = await fetch(`/api/v1/${path}`, {
      method: 'POST',
      headers: { ...type, accept: 'application/x-ndjson', authorization: `Bearer ${key() ?? ''}` },
      body,
      signal,
    })
    if (!response.ok) throw new ApiFailure(problemOf(response.status, await readBody(response)))
    return response
  }

  return { call, read, post, events, send }
}

/** One segment of a path: ids come from the address, where anything can stand. */
function part(text: string): string {
  return encodeURIComponent(text)
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return text
  }
}
