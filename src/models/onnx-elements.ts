// The element types of ONNX tensors as JavaScript holds them, from and to plain numbers, texts and booleans.

import type { Datatype, TensorScalar } from './tensor.ts'

export type OnnxElements =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | readonly string[]

type Encoder = readonly [type: string, encode: (data: readonly TensorScalar[]) => OnnxElements]

/** Without FP16, which has no array type in every runtime that we run on. */
const encoders: Readonly<Partial<Record<Datatype, Encoder>>> = {
  FP32: ['float32', (data) => Float32Array.from(data, Number)],
  FP64: ['float64', (data) => Float64Array.from(data, Number)],
  INT8: ['int8', (data) => Int8Array.from(data, Number)],
  INT16: ['int16', (data) => Int16Array.from(data, Number)],
  INT32: ['int32', (data) => Int32Array.from(data, Number)],
  INT64: ['int64', (data) => BigInt64Array.from(data, BigInt)],
  UINT8: ['uint8', (data) => Uint8Array.from(data, Number)],
  UINT16: ['uint16', (data) => Uint16Array.from(data, Number)],
  UINT32: ['uint32', (data) => Uint32Array.from(data, Number)],
  UINT64: ['uint64', (data) => BigUint64Array.from(data, BigInt)],
  BOOL: ['bool', (data) => Uint8Array.from(data, Number)],
  BYTES: ['string', (data) => data.map(String)],
}

/** Throws for a type that has no encoder. */
export function onnxElements(
  datatype: Datatype,
  data: readonly TensorScalar[],
): { type: string; elements: OnnxElements } {
  const encoder = encoders[datatype]
  if (!encoder) throw new TypeError(`${datatype} is not supported for ONNX models in this process.`)
  return { type: encoder[0], elements: encoder[1](data) }
}

/** Throws for 64-bit integers beyond 2^53: rounded they would be another answer. */
export function onnxNumbers(type: string, elements: OnnxElements): TensorScalar[] {
  const scalars: TensorScalar[] = []
  for (const element of elements) {
    if (typeof element === 'bigint') scalars.push(exactNumber(element))
    else scalars.push(type === 'bool' ? element !== 0 : element)
  }
  return scalars
}

function exactNumber(element: bigint): number {
  const number = Number(element)
  if (!Number.isSafeInteger(number)) throw new RangeError('An output holds an integer beyond 2^53.')
  return number
}
