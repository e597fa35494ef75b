import { describe, expect, it } from 'vitest'
import { inputMetadata, rowsOf, tensorsOf } from './inference-protocol.ts'

const tensor = (name: string, shape: number[], data: unknown) => ({ name, shape, datatype: 'FP64', data }) as never

describe('rowsOf', () => {
  it('makes one input per row, from flat and from nested data', () => {
    const inputs = [tensor('a', [2], [1, 2]), tensor('b', [2, 1], [[3], [4]]), tensor('c', [2, 2], [5, 6, 7, 8])]
    expect(rowsOf({ id: 'x', inputs }).rows).toEqual([
      { a: 1, b: 3, c: [5, 6] },
      { a: 2, b: 4, c: [7, 8] },
    ])
  })

  it.each([
    ['no tensors', { inputs: [] }],
    ['a shape that does not fit', { inputs: [tensor('a', [2], [1])] }],
    ['different row counts', { inputs: [tensor('a', [2], [1, 2]), tensor('b', [1], [1])] }],
    ['an unknown datatype', { inputs: [{ name: 'a', shape: [1], datatype: 'TEXT', data: [1] }] }],
    ['no rows', { inputs: [tensor('a', [0], [])] }],
    ['too many rows', { inputs: [tensor('a', [1001], Array(1001).fill(1))] }],
    ['no object', [1]],
  ])('refuses %s', (_, body) => {
    expect(() => rowsOf(body as never)).toThrow(expect.objectContaining({ code: 'request_malformed' }))
  })
})

describe('tensorsOf', () => {
  const answer = { id: '1', status: 'decided', route: 'act', reason: 'r', confidence: 0.9 }

  it('gives the decision and the output’s scalar members', () => {
    const tensors = tensorsOf([{ ...answer, output: { ok: true, score: 0.9, list: [1] } }])
    expect(Object.fromEntries(tensors.map(({ name, data }) => [name, data]))).toEqual({
      decision_id: ['1'],
      status: ['decided'],
      route: ['act'],
      reason: ['r'],
      confidence: [0.9],
      ok: [true],
      score: [0.9],
    })
  })

  it('leaves out what some row lacks, and says -1 where there is no confidence', () => {
    const pending = { ...answer, status: 'pending_review', confidence: null, output: null }
    const tensors = tensorsOf([{ ...answer, output: { ok: true } }, pending])
    expect(tensors.map(({ name }) => name)).not.toContain('ok')
    expect(tensors.find(({ name }) => name === 'confidence')?.data).toEqual([0.9, -1])
  })
})

it('describes the input contract as tensors', () => {
  const schema = {
    properties: { amount: { type: 'integer' }, note: { type: ['string', 'null'] }, tags: { type: 'array' } },
  }
  expect(inputMetadata(schema)).toEqual([
    { name: 'amount', datatype: 'INT64', shape: [-1] },
    { name: 'note', datatype: 'BYTES', shape: [-1] },
  ])
})
