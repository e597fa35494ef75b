// Decisions made elsewhere, on the same log: recorded once, checked, and without effects. And the Open Inference Protocol in
// front of the same pipeline.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '#wire/common.ts'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { apply, detail, keyFor, modelDir, read, scripted, until, type Answered } from './gateway-calls.ts'

const folder = temporaryFolder()
let server: AirworthyProcess

/** Objects of an inference request are made of tensors: scalars only. */
const rows = {
  contract: {
    input: {
      schema: {
        type: 'object',
        required: ['amount'],
        properties: {
          amount: { type: 'number', minimum: 0 },
          n: { type: 'integer' },
          name: { type: 'string' },
          ok: { type: 'boolean' },
        },
      },
    },
    output: {
      schema: {
        type: 'object',
        required: ['approve'],
        properties: { approve: { type: 'boolean' }, score: { type: 'number' } },
      },
    },
    onViolation: 'review',
  },
  model: { name: 'approve', version: '1', endpoint: { protocol: 'module', path: 'approve.ts' } },
}

beforeAll(async () => {
  server = await startAirworthy({ dataDir: folder.path, modelDir })
  await apply(server, scripted('elsewhere'), scripted('rows', rows))
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

type Observed = { items: { id: string; recorded: 'now' | 'before'; log: { index: number } }[] }

async function observe(body: unknown, headers?: Record<string, string>): Promise<Answered<Observed & Problem>> {
  return (await server.call('POST', '/v1/use-cases/elsewhere/observations', body, headers)) as Answered<
    Observed & Problem
  >
}

const logSize = async () => (await read<{ head: number }>(server, '/api/v1/log')).body.head

const made = { input: { amount: 5 }, output: { approve: true, score: 0.8 } }

describe('observations', () => {
  it('records one, with its time, its model and the value that the policy reads from it', async () => {
    const at = '2026-02-03T04:05:06.789Z'
    const { status, body } = await observe({ ...made, at, subject: 'somebody', model: { name: 'old', version: '0' } })
    expect(status).toBe(200)
    expect(body.items).toHaveLength(1)
    const [item] = body.items
    expect(item?.recorded).toBe('now')
    const { body: recorded } = await until(
      () => detail(server, item?.id ?? ''),
      (answer) => answer.status === 200,
    )
    expect(recorded).toMatchObject({
      origin: 'observation',
      at,
      status: 'decided',
      reason: 'observed',
      model: { name: 'old', version: '0' },
      confidence: 0.8,
      value: true,
      input: made.input,
      output: made.output,
      violations: [],
      review: null,
      actions: [],
    })
  })

  it('records many, and each id once for good', async () => {
    const first = await observe([
      { ...made, id: 'a' },
      { ...made, id: 'b' },
      { ...made, id: 'a' },
    ])
    expect(first.body.items.map(({ recorded }) => recorded).toSorted()).toEqual(['before', 'now', 'now'])
    expect(first.body.items[2]?.id).toBe(first.body.items[0]?.id)
    const again = await observe({ ...made, id: 'b' })
    expect(again.body.items).toEqual([{ ...first.body.items[1], recorded: 'before' }])
  })

  it('records what breaks the contract, with its violations', async () => {
    const { body } = await observe({ input: { amount: -1 }, output: { approve: 'yes' } })
    const recorded = (await detail(server, body.items[0]?.id ?? '')).body
    expect(recorded.violations).toEqual([
      { path: '/input/amount', rule: 'minimum', message: expect.any(String) },
      { path: '/output/approve', rule: 'type', message: expect.any(String) },
    ])
    expect(recorded.status).toBe('decided')
  })

  it.each([
    ['a time that is none', { ...made, at: '2026-02-30T00:00:00Z' }],
    ['a time in words', { ...made, at: 'yesterday' }],
    ['a confidence over one', { ...made, confidence: 1.5 }],
    ['a confidence below zero', { ...made, confidence: -1 }],
    ['no input', { output: made.output }],
    ['no output', { input: made.input }],
    ['a member that is not known', { ...made, extra: 1 }],
    ['an empty list', []],
    ['more than a thousand', Array.from({ length: 1001 }, () => made)],
  ])('refuses %s', async (_what, body) => {
    const size = await logSize()
    const { status, body: problem } = await observe(body)
    expect([status, problem.code]).toEqual([400, 'request_malformed'])
    expect(await logSize()).toBe(size)
  })

  it('writes none of a list when one item is wrong', async () => {
    const size = await logSize()
    const { status } = await observe([
      { ...made, id: 'good' },
      { ...made, at: '2026-02-30T00:00:00Z' },
    ])
    expect(status).toBe(400)
    expect(await logSize()).toBe(size)
  })

  it('needs the scope observe for the use case, and a use case', async () => {
    const observer = await keyFor(server, 'observer', { scopes: ['observe:elsewhere'] })
    expect((await observe(made, observer.as)).status).toBe(200)
    const decider = await keyFor(server, 'decider', { scopes: ['decide'] })
    expect((await observe(made, decider.as)).status).toBe(403)
    expect((await server.call('POST', '/v1/use-cases/unknown/observations', made)).status).toBe(404)
  })
})

type Tensor = { name: string; shape: number[]; datatype: string; data: unknown[] }
type Inferred = {
  model_name: string
  model_version: string
  id?: string
  outputs: Tensor[]
  error?: string
  code?: string
}

async function infer(body: unknown, headers?: Record<string, string>): Promise<Answered<Inferred>> {
  return (await server.call('POST', '/v2/models/rows/infer', body, headers)) as Answered<Inferred>
}

const tensor = (name: string, datatype: string, data: readonly unknown[], shape = [data.length]) => ({
  name,
  shape,
  datatype,
  data,
})

describe('the inference protocol', () => {
  it('decides and records each row by itself', async () => {
    const { status, body } = await infer({
      id: 'mine',
      inputs: [tensor('amount', 'FP64', [10, 5000, -1]), tensor('name', 'BYTES', ['a', 'b', 'c'], [3, 1])],
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ model_name: 'rows', model_version: '1', id: 'mine' })
    const column = (name: string) => body.outputs.find((each) => each.name === name)
    expect(column('route')).toMatchObject({ datatype: 'BYTES', shape: [3], data: ['act', 'review', 'review'] })
    expect(column('reason')?.data).toEqual(['confident', 'otherwise', 'contract-violation'])
    expect(column('status')?.data).toEqual(['decided', 'pending_review', 'pending_review'])
    expect(column('confidence')?.data).toEqual([0.97, 0.5, -1])
    const ids = column('decision_id')?.data as string[]
    expect(new Set(ids).size).toBe(3)
    expect((await detail(server, ids[1] ?? '')).body).toMatchObject({ input: { amount: 5000, name: 'b' } })
  })

  it('gives the outputs as tensors when every row has one', async () => {
    const { body } = await infer({ inputs: [tensor('amount', 'FP64', [1, 2], [2, 1])] })
    expect(body.outputs).toEqual(
      expect.arrayContaining([tensor('approve', 'BOOL', [true, true]), tensor('score', 'FP64', [0.97, 0.97])]),
    )
  })

  it('knows an Idempotency-Key, row by row', async () => {
    const request = { inputs: [tensor('amount', 'FP64', [1, 2])] }
    const first = await infer(request, { 'idempotency-key': 'rows' })
    expect((await infer(request, { 'idempotency-key': 'rows' })).body).toEqual(first.body)
  })

  it.each([
    ['no tensors', { inputs: [] }],
    ['no object', []],
    ['a shape that does not fit', { inputs: [tensor('amount', 'FP64', [1, 2], [3])] }],
    ['rows of different number', { inputs: [tensor('amount', 'FP64', [1, 2]), tensor('name', 'BYTES', ['a'])] }],
    ['an unknown datatype', { inputs: [tensor('amount', 'FP8', [1])] }],
    ['no rows', { inputs: [tensor('amount', 'FP64', [], [0])] }],
    [
      'too many rows',
      {
        inputs: [
          tensor(
            'amount',
            'FP64',
            Array.from({ length: 1001 }, () => 1),
          ),
        ],
      },
    ],
    [
      'a name that is refused',
      { inputs: [tensor('amount', 'FP64', [1]), tensor('__proto__', 'FP64', [1, 2], [1, 2])] },
    ],
    ['a name twice', { inputs: [tensor('amount', 'FP64', [1]), tensor('amount', 'FP64', [2])] }],
  ])('answers %s with 400 and "error"', async (_what, body) => {
    expect(await infer(body)).toMatchObject({
      status: 400,
      body: { error: expect.any(String), code: 'request_malformed' },
    })
  })

  it('answers errors of a key or a name with "error" too', async () => {
    expect(await infer({}, { authorization: 'Bearer no' })).toMatchObject({
      status: 401,
      body: { error: expect.any(String) },
    })
    const unknown = await server.call('POST', '/v2/models/unknown/infer', { inputs: [tensor('amount', 'FP64', [1])] })
    expect(unknown).toMatchObject({ status: 404, body: { error: expect.any(String) } })
    expect(await infer('{"inputs":')).toMatchObject({ status: 400, body: { error: expect.any(String) } })
  })

  it('describes itself, and is ready', async () => {
    expect((await read(server, '/v2')).body).toMatchObject({ name: 'airworthy', version: expect.any(String) })
    expect((await read(server, '/v2/health/live')).status).toBe(200)
    expect((await read(server, '/v2/health/ready')).status).toBe(200)
    expect(await read(server, '/v2/models/rows/ready')).toMatchObject({
      status: 200,
      body: { name: 'rows', ready: true },
    })
    expect((await read(server, '/v2/models/rows')).body).toMatchObject({
      name: 'rows',
      versions: ['1'],
      inputs: [
        { name: 'amount', datatype: 'FP64', shape: [-1] },
        { name: 'n', datatype: 'INT64', shape: [-1] },
        { name: 'name', datatype: 'BYTES', shape: [-1] },
        { name: 'ok', datatype: 'BOOL', shape: [-1] },
      ],
    })
    expect((await read(server, '/v2/models/unknown/ready')).status).toBe(404)
  })

  it('decides with the scope decide only', async () => {
    const auditor = await keyFor(server, 'auditor', { roles: ['auditor'] })
    expect((await infer({ inputs: [tensor('amount', 'FP64', [1])] }, auditor.as)).status).toBe(403)
  })
})
