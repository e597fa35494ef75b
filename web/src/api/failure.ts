// Any failure of a request, in words: what happened, why, what to do, and the id to quote. One function, so that every page
// says it the same way.

import { capital } from '../text/list-words.ts'
import type { Problem } from '#wire/common.ts'

export type FailureKind = 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'unreachable' | 'other'
export type FailureWords = {
  readonly kind: FailureKind
  readonly what: string
  readonly why: string
  readonly todo: string
  /** Of the request, to quote when asking for help. */
  readonly id: string | undefined
}

/** The server answered with a problem (RFC 9457), or with a status and no more. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

export function failureWords(error: unknown): FailureWords {
  if (error instanceof ApiFailure) return problemWords(error.problem)
  return {
    kind: 'unreachable',
    what: 'The server cannot be reached.',
    why: 'The request got no answer.',
    todo: 'Check that it runs and that the network is up, then try again.',
    id: undefined,
  }
}

/** The key is unknown or was revoked: nothing will work until somebody signs in again. */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof ApiFailure && error.problem.status === 401
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof ApiFailure && error.problem.code === code
}

/** Whether asking again later may help: not where the server refuses. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof ApiFailure) || error.problem.status >= 500 || error.problem.status === 429
}

function problemWords(problem: Problem): FailureWords {
  const places = (problem.problems ?? []).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  return {
    kind: kinds[problem.status] ?? 'other',
    what: capital(problem.title),
    why: [problem.detail, ...places].join(' '),
    todo: problem.hint ?? 'Try again; if it stays, ask whoever runs the server.',
    id: problem.instance,
  }
}

const kinds: Record<number, FailureKind> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
}

/** The problem in an answer that is not one: proxies in between answer in HTML. */
export function problemOf(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'detail' in body && 'code' in body) return body as Problem
  return {
    type: 'about:blank',
    title: `The answer was an error (${status}).`,
    status,
    code: 'internal',
    detail: 'It does not come from Airworthy itself; something between may have answered.',
  }
}
