// Files as they come: each gets a sentence that says what to do, or a finding; never a stack trace and never a NaN.

import { describe, expect, it } from 'vitest'
import { PlatformError } from '../../src/core/kernel/errors.ts'
import type { ModelPort } from '../../src/assess/options.ts'
import { assessed, findingsOf, isJsonSafe, scatter, table } from '../support/assess-data.ts'

const header = 'amount,channel,label,score'
function rows(n: number, stream: number, row?: (at: number) => string): string {
  const usual = (at: number) => {
    const score = scatter(at, stream)
    const label = scatter(at, stream + 1) < score ? 1 : 0
    return `${(scatter(at, stream + 2) * 100).toFixed(2)},${['mail', 'web', 'phone'][at % 3]},${label},${score.toFixed(4)}`
  }
  return `${header}\n${Array.from({ length: n }, (_, at) => (row ?? usual)(at)).join('\n')}\n`
}
const good = rows(800, 1)
const other = rows(800, 11)

async function refusal(reference: string | Buffer, live: string | Buffer, options = {}): Promise<PlatformError> {
  const error: unknown = await assessed(await table(reference), await table(live), options).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(PlatformError)
  return error as PlatformError
}

async function findings(live: string | Buffer, options = {}, reference: string | Buffer = good) {
  const assessment = await assessed(await table(reference), await table(live), options)
  expect(isJsonSafe(assessment)).toBe(true)
  return assessment
}

