import { assert, jsonValue, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '#core/kernel/json.ts'
import type { Expectation, JsonSchema } from '#core/use-case/manifest.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { compileContract } from './check-contract.ts'

function contract(schema: JsonSchema, expectations: Expectation[] = [], output: JsonSchema = true) {
  const parts = { contract: { input: { schema, expectations }, output: { schema: output }, onViolation: 'review' } }
  return compileContract(parts as unknown as ResolvedManifest)
}

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['amount', 'email'],
  properties: {
    amount: { type: 'number', maximum: 50000, default: 7 },
    email: { type: 'string', format: 'email', maxLength: 40 },
    lines: {
      type: 'array',
      items: { type: 'object', required: ['sku'], properties: { sku: { type: 'string', pattern: '^(a+)+$' } } },
    },
    names: { type: 'object', additionalProperties: { type: 'number' } },
    either: { anyOf: [{ type: 'string' }, { type: 'object', required: ['x'] }] },
  },
}
const sound = { amount: 10, email: 'a@example.org', lines: [{ sku: 'aa' }] }

describe('the contract', () => {
  it('takes what satisfies it, without changing it', () => {
    const given = { email: 'a@example.org', amount: 1 }
    expect(contract(schema).checkInput(given)).toEqual([])
    expect(given).toEqual({ email: 'a@example.org', amount: 1 })
  })

  it.each<[JsonValue, string, string, string]>([
    [{ email: 'a@example.org' }, '/input/amount', 'required', 'is missing'],
    [{ ...sound, amount: '10' }, '/input/amount', 'type', 'must be a number'],
    [{ ...sound, amount: 50001 }, '/input/amount', 'maximum', 'must be at most 50000'],
    [{ ...sound, email: 'nobody' }, '/input/email', 'format', 'is not a valid email'],
    [{ ...sound, lines: [{ sku: 'a' }, {}] }, '/input/lines/1/sku', 'required', 'is missing'],
    [
      { ...sound, lines: [{ sku: 'b' }] },
      '/input/lines/0/sku',
      'pattern',
      'does not have the form that the contract asks for',
    ],
    [{ ...sound, amuont: 1 }, '/input/amuont', 'additionalProperties', 'is not a member that the contract knows'],
    [{ ...sound, 'jo@example.org': 1 }, '/input/*', 'additionalProperties', 'is not a member that the contract knows'],
    [{ ...sound, names: { 'jo@example.org': 'x' } }, '/input/names/*', 'type', 'must be a number'],
    [{ ...sound, either: 3 }, '/input/either', 'anyOf', 'fits none of the alternatives'],
    ['text', '/input', 'type', 'must be an object'],
  ])('%j breaks it at %s by %s', (input, path, rule, message) => {
    expect(contract(schema).checkInput(input)).toEqual([{ path, rule, message }])
  })

  it('misses members that only JavaScript gives an object', () => {
    const named = contract({ type: 'object', required: ['toString'], properties: { valueOf: { type: 'number' } } })
    expect(named.checkInput({})).toEqual([{ path: '/input/toString', rule: 'required', message: 'is missing' }])
    expect(named.checkInput({ toString: 1, valueOf: 2 })).toEqual([])
  })

  it('lists every fault, and at most twenty', () => {
    const faults = contract(schema).checkInput({ amount: 'x', other: 1 })
    expect(faults.map((fault) => fault.path).sort()).toEqual(['/input/amount', '/input/email', '/input/other'])
    const lines = Array.from({ length: 300 }, () => ({}))
    expect(contract(schema).checkInput({ ...sound, lines })).toHaveLength(20)
  })

  it('tells a huge value its first fault only', () => {
    const lines = Array.from({ length: 200_000 }, () => ({}))
    expect(contract(schema).checkInput({ ...sound, lines })).toEqual([
      { path: '/input/lines/0/sku', rule: 'required', message: 'is missing' },
    ])
  })

  it('takes linear time for patterns that backtrack', () => {
    expect(contract(schema).checkInput({ ...sound, lines: [{ sku: `${'a'.repeat(300_000)}!` }] })).toHaveLength(1)
  })

  it('checks outputs under their own name', () => {
    expect(contract(true, [], { type: 'object', required: ['score'] }).checkOutput({})).toEqual([
      { path: '/output/score', rule: 'required', message: 'is missing' },
    ])
  })

  it('never repeats a value and never throws', () => {
    assert(
      property(jsonValue(), (value) => {
        const given = { ...sound, names: { secretname1: 'secretvalue' }, other: value } as JsonValue
        expect(JSON.stringify(contract(schema).checkInput(given))).not.toContain('secretvalue')
        contract(schema).checkInput(value as JsonValue)
      }),
      { numRuns: 30 },
    )
  })
})

describe('expectations', () => {
  const expectations: Expectation[] = [
    { field: 'amount', min: 1, max: 100 },
    { field: 'person.name', minLength: 2, maxLength: 3, pattern: '^\\p{Lu}' },
    { field: 'kind', in: ['a', 1, true] },
    { field: 'income', notNull: true, maxNullRate: 0.1 },
  ]
  const met = { amount: 1, person: { name: 'Ää😀' }, kind: 'a', income: 0 }

  it.each<[JsonValue, string[]]>([
    [met, []],
    [{ income: 1 }, []],
    [{ ...met, person: null }, []],
    [{ ...met, amount: 0 }, ['/input/amount expectation:min']],
    [{ ...met, amount: 101 }, ['/input/amount expectation:max']],
    [{ ...met, amount: 'many' }, ['/input/amount expectation:min', '/input/amount expectation:max']],
    [{ ...met, person: { name: 'Ä' } }, ['/input/person/name expectation:minLength']],
    [
      { ...met, person: { name: '😀😀😀😀' } },
      ['/input/person/name expectation:maxLength', '/input/person/name expectation:pattern'],
    ],
    [{ ...met, kind: 'b' }, ['/input/kind expectation:in']],
    [{ ...met, income: null }, ['/input/income expectation:notNull']],
    [{}, ['/input/income expectation:notNull']],
    [null, ['/input/income expectation:notNull']],
  ])('%j', (input, broken) => {
    expect(
      contract(true, expectations)
        .checkInput(input)
        .map(({ path, rule }) => `${path} ${rule}`),
    ).toEqual(broken)
  })
})
