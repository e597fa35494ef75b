// Asks a model about many rows: a few at once, every call counted, and none any more once it has gone.

import type { AskedRow, ModelPort, ModelPrediction } from './options.ts'

const rowsPerCall = 20
const usualCallsAtOnce = 4

type Answer = Exclude<ModelPrediction, { kind: 'gone' }>

export type Asker = {
  /** An answer per row, in order. Once the model has gone, what is left counts as failures. */
  ask(rows: readonly AskedRow[]): Promise<readonly Answer[]>
  /** Rows that it was asked about. */
  calls(): number
  /** Why it is not asked any more; null while it is. */
  gone(): string | null
}

/** `onCall` learns how many calls there were. */
export function createAsker(model: ModelPort, onCall: (calls: number) => void): Asker {
  const atOnce = Math.max(1, Math.min(usualCallsAtOnce, model.callsAtOnce ?? usualCallsAtOnce))
  let calls = 0
  let gone: string | null = null

  async function askSome(asked: readonly AskedRow[]): Promise<readonly Answer[]> {
    const failure = (reason: string): Answer[] => asked.map(() => ({ kind: 'failure', reason }))
    if (gone !== null) return failure(gone)
    calls += asked.length
    const got = await model.predict(asked).catch((error: unknown) => failure(String(error)))
    onCall(calls)
    return asked.map((_, at): Answer => {
      const answer = got[at] ?? { kind: 'failure', reason: 'no answer for this row' }
      if (answer.kind !== 'gone') return answer
      gone ??= answer.reason
      return { kind: 'failure', reason: answer.reason }
    })
  }

  return {
    async ask(rows) {
      const answers: Answer[] = []
      let next = 0
      const work = async (): Promise<void> => {
        for (let from = next; from < rows.length; from = next) {
          next = from + rowsPerCall
          const some = await askSome(rows.slice(from, next))
          for (const [at, answer] of some.entries()) answers[from + at] = answer
        }
      }
      await Promise.all(Array.from({ length: atOnce }, work))
      return answers
    },
    calls: () => calls,
    gone: () => gone,
  }
}
