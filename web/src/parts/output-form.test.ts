import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formOutput, jsonOutput, outputForm, overrideValues, startValues, type FormField } from './output-form.ts'

const triage = {
  type: 'object',
  required: ['label', 'score'],
  properties: {
    label: { enum: ['spam', 'ham'], description: 'What it is.' },
    score: { type: 'number', minimum: 0, maximum: 1 },
    note: { type: 'string', maxLength: 10 },
    details: { type: 'object', properties: { isUrgent: { type: 'boolean' } }, required: ['isUrgent'] },
  },
}

function fieldsOf(schema: unknown, proposal: unknown = null): readonly FormField[] {
  const form = outputForm(schema, proposal)
  if (form.kind !== 'fields') throw new Error('no fields')
  return form.fields
}

describe('the form of an output', () => {
  it('has a field for each plain member, nested ones included', () => {
    expect(fieldsOf(triage).map((field) => [field.label, field.input.kind, field.isRequired])).toEqual([
      ['Label', 'choice', true],
      ['Score', 'number', true],
      ['Note', 'text', false],
      ['Is Urgent', 'choice', false],
    ])
  })

  it.each([
    ['an array', { type: 'array' }],
    ['alternatives', { type: 'object', properties: { a: { type: 'string' } }, oneOf: [] }],
    [
      'a required member that has no plain field',
      { type: 'object', required: ['a'], properties: { a: { type: 'array' } } },
    ],
    ['no schema', true],
    ['an object without members', { type: 'object', properties: {} }],
  ])('is JSON for %s', (_what, schema) => {
    expect(outputForm(schema, null)).toEqual({ kind: 'json' })
  })

  it('starts with the proposal, and an override of one of two with the other', () => {
    const fields = fieldsOf({
      ...triage,
      properties: { label: triage.properties.label, score: triage.properties.score },
    })
    expect(startValues(fields, { label: 'spam', score: 0.4 })).toEqual({ label: 'spam', score: 0.4 })
    expect(overrideValues(fields, { label: 'spam', score: 0.4 })).toEqual({ label: 'ham', score: 0.4 })
    expect(overrideValues(fields, null)).toEqual({})
  })

  it('keeps members that it does not show', () => {
    const fields = fieldsOf({ type: 'object', properties: { label: { enum: ['a', 'b'] }, list: { type: 'array' } } })
    expect(formOutput(fields, { label: 'b' }, { label: 'a', list: [1] })).toEqual({
      kind: 'output',
      output: { label: 'b', list: [1] },
    })
  })

  it('lets a needed member that has no field stay as it was proposed', () => {
    const schema = {
      type: 'object',
      required: ['label', 'box'],
      properties: { label: { enum: ['a', 'b'] }, box: { type: 'array' } },
    }
    const proposal = { label: 'a', box: [{ x: 1 }] }
    expect(outputForm(schema, null)).toEqual({ kind: 'json' })
    expect(formOutput(fieldsOf(schema, proposal), { label: 'b' }, proposal)).toEqual({
      kind: 'output',
      output: { label: 'b', box: [{ x: 1 }] },
    })
  })

  it('edits a list of texts one a line, and leaves one alone that nobody touched', () => {
    const schema = {
      type: 'object',
      required: ['signals'],
      properties: { signals: { type: 'array', maxItems: 2, items: { type: 'string' } } },
    }
    const proposal = { signals: ['two\nlines', ''] }
    const fields = fieldsOf(schema, proposal)
    expect(formOutput(fields, startValues(fields, proposal), proposal)).toEqual({ kind: 'output', output: proposal })
    expect(formOutput(fields, { signals: 'a\n\nb' }, proposal)).toEqual({
      kind: 'output',
      output: { signals: ['a', 'b'] },
    })
    expect(formOutput(fields, { signals: '' }, null)).toEqual({ kind: 'output', output: { signals: [] } })
    expect(formOutput(fields, { signals: 'a\nb\nc' }, null)).toMatchObject({
      problems: [{ message: 'Signals may have 2 lines; it has 3.' }],
    })
  })

  it('puts back what it took apart', () => {
    const output = fc.record({
      label: fc.constantFrom('spam', 'ham'),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      note: fc.string({ minLength: 1, maxLength: 10 }),
      details: fc.record({ isUrgent: fc.boolean() }),
    })
    const fields = fieldsOf(triage)
    fc.assert(
      fc.property(output, (value) => {
        expect(formOutput(fields, startValues(fields, value), null)).toEqual({ kind: 'output', output: value })
      }),
    )
  })

  it('says what is wrong with each field', () => {
    const result = formOutput(fieldsOf(triage), { label: 'x', score: 2, note: 'much too long' }, null)
    expect(result).toEqual({
      kind: 'invalid',
      problems: [
        { field: 'label', message: 'Label must be one of the choices.' },
        { field: 'score', message: 'Score must be at most 1.' },
        { field: 'note', message: 'Note may have 10 characters; it has 13.' },
      ],
    })
    expect(formOutput(fieldsOf(triage), {}, null)).toMatchObject({
      problems: [{ message: 'Label is needed.' }, { message: 'Score is needed.' }],
    })
  })

  it('reads JSON, or says why it cannot', () => {
    expect(jsonOutput('{"a":[1]}')).toEqual({ kind: 'output', output: { a: [1] } })
    expect(jsonOutput('{"a"')).toMatchObject({ kind: 'invalid', problems: [{ field: '' }] })
  })
})
