// A model that fails on an input is asked on; one that is away is left alone.

import { describe, expect, it } from 'vitest'
import type { ModelFailureCause } from '#core/decision/events.ts'
import type { ModelAnswer } from '#gateway/ports.ts'
import type { AskedRow } from './assess/options.ts'
import { modelPort } from './assess-calls.ts'

const rows = (n: number): AskedRow[] => Array.from({ length: n }, (_, at) => ({ row: { at }, disturbed: null }))

function port(answer: (at: number) => ModelAnswer, atOnce = 4) {
  const seen: number[] = []
  let [under, most] = [0, 0]
  const made = modelPort({
    async call({ row }) {
      under += 1
      most = Math.max(most, under)
      await Promise.resolve()
      under -= 1
      seen.push(Number(row['at']))
      return answer(Number(row['at']))
    },
    labelOf: (output) => (typeof output === 'string' ? output : undefined),
    noLabel: 'no label',
    atOnce,
  })
  return { ...made, seen, most: () => most }
}

const failing = (cause: ModelFailureCause): ModelAnswer => ({ kind: 'failure', failure: { cause, detail: cause } })
const saying = (output: string | null): ModelAnswer => ({ kind: 'answer', output })

describe('a model that an assessment asks', () => {
  it('answers row by row, in order', async () => {
    const { predict } = port((at) => (at === 1 ? saying(null) : saying(`said ${at}`)))
    expect(await predict(rows(3))).toEqual([
      { kind: 'answer', label: 'said 0' },
      { kind: 'failure', reason: 'no label' },
      { kind: 'answer', label: 'said 2' },
    ])
  })

  it('is asked on however often it cannot bear an input', async () => {
    const { predict, seen } = port(() => failing('bad-status'))
    const said = await predict(rows(50))
    expect(said.every(({ kind }) => kind === 'failure')).toBe(true)
    expect(seen).toHaveLength(50)
  })

  it('is left alone when it does not answer ten times in a row, and not before', async () => {
    const { predict, seen } = port((at) => (at === 9 ? saying('still there') : failing('unreachable')))
    expect((await predict(rows(40))).at(-1)).toEqual({ kind: 'gone', reason: 'unreachable' })
    expect(seen).toHaveLength(20)
  })

  it('has no more calls under way than it bears', async () => {
    const one = port(() => saying('yes'), 1)
    await one.predict(rows(8))
    expect([one.callsAtOnce, one.most()]).toEqual([1, 1])
    const many = port(() => saying('yes'), 64)
    await many.predict(rows(64))
    expect([many.callsAtOnce, many.most()]).toEqual([4, 16])
  })
})
