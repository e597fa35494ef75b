// What it costs at scale, in the two ways of working that prices tell apart.

import { expect, it } from 'vitest'
import { assessed, scatter, table } from '../support/assess-data.ts'

/** Right in `score` of the cases it says yes to, and so on: a few sure ones, many that are not. */
async function file(stream: number, sureness: number): Promise<string> {
  const lines = Array.from({ length: 3000 }, (_, at) => {
    const u = scatter(at, stream)
    const score = u < 0.5 ? u * (1 - sureness) : 1 - (1 - u) * (1 - sureness)
    return `${score.toFixed(4)},${score >= 0.5 ? 1 : 0},${scatter(at, stream + 1) < score ? 1 : 0}`
  })
  return table(`score,said,label\n${lines.join('\n')}\n`)
}

const roles = { target: 'label', prediction: 'said', score: 'score' }
const prices = { volumePerMonth: 10_000, falsePositive: 100, falseNegative: 20 }
const review = { reviewMinutes: 6, costPerHour: 60 }

async function costs(sureness: number, cost: object) {
  const found = await assessed(await file(1, sureness), await file(11, sureness), { ...roles, cost })
  const part = (name: string) => found.cost?.parts.find((one) => one.name === name)?.perMonth.value ?? 0
  return { found, errors: part('wrong yes') + part('wrong no'), review: part('review') }
}

it('counts all errors where nobody looks', async () => {
  const { found, errors, review: reviewed } = await costs(0.5, prices)
  const { accuracy } = found.performance?.live.realised ?? {}
  const wrong = (1 - (accuracy?.value ?? 0)) * 10_000
  expect(errors).toBeGreaterThan(wrong * 20)
  expect(errors).toBeLessThan(wrong * 100)
  expect(reviewed).toBe(0)
})

it('counts no error of the model where people decide all', async () => {
  const { found, errors, review: reviewed } = await costs(0, { ...prices, ...review })
  expect(found.automation?.recommended).toBeNull()
  expect(errors).toBe(0)
  // 10,000 reviews of 6 minutes and up to half as long again.
  expect(reviewed).toBeGreaterThan(60_000)
  expect(reviewed).toBeLessThan(75_000)
})

it('counts errors of automatic decisions where people decide the others', async () => {
  const { found, errors, review: reviewed } = await costs(0.9, { ...prices, ...review })
  const { coverage = 0, errorUpper = 0 } = found.automation?.recommended ?? {}
  expect(coverage).toBeGreaterThan(0.2)
  expect(errors).toBeGreaterThan(0)
  expect(errors).toBeLessThan(errorUpper * coverage * 10_000 * 100)
  expect(reviewed).toBeLessThan((1.05 - coverage) * 10_000 * 6 * 1.5)
})

it('says why it says nothing', async () => {
  for (const [cost, missing] of [
    [{ falsePositive: 40 }, '--volume'],
    [{ volumePerMonth: 1000, reviewMinutes: 3 }, '--cost-hour'],
  ] as const) {
    const { found } = await costs(0.5, cost)
    expect(found.cost).toBeNull()
    expect(found.data.notes.join(' ')).toContain(missing)
  }
})
