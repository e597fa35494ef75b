// Labels as they come: late, few, in other words than the model's answers, or of files that say nothing about live.

import { describe, expect, it } from 'vitest'
import { assessed, findingsOf, scatter, table } from '../support/assess-data.ts'

type Row = {
  readonly when: string
  readonly amount: string
  readonly label: string
  readonly said: string
  readonly score: string
}

/** A model that is right in about four of five. */
function row(at: number, stream: number): Row {
  const score = scatter(at, stream)
  const certain = score < 0.5 ? score / 2.5 : 1 - (1 - score) / 2.5
  return {
    when: new Date(Date.UTC(2026, 0, 1, at)).toISOString(),
    amount: (scatter(at, stream + 2) * 100).toFixed(2),
    label: scatter(at, stream + 1) < certain ? '1' : '0',
    said: certain >= 0.5 ? '1' : '0',
    score: certain.toFixed(4),
  }
}

async function file(
  n: number,
  stream: number,
  change: (row: Row, at: number) => Partial<Row> = () => ({}),
): Promise<string> {
  const lines = Array.from({ length: n }, (_, at) => {
    const usual = row(at, stream)
    const { when, amount, label, said, score } = { ...usual, ...change(usual, at) }
    return [when, amount, label, said, score].join(',')
  })
  return table(`when,amount,label,said,score\n${lines.join('\n')}\n`)
}

const roles = { target: 'label', prediction: 'said', score: 'score' }
const pilot = (change?: Parameters<typeof file>[2]) => file(2000, 1, change)
const live = (change?: Parameters<typeof file>[2]) => file(1200, 11, change)
const severe = ({ severity }: { readonly severity: string }) => severity !== 'notice'

describe('labels that are not there', () => {
  it.each([
    ['half are late', (_: Row, at: number) => (at < 600 ? {} : { label: '' }), '600 of 1,200 rows'],
    ['all are late', () => ({ label: '' }), undefined],
  ])('are no other labels: %s', async (_, change, said) => {
    const options = { ...roles, timestamp: 'when', chunk: '1w' }
    const found = await assessed(await pilot(), await live(change), options)
    expect(found.findings.filter(severe).filter(({ code }) => code !== 'slice')).toEqual([])
    expect(found.verdict).toBe('ready')
    expect(findingsOf(found, 'too-little-data')[0]?.message.slice(0, 17)).toBe(said)
    const label = found.columns.find(({ name }) => name === 'label')
    expect(label?.quality.nullRate).toMatchObject({ live: said === undefined ? 1 : 0.5, verdict: 'none' })
    expect(label?.cells.map((cell) => cell.label)).not.toContain('empty')
  })

  it('but for a few prove nothing, unless an estimate stands beside them', async () => {
    const few = await live((_, at) => (at < 40 ? {} : { label: '' }))
    const { score, ...withoutScore } = roles
    const alone = await assessed(await pilot(), few, { ...withoutScore, ignore: [score] })
    expect(alone.verdict).toBe('insufficient')
    expect(alone.headline).toContain('40 labels are too few')
    // What there is too little of is no gap; the headline gives the gap that there is.
    const moved = await live((usual, at) => ({ amount: `${+usual.amount + 300}`, ...(at < 40 ? {} : { label: '' }) }))
    const gap = await assessed(await pilot(), moved, { ...withoutScore, ignore: [score] })
    expect(gap.verdict).toBe('gap')
    expect(gap.headline).toContain('“amount”')
    const beside = await assessed(await pilot(), few, roles)
    expect(beside.verdict).toBe('ready')
    expect(beside.headline).toContain('by 40 labels')
  })

  it('nor are they missed where errors of numbers are estimated', async () => {
    const numbers = (n: number, stream: number, label: (right: number) => string) =>
      table(
        `size,right,said\n${Array.from({ length: n }, (_, at) => {
          const size = scatter(at, stream) * 100
          return `${size.toFixed(2)},${label(size * 3 + scatter(at, stream + 1) * 10)},${(size * 3 + 5).toFixed(2)}`
        }).join('\n')}\n`,
      )
    const found = await assessed(
      await numbers(2000, 21, (right) => right.toFixed(2)),
      await numbers(1200, 31, () => ''),
      { target: 'right', prediction: 'said' },
    )
    expect(found.performance?.live.estimated?.mae?.value).toBeGreaterThan(1)
    expect(findingsOf(found, 'too-little-data')).toEqual([])
  })
})

