import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { JsonValue } from '#core/kernel/json.ts'
import { createAddressGuard } from '#outgoing/address-guard.ts'
import { createSecretResolver } from '#outgoing/secret.ts'
import { onnxFile, type OnnxModel } from '../../test/support/onnx-file.ts'
import { onnxElements, onnxNumbers } from './onnx-elements.ts'
import { openModel, type OpenModelOptions } from './open-model.ts'

const packageName = 'onnxruntime-node'
const hasRuntime = await import(/* @vite-ignore */ packageName).then(
  () => true,
  () => false,
)

type Inputs = OpenModelOptions['model']['endpoint']['inputs']

async function open(contents: Buffer, inputs?: Inputs) {
  const modelDir = await mkdtemp(join(tmpdir(), 'onnx-'))
  onTestFinished(() => rm(modelDir, { recursive: true }))
  await writeFile(join(modelDir, 'm.onnx'), contents)
  const endpoint = { protocol: 'onnx' as const, path: 'm.onnx', ...(inputs === undefined ? {} : { inputs }) }
  const caller = await openModel({
    model: { name: 'm', version: '1', endpoint },
    modelDir,
    guard: createAddressGuard({ allow: [], allowLoopback: false }),
    resolveSecret: createSecretResolver({ env: {} }),
    clock: () => performance.now(),
  })
  onTestFinished(() => caller.close())
  return caller
}

async function run(model: OnnxModel, input: JsonValue, inputs?: Inputs) {
  return (await open(onnxFile(model), inputs)).call(input, null)
}

const float = (name: string, ...shape: number[]) => ({ name, type: 'float' as const, shape })
const sigmoid: OnnxModel = { operator: 'Sigmoid', inputs: [float('x', 1, 2)], outputs: [float('score', 1, 2)] }

// Where checks decide about a release the package must be there; elsewhere these tests may be skipped.
describe.skipIf(!hasRuntime && !process.env['CI'])(
  'an ONNX model (skipped where onnxruntime-node is not installed)',
  () => {
    it('computes', async () => {
      expect(await run(sigmoid, { x: [0, 100] })).toEqual({ kind: 'answer', output: { score: [0.5, 1] } })
    })

    it('takes numbers as the types that the model declares, and unwraps single elements', async () => {
      const add: OnnxModel = {
        operator: 'Add',
        inputs: [float('a', 1, 1), float('b', 1, 1)],
        outputs: [float('sum', 1, 1)],
      }
      expect(await run(add, { a: 1, b: 2 })).toEqual({ kind: 'answer', output: { sum: 3 } })
      const renamed = [
        { name: 'a', field: 'deep.first' },
        { name: 'b', field: 'second', datatype: 'FP32' as const },
      ]
      expect(await run(add, { deep: { first: 1 }, second: 0.5 }, renamed)).toEqual({
        kind: 'answer',
        output: { sum: 1.5 },
      })
    })

    it('fits models without a batch dimension', async () => {
      const flat: OnnxModel = { operator: 'Sigmoid', inputs: [float('x', 2)], outputs: [float('y', 2)] }
      expect(await run(flat, { x: [0, 0] })).toEqual({ kind: 'answer', output: { y: [0.5, 0.5] } })
    })

    it.each([
      ['int64', [[4]], 4],
      ['double', [[0.25]], 0.25],
      ['bool', [[true]], true],
      ['string', [['ü']], 'ü'],
    ] as const)('passes %s through', async (type, x, y) => {
      const value = { type, shape: [1, 1, 1] }
      const identity: OnnxModel = {
        operator: 'Identity',
        inputs: [{ name: 'x', ...value }],
        outputs: [{ name: 'y', ...value }],
      }
      expect(await run(identity, { x })).toEqual({ kind: 'answer', output: { y } })
    })

    it('fails on an input that does not fit and on an output that is no number', async () => {
      expect(await run(sigmoid, { x: ['a', 'b'] })).toMatchObject({ failure: { cause: 'failed' } })
      expect(await run(sigmoid, {})).toMatchObject({ failure: { cause: 'failed' } })
      expect(await run(sigmoid, { x: [1, 2, 3] })).toMatchObject({ failure: { cause: 'failed' } })
      const logarithm: OnnxModel = { operator: 'Log', inputs: [float('x', 1, 1)], outputs: [float('y', 1, 1)] }
      expect(await run(logarithm, { x: -1 })).toMatchObject({ failure: { cause: 'bad-answer' } })
    })

    it('refuses a file that is no model, and FP16', async () => {
      await expect(open(Buffer.from('not a model'))).rejects.toMatchObject({ code: 'manifest_invalid' })
      await expect(open(onnxFile(sigmoid), [{ name: 'x', datatype: 'FP16' }])).rejects.toMatchObject({
        code: 'manifest_invalid',
      })
    })
  },
)

describe('onnx-elements', () => {
  it('keeps 64-bit integers exact, and says so when it cannot', () => {
    const { elements } = onnxElements('INT64', [-5, 2 ** 40])
    expect(onnxNumbers('int64', elements)).toEqual([-5, 2 ** 40])
    expect(() => onnxNumbers('int64', BigInt64Array.of(2n ** 60n))).toThrow(RangeError)
  })

  it('gives booleans back as booleans', () => {
    expect(onnxNumbers('bool', onnxElements('BOOL', [true, false]).elements)).toEqual([true, false])
  })
})

describe.skipIf(hasRuntime)('without onnxruntime-node', () => {
  it('says how to install it', async () => {
    const hint = expect.stringContaining('npm install onnxruntime-node')
    await expect(open(onnxFile(sigmoid))).rejects.toMatchObject({ code: 'configuration_invalid', hint })
  })
})