describe('what cannot be assessed is refused with what to do', () => {
  it.each([
    ['an empty file', '', 'is empty'],
    ['a blank file', '\n\n', 'is empty'],
    ['a header alone', `${header}\n`, 'no rows'],
    ['no header', good.split('\n').slice(1).join('\n'), 'no header'],
    ['no column in common', 'p,q\na,b\nc,d\n', 'no column in common'],
    ['an Excel file', Buffer.from('PK\u0003\u0004 and so on'), 'Excel'],
    ['broken JSON', '[{"amount":1},{"amount":', 'cannot be read'],
    ['Windows-1252', Buffer.from('amount,channel\n1,\u0080 5\n', 'latin1'), 'neither in UTF-8 nor in Latin-1'],
    ['a damaged gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), 'gzip'],
  ])('%s', async (_, live, message) => {
    const error = await refusal(good, live)
    expect(error.message).toContain(message)
    expect(error.hint).toBeTruthy()
    expect(error.message).not.toMatch(/\/tmp|\bat \//)
  })

  it.each([
    ['a column that is nowhere', { target: 'lable' }, 'label'],
    ['a positive value that never occurs', { positive: 'maybe' }, '1, 0'],
    ['a chunk that is none', { chunk: '5y' }, '1mo'],
    ['a calendar without a time', { chunk: '1mo' }, '--timestamp'],
    ['a time that is none', { timestamp: 'channel' }, '2026-11-21'],
    ['a score that is a word', { score: 'channel' }, 'probability'],
    ['a contract that is no schema', { contract: { type: 'objekt' } }, 'JSON Schema'],
  ])('%s', async (_, options, hint) => expect((await refusal(good, other, options)).hint).toContain(hint))
})

describe('what is odd is found, and the rest is assessed', () => {
  it('finds nothing wrong where nothing is', async () => {
    const assessment = await findings(other)
    expect(assessment.findings.filter(({ severity }) => severity === 'critical')).toEqual([])
    expect(assessment.verdict).toBe('ready')
  })

  it('one row', async () =>
    expect(findingsOf(await findings(`${header}\n1.5,mail,1,0.3\n`), 'too-little-data')).not.toEqual([]))
  it('one row in both files', async () => {
    const one = `${header}\n1.5,mail,1,0.3\n`
    expect((await findings(one, {}, one)).verdict).toBe('insufficient')
  })
  it('columns without a value', async () =>
    expect(findingsOf(await findings(rows(800, 1, () => ',,,')), 'nulls')).not.toEqual([]))
  it('a missing column', async () => {
    const live = other
      .split('\n')
      .map((line) => line.split(',').slice(0, 1).join(','))
      .join('\n')
    expect(findingsOf(await findings(live), 'nulls')[0]?.message).toContain('channel')
  })
  it('doubled names', async () => {
    const doubled = (text: string) => text.replace('channel', 'amount')
    expect((await findings(doubled(other), {}, doubled(good))).data.notes.join(' ')).toContain('“amount (2)”')
  })
  it('text that is not UTF-8 to its end', async () => {
    const live = Buffer.concat([Buffer.from(other), Buffer.from('1,caf\u00e9,1,0.5\n'.repeat(30), 'latin1')])
    const assessment = await findings(live)
    expect(assessment.data.notes.join(' ')).toContain('Latin-1')
    expect(assessment.data.live.rows).toBe(830)
  })
  it('text decoded twice', async () => {
    expect(findingsOf(await findings(other.replaceAll('phone', 'tÃ©lÃ©phone')), 'types')[0]?.message).toContain(
      'damaged',
    )
  })
  it('lines that are no rows', async () => {
    expect((await findings(`${other}1,2\n1,mail,1,0.5,9,9\n`)).data.notes.join(' ')).toContain('2 lines')
  })
  it('dates in three formats', async () => {
    const dated = (day: (at: number) => string) =>
      `when,label\n${Array.from({ length: 600 }, (_, at) => `${day(at)},${at % 2}`).join('\n')}\n`
    const iso = (at: number) => `2026-03-${String(10 + (at % 18))}`
    const mixed = (at: number) => [iso(at), `${10 + (at % 18)}.03.2026`, `03/${10 + (at % 18)}/2026`][at % 3] ?? ''
    const assessment = await findings(dated(mixed), { timestamp: 'when' }, dated(iso))
    expect(findingsOf(assessment, 'types').some(({ message }) => message.includes('3 ways'))).toBe(true)
  })
  it('scores outside 0 to 1', async () => {
    const live = rows(800, 1, (at) => `${at},mail,${at % 2},${at % 100}`)
    expect(findingsOf(await findings(live), 'range').some(({ message }) => message.includes('outside 0 to 1'))).toBe(
      true,
    )
  })
  it('a target with one class', async () => {
    const one = rows(800, 1, (at) => `${at},mail,1,${scatter(at, 3)}`)
    expect(findingsOf(await findings(one, {}, one), 'single-class')).toHaveLength(1)
  })
  it('rows shifted by a column, another unit, and copies', async () => {
    const line = (at: number) =>
      `${(50 + scatter(at, 1) * 50).toFixed(2)},w${at % 5},2026-01-1${at % 9},${at % 7},x${scatter(at, 9).toFixed(6)}`
    const text = (row: (at: number) => string) =>
      `a,b,c,d,e\n${Array.from({ length: 600 }, (_, at) => row(at)).join('\n')}\n`
    const shifted = await findings(
      text((at) => (at % 10 === 0 ? `,${line(at).split(',').slice(0, 4).join(',')}` : line(at))),
      {},
      text(line),
    )
    expect(findingsOf(shifted, 'shifted-rows')[0]?.evidence['live']).toMatchObject({ hits: 60 })
    const grams = await findings(
      text((at) => (at % 5 === 0 ? line(at).replace('.', '0') : line(at))),
      {},
      text(line),
    )
    expect(findingsOf(grams, 'range').length).toBeGreaterThan(0)
    const copied = await findings(
      text((at) => line(Math.floor(at / 2))),
      {},
      text(line),
    )
    expect(findingsOf(copied, 'duplicates')).toHaveLength(1)
  })
  it('rows that break the contract, counted with an example', async () => {
    const contract = { type: 'object', properties: { amount: { type: 'number', maximum: 100 } }, required: ['amount'] }
    const { contract: checked } = await findings(`${other}500,mail,1,0.5\n,mail,0,0.5\n`, { contract })
    expect(checked?.violations.map(({ path, rule, count, example }) => [path, rule, count, example])).toEqual([
      ['/amount', 'maximum', 1, '500'],
      ['/amount', 'required', 1, '{"channel":"mail"}'],
    ])
  })
  it('a model that breaks on a missing value', async () => {
    const predict: ModelPort['predict'] = (asked) =>
      Promise.resolve(
        asked.map(({ row }) =>
          row['amount'] === null
            ? ({ kind: 'failure', reason: 'no amount' } as const)
            : ({ kind: 'answer', label: '1' } as const),
        ),
      )
    const { robustness } = await findings(other, { model: { predict } })
    const missing = robustness?.disturbances.find(
      ({ name, column }) => name === 'a missing value' && column === 'amount',
    )
    expect(missing).toMatchObject({ verdict: 'fails', failures: missing?.n })
  })
})

it('reads long texts as JSON within its memory', async () => {
  const sentences = 'The parcel came on Monday and one of the cups was broken. '.repeat(400)
  const texts = (n: number) => Array.from({ length: n }, (_, at) => `{"id":${at},"body":"${sentences}"}`).join('\n')
  const assessment = await findings(texts(4_000), {}, texts(500))
  expect(assessment.data.live.rows).toBe(4_000)
})
