import { describe, expect, it } from 'vitest'
import { typeCheck } from './expression-types.ts'

const input = {
  type: 'object',
  additionalProperties: false,
  properties: {
    amount: { type: 'number' },
    name: { type: 'string' },
    maybe: { type: ['number', 'null'] },
    tags: { type: 'array', items: { type: 'string' } },
    items: {
      type: 'array',
      items: { type: 'object', additionalProperties: false, properties: { price: { type: 'number' } } },
    },
    address: { type: 'object', properties: { city: { type: 'string' } } },
    ref: { $ref: '#/$defs/text' },
    kind: { enum: ['a', 'b'] },
    tree: { $ref: '#/$defs/tree' },
  },
  $defs: { text: { type: 'string' }, tree: { type: 'object', properties: { next: { $ref: '#/$defs/tree' } } } },
}
const variables = { input, output: true, confidence: 'confidence', context: true } as const

describe('types from schemas', () => {
  it.each([
    ['input.amount > 20000', 'bool'],
    ['has(input.amount)', 'bool'],
    ['size(input.name) > 10 && "a" in input.tags', 'bool'],
    ['input.items.all(i, i.price > 3)', 'bool'],
    ['input.address.city == "x" && input.address.zip == 3', 'bool'],
    ['input.maybe == null || input.maybe > 3', 'bool'],
    ['confidence >= 0.92 || confidence == null', 'bool'],
    ['output.anything.at[3].all > 1', 'bool'],
    ['input.ref', 'string'],
    ['input.amount', 'double'],
    ['input.tree.next.next.whatever', 'dyn'],
    ['"amount" in input && size(input) > 2', 'bool'],
    ['input["amount"] + 1', 'double'],
    ['cel.bind(a, input.amount, a > 3)', 'bool'],
  ])('%s gives %s', (text, type) => {
    expect(typeCheck(text, variables)).toEqual({ kind: 'typed', type })
  })

  it.each([
    ['1 > 0 && input.amout > 20000', 'knows no member amout in input', 'Did you mean amount?', 9],
    ['has(input.amout)', 'knows no member amout in input', 'Did you mean amount?', 4],
    ['input["amout"] > 1', 'knows no member', 'Did you mean amount?', 0],
    ['input.items.all(i, i.prise > 3)', 'knows no member prise in input.items.items', 'Did you mean price?', 19],
    ['input.amount == "3"', 'number == string', '', 0],
    ['input.ref > 3', 'string > number', '', 0],
    ['input.kind == 3', 'string == number', '', 0],
    ['confidence >= "x"', 'number >= string', '', 0],
    ['size(input.tags) in [1, 2]', 'whole number in list<number>', 'double(…)', 0],
    ['input.name.foo()', "'string.foo()'", '', 0],
  ])('%s is refused', (text, message, hint, offset) => {
    const checked = typeCheck(text, variables)
    expect(checked).toMatchObject({
      kind: 'invalid',
      problem: { message: expect.stringContaining(message) as string, offset },
    })
    if (checked.kind === 'invalid') expect(checked.problem.hint ?? '').toContain(hint)
  })
})