it('believes that all answers may be wrong where there is but one of each', async () => {
  const change = () => ({ label: '1', said: '0' })
  const found = await assessed(await pilot(change), await live(change), roles)
  expect(found.performance?.live.realised?.accuracy?.value).toBe(0)
})

it('tells a new answer of the model from a new right answer', async () => {
  const three = (_: Row, at: number) => ({
    label: ['a', 'b', 'c'][at % 3] as string,
    said: ['a', 'b'][at % 2] as string,
  })
  const more = (_: Row, at: number) => ({ ...three(_, at), said: ['a', 'b', 'c'][at % 3] as string })
  const answers = { target: 'label', prediction: 'said', ignore: ['score'] }
  const labelled = await assessed(await pilot(three), await live(more), answers)
  expect(findingsOf(labelled, 'out-of-scope')).toEqual([])
  const unlabelled = await assessed(await pilot(three), await live((_, at) => ({ ...more(_, at), label: '' })), answers)
  expect(findingsOf(unlabelled, 'out-of-scope')[0]?.message).toContain('of the live answers in “said”')
})

it('says to which side numbers are off', async () => {
  const numbers = (stream: number, off: number) =>
    table(
      `size,right,said\n${Array.from({ length: 800 }, (_, at) => {
        const size = scatter(at, stream) * 100
        return `${size.toFixed(2)},${(size + scatter(at, stream + 1) * 4 - 2).toFixed(2)},${(size + off).toFixed(2)}`
      }).join('\n')}\n`,
    )
  const options = { target: 'right', prediction: 'said' }
  const message = async (off: number) =>
    findingsOf(await assessed(await numbers(1, 0), await numbers(11, off), options), 'performance-drop')[0]?.message
  expect(await message(6)).toMatch(/On average its answers are [56]\.\d+ ± 0\.\d+ too high\./)
  expect(await message(-6)).toMatch(/too low\./)
})

describe('what says nothing about live', () => {
  it('two rows, whatever is estimated of them', async () => {
    const found = await assessed(await pilot(), await file(2, 11), roles)
    expect(found.verdict).toBe('insufficient')
    expect(found.findings.filter(({ severity }) => severity === 'critical')).toEqual([])
    expect(found.performance?.live.estimated?.rocAuc).toBeUndefined()
  })

  it('the pilot’s own rows', async () => {
    const found = await assessed(await pilot(), await pilot(), roles)
    expect(found.verdict).toBe('insufficient')
    expect(found.headline).toBe('Nothing is said of live: both files hold the same rows.')
  })
})

it.each([
  ['words', (said: string) => (said === '1' ? 'true' : 'false')],
  ['letters', (said: string) => (said === '1' ? 'Yes' : 'No')],
])('refuses answers in other %s than the labels, instead of calling all of them wrong', async (_, write) => {
  const change = ({ label }: Row) => ({ label: write(label) })
  await expect(assessed(await pilot(change), await live(change), roles)).rejects.toMatchObject({
    message: expect.stringContaining('no answer can be right'),
    hint: expect.stringContaining('--prediction'),
  })
})

it('says why there is a gap where the share of right answers is not what fell', async () => {
  const found = await assessed(await pilot(), await live((_, at) => (at % 8 === 0 ? { score: '-3' } : {})), roles)
  expect(findingsOf(found, 'performance-drop')[0]?.message).toContain('ROC area')
  expect(found.headline).toContain('ROC area')
  // What is no probability said nothing that could come true.
  for (const { said } of found.calibration?.gaps ?? []) expect(said).toBeGreaterThanOrEqual(0)
})
