// An ONNX file, run in this process by onnxruntime-node. That package is an optional peer: it is 200 MB of native code which
// only those need who run such models, so it is looked for when the first one is opened.

import { PlatformError } from '#core/kernel/errors.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { failedAttempt, type Attempt, type Protocol } from './attempt.ts'
import { runInProcess } from './in-process.ts'
import { findModelFile } from './model-file.ts'
import { onnxElements, onnxNumbers, type OnnxElements } from './onnx-elements.ts'
import { tensorsFrom, valueFrom, type Datatype, type Tensor, type TensorInput } from './tensor.ts'

/** What is used of onnxruntime-node (1.2x): its own types are not there when it is not. */
type Runtime = {
  readonly InferenceSession: { create(path: string): Promise<Session> }
  readonly Tensor: new (type: string, data: OnnxElements, dims: readonly number[]) => OnnxTensor
}
type OnnxTensor = { readonly type: string; readonly data: OnnxElements; readonly dims: readonly number[] }
type Session = {
  readonly inputNames: readonly string[]
  readonly inputMetadata?: readonly {
    readonly name: string
    readonly type?: string
    readonly shape?: readonly unknown[]
  }[]
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>
  release(): Promise<void>
}

export type OnnxOptions = {
  readonly modelDir: string | undefined
  readonly path: string | undefined
  readonly inputs: readonly TensorInput[] | undefined
}

/** Errors: configuration_invalid (no folder, no runtime), manifest_invalid (no such file, not a model). */
export async function openOnnx({ modelDir, path, inputs }: OnnxOptions): Promise<Protocol> {
  const file = await findModelFile(modelDir, path)
  const runtime = await loadRuntime()
  const session = await runtime.InferenceSession.create(file.path).catch((cause: unknown) => {
    throw new PlatformError(
      'manifest_invalid',
      `The model’s file ${path ?? ''} is no model that onnxruntime can run.`,
      { cause },
    )
  })
  const declared = declaredInputs(session, inputs)

  function attempt(input: JsonValue, _context: JsonValue, timeoutMs: number): Attempt | Promise<Attempt> {
    const tensors = tensorsFrom(input, declared)
    if ('kind' in tensors) return failedAttempt('failed', tensors.detail)
    return runInProcess(() => track(run(tensors)), timeoutMs)
  }

  // A run that was given up goes on in native code, and a session must not be released under it.
  const runs = new Set<Promise<unknown>>()
  function track(started: Promise<unknown>): Promise<unknown> {
    runs.add(started)
    const forget = () => runs.delete(started)
    started.then(forget, forget)
    return started
  }

  async function close(): Promise<void> {
    await Promise.allSettled(runs)
    await session.release()
  }

  async function run(tensors: readonly Tensor[]): Promise<unknown> {
    const feeds = Object.fromEntries(tensors.map((tensor) => [tensor.name, feed(tensor)]))
    const outputs = await session.run(feeds)
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, outputValue(tensor)]))
  }

  function feed({ name, datatype, data, shape }: Tensor): OnnxTensor {
    const { type, elements } = onnxElements(datatype, data)
    return new runtime.Tensor(type, elements, shapeFor(session, name, shape))
  }

  return { target: path ?? file.path, attempt, close }
}

/** Throws what becomes "the model's code threw": outputs that are no tensors of numbers, texts or booleans. */
function outputValue({ type, data, dims }: OnnxTensor): JsonValue {
  const value = valueFrom(dims, onnxNumbers(type, data))
  if (typeof value === 'object' && value !== null && 'kind' in value)
    throw new TypeError('An output has no usable shape.')
  return value
}

async function loadRuntime(): Promise<Runtime> {
  // Not a literal, so that neither the compiler nor a bundler asks for a package that need not be there.
  const name = 'onnxruntime-node'
  try {
    const loaded = (await import(/* @vite-ignore */ name)) as Runtime & { readonly default?: Runtime }
    return loaded.default ?? loaded
  } catch (cause) {
    throw new PlatformError(
      'configuration_invalid',
      'ONNX models need the package onnxruntime-node, which is not installed.',
      {
        cause,
        hint: 'npm install onnxruntime-node, then start the server again.',
      },
    )
  }
}

const datatypes: Readonly<Record<string, Datatype>> = {
  float32: 'FP32',
  float64: 'FP64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  bool: 'BOOL',
  string: 'BYTES',
}

/** The manifest's inputs, or the model's own; the model knows its types when the manifest does not say. */
function declaredInputs(session: Session, inputs: readonly TensorInput[] | undefined): readonly TensorInput[] {
  const wanted = inputs ?? session.inputNames.map((name): TensorInput => ({ name }))
  return wanted.map((input) => {
    const type = session.inputMetadata?.find(({ name }) => name === input.name)?.type
    if (input.datatype === 'FP16') throw unsupported(input.name)
    const datatype = input.datatype ?? (type === undefined ? undefined : datatypes[type])
    return datatype === undefined ? input : { ...input, datatype }
  })
}

/** `shape` has a batch dimension in front; a model that was made without one says so by its rank. */
function shapeFor(session: Session, name: string, shape: readonly number[]): readonly number[] {
  const rank = session.inputMetadata?.find((input) => input.name === name)?.shape?.length
  if (rank === undefined || shape.length <= rank) return shape
  const surplus = shape.length - rank
  return shape.slice(0, surplus).every((dim) => dim === 1) ? shape.slice(surplus) : shape
}

function unsupported(name: string): PlatformError {
  return new PlatformError(
    'manifest_invalid',
    `The model's input ${name} is FP16, which is not supported in this process.`,
    {
      hint: 'Convert that input of the model to FP32, or run the model behind a server that speaks oip-v2.',
    },
  )
}
