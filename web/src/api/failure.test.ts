import { describe, expect, it } from 'vitest'
import { ApiFailure, failureWords, isUnauthenticated, problemOf } from './failure.ts'

const problem = {
  type: 'about:blank',
  title: 'The output does not fit.',
  status: 422,
  code: 'review_verdict_invalid',
  detail: 'The output breaks its contract.',
  hint: 'Correct it.',
  instance: 'req-7',
  problems: [
    { path: '/label', message: 'must be one of spam, ham' },
    { path: '', message: 'too few members' },
  ],
}

describe('a failure in words', () => {
  it('says what, why, where, what to do, and what to quote', () => {
    expect(failureWords(new ApiFailure(problem))).toEqual({
      kind: 'other',
      what: 'The output does not fit.',
      why: 'The output breaks its contract. /label: must be one of spam, ham too few members',
      todo: 'Correct it.',
      id: 'req-7',
    })
  })

  it('knows a server that does not answer, and an answer that is not ours', () => {
    expect(failureWords(new TypeError('Failed to fetch')).kind).toBe('unreachable')
    expect(failureWords(new ApiFailure(problemOf(502, '<html>'))).what).toBe('The answer was an error (502).')
  })

  it('knows when to sign in again', () => {
    expect(isUnauthenticated(new ApiFailure({ ...problem, status: 401 }))).toBe(true)
    expect(isUnauthenticated(new ApiFailure({ ...problem, status: 403 }))).toBe(false)
  })
})
