import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tensorsFrom, valueFrom, type Tensor } from './tensor.ts'

const first = (tensors: ReturnType<typeof tensorsFrom>) => ('kind' in tensors ? tensors : tensors[0])

describe('tensorsFrom', () => {
  it.each([
    [1, 'INT64', [1, 1], [1]],
    [0.5, 'FP64', [1, 1], [0.5]],
    [1e300, 'FP64', [1, 1], [1e300]],
    [true, 'BOOL', [1, 1], [true]],
    ['text', 'BYTES', [1, 1], ['text']],
    [[1, 2, 3], 'INT64', [1, 3], [1, 2, 3]],
    [[1, 2.5], 'FP64', [1, 2], [1, 2.5]],
    [['a', 'b'], 'BYTES', [1, 2], ['a', 'b']],
    [
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      'INT64',
      [1, 3, 2],
      [1, 2, 3, 4, 5, 6],
    ],
    [[], 'FP64', [1, 0], []],
  ])('makes %o a tensor of %s', (value, datatype, shape, data) => {
    expect(tensorsFrom({ x: value }, undefined)).toEqual([{ kind: 'tensor', name: 'x', datatype, shape, data }])
  })

  it.each([[null], [{ a: 1 }], [[1, 'a']], [[[1, 2], [3]]], [[1, null]], [[[1], 2]]])('cannot make %o one', (value) => {
    expect(tensorsFrom({ x: value }, undefined)).toMatchObject({ kind: 'unfit' })
  })

  it('takes the declared members, by name, by path and with their types', () => {
    const declared = [
      { name: 'amount', datatype: 'FP32' as const },
      { name: 'town', field: 'address.town' },
      { name: 'dotted', field: 'a.b' },
    ]
    const input = { amount: 3, address: { town: 'Graz' }, 'a.b': 1, a: { b: 2 }, ignored: null }
    const tensors = tensorsFrom(input, declared) as Tensor[]
    expect(tensors.map(({ name, datatype, data }) => [name, datatype, data])).toEqual([
      ['amount', 'FP32', [3]],
      ['town', 'BYTES', ['Graz']],
      ['dotted', 'INT64', [1]],
    ])
    expect(tensorsFrom({ amount: 3 }, declared)).toMatchObject({
      kind: 'unfit',
      detail: expect.stringContaining('town has no value'),
    })
  })

  it('does not find inherited members', () => {
    expect(tensorsFrom({}, [{ name: 'constructor' }])).toMatchObject({ kind: 'unfit' })
    expect(tensorsFrom({}, [{ name: 'x', field: 'constructor.name' }])).toMatchObject({ kind: 'unfit' })
  })

  it.each([
    [300, 'UINT8'],
    [-1, 'UINT64'],
    [1.5, 'INT32'],
    ['1', 'FP32'],
    [1, 'BYTES'],
    [1, 'BOOL'],
    [2 ** 53, 'INT64'],
  ] as const)('does not pass %o as %s', (value, datatype) => {
    expect(first(tensorsFrom({ x: value }, [{ name: 'x', datatype }]))).toMatchObject({ kind: 'unfit' })
  })
})

describe('valueFrom', () => {
  it.each([
    [[1], [7], 7],
    [[1, 1], [7], 7],
    [[], [7], 7],
    [[3], [1, 2, 3], [1, 2, 3]],
    [
      [1, 3],
      [1, 2, 3],
      [1, 2, 3],
    ],
    [
      [2, 2],
      [1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      [1, 2, 2],
      [1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [[1, 1, 2], [1, 2], [[1, 2]]],
    [[0], [], []],
    [[1_000_000_000, 0], [], []],
  ])('shape %o', (shape, data, value) => {
    expect(valueFrom(shape, data)).toEqual(value)
  })

  it.each([
    [[2], [1]],
    [[-1, -1], [1]],
    [
      [1.5, 2],
      [1, 2, 3],
    ],
    [[Number.NaN], [1]],
    [['2'] as unknown as number[], [1, 2]],
  ])('refuses the shape %o for %o', (shape, data) => {
    expect(valueFrom(shape, data)).toMatchObject({ kind: 'unfit' })
  })

  it('gives back what went in', () => {
    const matrix = fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 5 })).chain(([rows, columns]) =>
      fc.array(fc.array(fc.integer(), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    )
    fc.assert(
      fc.property(matrix, (value) => {
        const [tensor] = tensorsFrom({ x: value }, undefined) as Tensor[]
        expect(valueFrom(tensor?.shape ?? [], tensor?.data ?? [])).toEqual(value)
      }),
    )
  })
})
