// A model as an assessment asks it: by the gateway's way out, with its limits, but for one. A circuit that opens would hide which
// disturbances the model cannot bear; so failures are only looked at for whether the model is away, and then it is left alone.

import type { ModelFailure } from '#core/decision/events.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { ModelAnswer } from '#gateway/ports.ts'
import type { AskedRow, ModelPort, ModelPrediction } from './assess/options.ts'

/** Of an endpoint that is asked by an assessment. */
export const circuitNeverOpens = { failures: Number.MAX_SAFE_INTEGER }

/** So many in a row, and the model is away. */
const awayMax = 10
const away: ReadonlySet<ModelFailure['cause']> = new Set(['unreachable', 'timeout', 'busy'])

export type Calls = {
  readonly call: (asked: AskedRow) => Promise<ModelAnswer>
  /** What the output comes to, as a label; undefined when it comes to nothing. */
  readonly labelOf: (output: JsonValue, asked: AskedRow) => string | undefined
  /** Why there is no label, for people. */
  readonly noLabel: string
  /** Calls under way at once. */
  readonly atOnce: number
}

/** Rows are asked about in as many lanes as an assessment has, a few at once in each. */
const lanes = 4

export function modelPort({ call, labelOf, noLabel, atOnce }: Calls): ModelPort {
  const perLane = Math.max(1, Math.floor(atOnce / lanes))
  let awayInARow = 0

  async function ask(asked: AskedRow): Promise<ModelPrediction> {
    const answer = await call(asked)
    if (answer.kind === 'failure') {
      const { cause, detail: reason } = answer.failure
      awayInARow = away.has(cause) ? awayInARow + 1 : 0
      return { kind: awayInARow >= awayMax ? 'gone' : 'failure', reason }
    }
    awayInARow = 0
    const label = labelOf(answer.output, asked)
    return label === undefined ? { kind: 'failure', reason: noLabel } : { kind: 'answer', label }
  }

  return {
    callsAtOnce: Math.min(lanes, atOnce),
    async predict(asked) {
      const said: ModelPrediction[] = []
      for (let from = 0; from < asked.length; from += perLane) {
        said.push(...(await Promise.all(asked.slice(from, from + perLane).map(ask))))
        if (said.at(-1)?.kind === 'gone') break
      }
      return said
    },
  }
}
