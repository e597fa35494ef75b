import { array, assert, jsonValue, property } from 'fast-check'
import { expect, it } from 'vitest'
import type { JsonValue } from '#core/kernel/json.ts'
import { inferSchema } from './infer-schema.ts'
import { checkJsonSchema, compileJsonSchema } from './json-schema.ts'

it('infers what is in the examples, and requires what is in all of them', () => {
  expect(
    inferSchema([
      { a: 1, b: ['x'], c: null },
      { a: 'y', b: [] },
    ]),
  ).toEqual({
    type: 'object',
    additionalProperties: false,
    required: ['a', 'b'],
    properties: {
      a: { type: ['number', 'string'] },
      b: { type: 'array', items: { type: 'string' } },
      c: { type: 'null' },
    },
  })
})

it('every example satisfies it', () => {
  assert(
    property(array(jsonValue(), { minLength: 1, maxLength: 4 }), (examples) => {
      const schema = inferSchema(examples as JsonValue[])
      expect(checkJsonSchema(schema)).toEqual([])
      const { isValid } = compileJsonSchema(schema)
      for (const example of examples) expect(isValid(example)).toBe(true)
    }),
    // JavaScript gives every object a member of this name.
    { numRuns: 50, examples: [[[{}, { valueOf: null }]]] },
  )
})
