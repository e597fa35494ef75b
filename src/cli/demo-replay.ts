// Sends the story's cases through the gateway over HTTP, as a mail system would: many at once, each with its idempotency
// key, so that a replay that was cut off can simply be run again. Later it reports how each case turned out.

import { setTimeout } from 'node:timers/promises'
import type { DecisionAnswer } from '#wire/decision.ts'
import type { NewOutcome } from '#wire/outcome.ts'
import { ServerProblem, type Client } from './client.ts'
import type { LiveCase } from './demo-story.ts'

/** What became of a case. */
export type Replayed = {
  readonly case: LiveCase
  readonly id: string
  /** What the caller was told; null where a person decides. */
  readonly output: unknown
}

export type ReplayOptions = {
  readonly client: Client
  readonly useCase: string
  readonly concurrency: number
  readonly onProgress: (done: number, total: number) => void
  /** Aborted by Ctrl-C: what is under way ends, nothing new begins. */
  readonly signal: AbortSignal
}

const outcomesPerRequest = 500

/** In the cases' order, `concurrency` at once. Errors: CliError when the server refuses for good. */
export async function replay(cases: readonly LiveCase[], options: ReplayOptions): Promise<Replayed[]> {
  const replayed: Replayed[] = []
  let next = 0
  async function lane(): Promise<void> {
    while (next < cases.length && !options.signal.aborted) {
      const one = cases[next++] as LiveCase
      const { id, output } = await decide(one, options)
      replayed.push({ case: one, id, output })
      options.onProgress(replayed.length, cases.length)
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, lane))
  return replayed
}

/** A full queue and a log that cannot be written for a moment are said to be waited for; everything else is an error. */
async function decide({ key, request }: LiveCase, { client, useCase }: ReplayOptions): Promise<DecisionAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { body } = await client.send({
        method: 'POST',
        path: `/v1/use-cases/${useCase}/decisions`,
        body: request,
        headers: { 'idempotency-key': key },
        accept: [422],
      })
      return body as DecisionAnswer
    } catch (error) {
      const isPassing = error instanceof ServerProblem && (error.status === 429 || error.status === 503)
      if (!isPassing || attempt === 20) throw error
      await setTimeout(attempt * 50)
    }
  }
}

/** The truth, as it is known later: one label for each decision. */
export async function reportOutcomes(replayed: readonly Replayed[], options: ReplayOptions): Promise<void> {
  for (let from = 0; from < replayed.length && !options.signal.aborted; from += outcomesPerRequest) {
    const outcomes: NewOutcome[] = replayed
      .slice(from, from + outcomesPerRequest)
      .map(({ id, case: { label } }) => ({ decision: id, label }))
    await options.client.request('POST', '/v1/outcomes', outcomes)
    options.onProgress(Math.min(from + outcomesPerRequest, replayed.length), replayed.length)
  }
}
