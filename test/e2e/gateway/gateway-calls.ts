// What the end-to-end tests of the gateway share: a use case whose model answers what the input says, and short ways to
// ask the server.

import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Problem } from '#wire/common.ts'
import type { DecisionAnswer, DecisionDetail } from '#wire/decision.ts'
import type { CreatedKey } from '#wire/key.ts'
import type { ReviewItem } from '#wire/review.ts'
import type { AirworthyProcess, Answer } from '../../support/airworthy-process.ts'
import { creditUseCase, modelDir } from '../../support/credit-use-case.ts'

export { modelDir }

export type Answered<Body> = Omit<Answer, 'body'> & { readonly body: Body }
type Headers = Record<string, string>

/** The model answers with `input.answer`; `score` is the confidence, and the contract lets it be anything. */
export function scripted(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return creditUseCase({
    metadata: { name },
    contract: contract(),
    model: { name: 'scripted', version: '7', endpoint: { protocol: 'module', path: 'scripted.ts' } },
    ...more,
  })
}

export function contract(onViolation = 'review'): Record<string, unknown> {
  return {
    input: {
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          answer: {},
          behave: { type: 'string' },
          amount: { type: 'number', minimum: 0 },
          note: { type: 'string' },
        },
      },
    },
    output: {
      schema: {
        type: 'object',
        required: ['approve'],
        properties: { approve: { type: 'boolean' }, score: {}, note: { type: 'string' } },
      },
    },
    onViolation,
  }
}

/** An answer of which the policy is sure: it is acted upon. */
export const sure = { answer: { approve: true, score: 0.99 } }
/** One that goes to a person. */
export const unsure = { answer: { approve: true, score: 0.2 } }

export async function apply(server: AirworthyProcess, ...manifests: readonly Record<string, unknown>[]): Promise<void> {
  for (const manifest of manifests) {
    const { name } = manifest['metadata'] as { name: string }
    const { status, body } = await server.call('PUT', `/api/v1/use-cases/${name}`, manifest)
    expect(status, JSON.stringify(body)).toBeLessThan(300)
  }
}

export async function decide(
  server: AirworthyProcess,
  useCase: string,
  input: unknown,
  { headers = {}, ...more }: { readonly headers?: Headers; readonly subject?: string; readonly context?: unknown } = {},
): Promise<Answered<DecisionAnswer>> {
  const answer = await server.call('POST', `/v1/use-cases/${useCase}/decisions`, { input, ...more }, headers)
  return answer as Answered<DecisionAnswer>
}

/** The same call where an error is expected. */
export async function refused(...call: Parameters<typeof decide>): Promise<Answered<Problem>> {
  return (await decide(...call)) as unknown as Answered<Problem>
}

export async function read<Body>(server: AirworthyProcess, path: string, headers?: Headers): Promise<Answered<Body>> {
  return (await server.call('GET', path, undefined, headers)) as Answered<Body>
}

export const detail = (server: AirworthyProcess, id: string) => read<DecisionDetail>(server, `/api/v1/decisions/${id}`)

export const review = (server: AirworthyProcess, id: string) => read<ReviewItem>(server, `/api/v1/reviews/${id}`)

/** Reads again until it holds; fails with what was read last. */
export async function until<T>(readOnce: () => Promise<T>, holds: (value: T) => boolean, seconds = 300): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const value = await readOnce()
    if (holds(value)) return value
    if (performance.now() > end) throw new Error(`It never held; last: ${JSON.stringify(value)?.slice(0, 2000)}`)
    await setTimeout(20)
  }
}

type Grants = { readonly scopes?: readonly string[]; readonly roles?: readonly string[] }

/** A key of its own, and the header to use it. */
export async function keyFor(
  server: AirworthyProcess,
  name: string,
  grants: Grants,
): Promise<CreatedKey & { as: Headers }> {
  const { status, body } = await server.call('POST', '/api/v1/keys', { name, ...grants })
  expect(status, JSON.stringify(body)).toBe(201)
  const made = body as CreatedKey
  return { ...made, as: { authorization: `Bearer ${made.key}` } }
}

/** A person decides a review, as soon as the desk has it. */
export async function decideReview(
  server: AirworthyProcess,
  id: string,
  verdict: Record<string, unknown> = { verdict: 'approve' },
): Promise<void> {
  await until(
    () => review(server, id),
    ({ status }) => status === 200,
  )
  const { status, body } = await server.call('POST', `/api/v1/reviews/${id}/decide`, verdict)
  expect(status, JSON.stringify(body)).toBe(200)
}
