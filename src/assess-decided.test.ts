// The data contract and the model of a use case, on rows of its decisions, as they were kept.

import { afterEach, describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '#core/kernel/json.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { columnsOf, decisionColumns } from '#engine/assessment-decisions.ts'
import { creditUseCase, modelDir } from '../test/support/credit-use-case.ts'
import { openDecided, type TriedOnRows } from './assess-decided.ts'
import type { Row } from './assess/options.ts'
import type { OutsideSetting } from './compose-outside.ts'

const outside: OutsideSetting = { allowInternal: [], host: '127.0.0.1', dataDir: '/nowhere', modelDir }
let opened: TriedOnRows | undefined
afterEach(() => opened?.close())

function row(input: JsonValue, context: JsonObject = {}): Row {
  return { ...columnsOf(input), [decisionColumns.received]: JSON.stringify({ input, context }) }
}

async function open(more: Record<string, unknown> = {}, { robustness = false, setting = outside } = {}) {
  const manifest = creditUseCase(more) as unknown as ResolvedManifest
  opened = await openDecided({ manifest, revision: 3, lists: ['tags'], robustness }, setting)
  return { ...opened.options, notes: opened.notes }
}

const redacting = { privacy: { redact: ['email', { field: 'amount' }] } }

describe('the data contract', () => {
  it('is tried on what came in, with the gateway’s words', async () => {
    const { contract, alongside } = await open()
    expect(alongside).toEqual(['decision.received'])
    expect(contract.check(row({ amount: 5 }))).toEqual([])
    expect(contract.check(row({ amount: -1, who: 'me' }))).toEqual([
      {
        path: '/who',
        rule: 'additionalProperties',
        message: 'is not a member that the contract knows',
        example: '"me"',
      },
      { path: '/amount', rule: 'minimum', message: 'must be at least 0', example: '-1' },
    ])
    expect(contract.check(row('text'))).toEqual([
      { path: '/', rule: 'type', message: 'must be an object', example: '"text"' },
    ])
  })

  it('counts its expectations as well', async () => {
    const parts = creditUseCase()['contract'] as { input: object }
    const { contract } = await open({
      contract: { ...parts, input: { ...parts.input, expectations: [{ field: 'amount', max: 10 }] } },
    })
    expect(contract.check(row({ amount: 11 }))).toMatchObject([{ path: '/amount', rule: 'expectation:max' }])
  })

  it('does not blame a value for what was taken out of it, and says where', async () => {
    const { contract } = await open(redacting)
    expect(contract.notes()).toEqual(['The data contract is that of revision 3, which is in force now.'])
    expect(contract.check(row({ amount: '[redacted]' }))).toEqual([])
    expect(contract.check(row({ amount: 'many' }))).toMatchObject([{ rule: 'type' }])
    expect(contract.notes().at(-1)).toMatch(/redacted before it was kept.*: \/amount\.$/)
  })
})

describe('the model', () => {
  it('is not opened unless that is asked', async () => expect((await open()).model).toBeUndefined())

  it('is asked about what came in, with the disturbed column alone changed', async () => {
    const { model, notes } = await open({}, { robustness: true })
    const whole = row({ amount: 900, note: 'please' })
    const said = await model?.predict([
      { row: whole, disturbed: null },
      { row: { ...whole, amount: 900_000 }, disturbed: 'amount' },
      // A column that reads otherwise than what came in is nobody's business unless it was disturbed.
      { row: { ...whole, amount: 900_000 }, disturbed: 'note' },
    ])
    expect(said).toEqual([
      { kind: 'answer', label: 'true' },
      { kind: 'answer', label: 'false' },
      { kind: 'answer', label: 'true' },
    ])
    expect(model?.fixed).toEqual(['tags'])
    expect(notes).toEqual(['Disturbed inputs were put to approve 1, the model in force now.'])
  })

  it('has no more calls at once than its manifest allows, and four at most', async () => {
    const endpoint = { protocol: 'module', path: 'approve.ts' }
    const limited = { model: { name: 'approve', version: '1', endpoint: { ...endpoint, concurrency: 1 } } }
    expect((await open(limited, { robustness: true })).model?.callsAtOnce).toBe(1)
    const generous = { model: { name: 'approve', version: '1', endpoint: { ...endpoint, concurrency: 500 } } }
    expect((await open(generous, { robustness: true })).model?.callsAtOnce).toBe(4)
  })

  it('is held to the addresses that the gateway may reach; the rest is assessed without it', async () => {
    const away = { protocol: 'http', url: 'http://169.254.169.254/latest' }
    const more = { model: { name: 'approve', version: '1', endpoint: away } }
    const { model, notes, contract } = await open(more, { robustness: true })
    expect(model).toBeUndefined()
    expect(contract).toBeDefined()
    expect(notes[0]).toMatch(/^approve 1 was not asked about disturbed inputs: .*169\.254/)
  })
})
