import { describe, expect, it } from 'vitest'
import { isOfOtherClass } from './score-direction.ts'

const scores = Array.from({ length: 200 }, (_, at) => ((at * 37) % 200) / 200)
const none: never[] = []

describe('which class a score is of', () => {
  it('is told by what the model said, whatever its threshold', () => {
    const said = scores.map((score) => score >= 0.9)
    expect(isOfOtherClass({ scores, said, right: none })).toBe(false)
    expect(isOfOtherClass({ scores, said: said.map((yes) => !yes), right: none })).toBe(true)
    expect(isOfOtherClass({ scores, said, right: said.map((yes) => !yes) })).toBe(false)
  })

  it('is told by what was right where that is clear, and else left as it is', () => {
    const right = scores.map((score, at) => (at % 5 === 0 ? score >= 0.5 : score < 0.5))
    expect(isOfOtherClass({ scores, said: none, right })).toBe(true)
    expect(isOfOtherClass({ scores, said: none, right: scores.map((_, at) => at % 2 === 0) })).toBe(false)
    expect(isOfOtherClass({ scores: scores.slice(0, 20), said: none, right: right.slice(0, 20) })).toBe(false)
    expect(isOfOtherClass({ scores, said: scores.map(() => null), right: scores.map(() => true) })).toBe(false)
  })
})
