// What the three HTTP protocols put on the wire and take from it, literally.

import { describe, expect, it } from 'vitest'
import type { JsonValue } from '#core/kernel/json.ts'
import { httpDialect } from './http.ts'
import { mlflowDialect } from './mlflow.ts'
import { oipDialect } from './oip-v2.ts'
import type { Dialect } from './over-http.ts'

function sent(dialect: Dialect, input: JsonValue, context: JsonValue = null): unknown {
  const encoded = dialect.encode(input, context)
  if (encoded.kind === 'unfit') return encoded
  return encoded.body === null ? null : JSON.parse(encoded.body)
}

function taken(dialect: Dialect, body: JsonValue, id?: string): unknown {
  const encoded = { kind: 'encoded', body: '', ...(id === undefined ? {} : { id }) } as const
  const decoded = dialect.decode(body, { status: 200, encoded })
  return decoded.kind === 'unfit' ? decoded : decoded.output
}

const unfit = { kind: 'unfit', detail: expect.any(String) }

describe('oip-v2', () => {
  const dialect = oipDialect({ model: 'credit-risk', inputs: undefined })

  it('asks for the model, and for one version of it when the name says so', () => {
    expect(dialect.path).toBe('/v2/models/credit-risk/infer')
    expect(oipDialect({ model: 'risk/versions/3', inputs: undefined }).path).toBe('/v2/models/risk/versions/3/infer')
    expect(oipDialect({ model: 'a b?', inputs: undefined }).path).toBe('/v2/models/a%20b%3F/infer')
  })

  it('sends tensors and an id', () => {
    expect(
      sent(dialect, { amount: 120, rate: 0.5, text: 'hello', late: false, history: [1, 2] }, { id: 'case-7' }),
    ).toEqual({
      id: 'case-7',
      inputs: [
        { name: 'amount', shape: [1, 1], datatype: 'INT64', data: [120] },
        { name: 'rate', shape: [1, 1], datatype: 'FP64', data: [0.5] },
        { name: 'text', shape: [1, 1], datatype: 'BYTES', data: ['hello'] },
        { name: 'late', shape: [1, 1], datatype: 'BOOL', data: [false] },
        { name: 'history', shape: [1, 2], datatype: 'INT64', data: [1, 2] },
      ],
    })
  })

  it('makes an id of its own for every request when the context has none', () => {
    const ids = [sent(dialect, { a: 1 }), sent(dialect, { a: 1 })].map((body) => (body as { id: string }).id)
    expect(new Set(ids).size).toBe(2)
  })

  it('takes outputs by name, flat or nested', () => {
    const outputs = [
      { name: 'score', shape: [1, 1], datatype: 'FP32', data: [0.93] },
      { name: 'labels', shape: [1, 2], datatype: 'BYTES', data: ['a', 'b'] },
      {
        name: 'grid',
        shape: [2, 2],
        datatype: 'INT64',
        data: [
          [1, 2],
          [3, 4],
        ],
      },
    ]
    const output = {
      score: 0.93,
      labels: ['a', 'b'],
      grid: [
        [1, 2],
        [3, 4],
      ],
    }
    expect(taken(dialect, { model_name: 'm', id: 'x', outputs }, 'x')).toEqual(output)
    expect(taken(dialect, { model_name: 'm', outputs }, 'x')).toEqual(output)
  })

  it('refuses the answer to another request', () => {
    const outputs = [{ name: 'score', shape: [1], datatype: 'FP32', data: [0.93] }]
    expect(taken(dialect, { id: 'y', outputs }, 'x')).toEqual({
      kind: 'unfit',
      detail: expect.stringContaining('another request'),
    })
  })

  it.each([
    [null],
    [{ error: 'out of memory' }],
    [{ outputs: [] }],
    [{ outputs: [{ shape: [1], data: [1] }] }],
    [{ outputs: [{ name: 'a', data: [1] }] }],
    [{ outputs: [{ name: 'a', shape: [1] }] }],
    [{ outputs: [{ name: 'a', shape: [2], data: [1] }] }],
    [{ outputs: [{ name: 'a', shape: [1], data: [null] }] }],
    [{ outputs: [{ name: 'a', shape: [1], data: [{}] }] }],
    [{ outputs: [{ name: 'a', shape: [1], datatype: 'INT64', data: [2 ** 53] }] }],
  ] as JsonValue[][])('refuses %o', (body) => {
    expect(taken(dialect, body ?? null)).toEqual(unfit)
  })
})

describe('mlflow', () => {
  const dialect = mlflowDialect({ urlPath: '/', columns: undefined })

  it('sends one row of a data frame, or a list as it is', () => {
    expect(dialect.path).toBe('/invocations')
    expect(mlflowDialect({ urlPath: '/risk/invocations', columns: undefined }).path).toBe('')
    expect(sent(dialect, { amount: 120, town: 'Graz', income: null })).toEqual({
      dataframe_split: { columns: ['amount', 'town', 'income'], data: [[120, 'Graz', null]] },
    })
    expect(sent(dialect, [[1, 2]])).toEqual({ inputs: [[1, 2]] })
    expect(sent(dialect, 5)).toEqual({ inputs: [5] })
  })

  it('keeps the declared columns in their order', () => {
    const declared = mlflowDialect({ urlPath: '', columns: [{ name: 'b' }, { name: 'a', field: 'deep.a' }] })
    expect(sent(declared, { deep: { a: 1 }, b: 2, c: 3 })).toEqual({
      dataframe_split: { columns: ['b', 'a'], data: [[2, 1]] },
    })
    expect(sent(declared, { b: 2 })).toEqual(unfit)
  })

  it.each([
    [[0.93], 0.93],
    [[[0.07, 0.93]], [0.07, 0.93]],
    [[{ label: 'junk', score: 0.9 }], { label: 'junk', score: 0.9 }],
    [
      { label: ['junk'], score: [0.9] },
      { label: 'junk', score: 0.9 },
    ],
    [{ label: 'junk' }, { label: 'junk' }],
    ['junk', 'junk'],
  ] as [JsonValue, JsonValue][])('takes the predictions %o', (predictions, row) => {
    expect(taken(dialect, { predictions })).toEqual({ predictions: row })
  })

  it.each([[{ predictions: [] }], [{ predictions: [1, 2] }], [{ choices: [] }], [[1]], [null]] as JsonValue[][])(
    'refuses %o',
    (body) => {
      expect(taken(dialect, body ?? null)).toEqual(unfit)
    },
  )
})

describe('http', () => {
  it('sends {"input": …} and takes `output`', () => {
    const dialect = httpDialect({ method: undefined, mapRequest: undefined, mapResponse: undefined })
    expect(dialect.method).toBe('POST')
    expect(sent(dialect, { a: 'ü"' })).toEqual({ input: { a: 'ü"' } })
    expect(taken(dialect, { output: null })).toBe(null)
    expect(taken(dialect, { result: 1 })).toEqual(unfit)
    expect(taken(dialect, [])).toEqual(unfit)
  })

  it('sends no body with GET', () => {
    expect(sent(httpDialect({ method: 'GET', mapRequest: undefined, mapResponse: undefined }), { a: 1 })).toBeNull()
  })

  it('maps both ways', () => {
    const dialect = httpDialect({
      method: 'PUT',
      mapRequest: (input, context) => ({ q: input, by: context }),
      mapResponse: (body, status) => ({ body, status }),
    })
    expect(sent(dialect, 1, 'me')).toEqual({ q: 1, by: 'me' })
    expect(taken(dialect, [1])).toEqual({ body: [1], status: 200 })
  })
})
