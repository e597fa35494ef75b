// Between the members of a JSON input and tensors: what Open Inference Protocol and ONNX share.
//
// The first dimension is the batch, and the batch is one case: a number becomes [1,1], a list of n becomes [1,n]. On the way
// back a tensor of one element is that element, and the batch dimension goes.

import { isJsonObject, type JsonValue } from '#core/kernel/json.ts'
import type { Endpoint } from '#core/use-case/manifest.ts'
import { unfit, type Unfit } from './attempt.ts'

export type TensorInput = NonNullable<Endpoint['inputs']>[number]
export type Datatype = NonNullable<TensorInput['datatype']>
export type TensorScalar = number | string | boolean

export type Tensor = {
  readonly kind: 'tensor'
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  /** Row-major. */
  readonly data: readonly TensorScalar[]
}

/**
 * Every member by its JSON type, or the members that `declared` names. An input that is no object is the tensor `input`.
 * Reasons name what the manifest declared, never names from the input.
 */
export function tensorsFrom(input: JsonValue, declared: readonly TensorInput[] | undefined): Tensor[] | Unfit {
  const tensors: Tensor[] = []
  for (const { name, field = name, datatype } of declared ?? membersOf(input)) {
    const value = isJsonObject(input) ? memberAt(input, field) : input
    const label = declared ? `The model's input ${name}` : "One of the model's inputs"
    if (value === undefined || value === null) return unfit(`${label} has no value.`)
    const tensor = tensorFrom(value, datatype, { name, label })
    if (tensor.kind === 'unfit') return tensor
    tensors.push(tensor)
  }
  return tensors
}

function membersOf(input: JsonValue): readonly TensorInput[] {
  return isJsonObject(input) ? Object.keys(input).map((name) => ({ name })) : [{ name: 'input' }]
}

/** A member by its name, or by a dotted path when there is none of that name. */
export function memberAt(input: JsonValue, field: string): JsonValue | undefined {
  if (!isJsonObject(input)) return undefined
  if (Object.hasOwn(input, field)) return input[field]
  const dot = field.indexOf('.')
  if (dot === -1 || !Object.hasOwn(input, field.slice(0, dot))) return undefined
  return memberAt(input[field.slice(0, dot)] ?? null, field.slice(dot + 1))
}

function tensorFrom(
  value: JsonValue,
  datatype: Datatype | undefined,
  { name, label }: { name: string; label: string },
): Tensor | Unfit {
  const dims: number[] = []
  for (let level = value; Array.isArray(level); level = (level as readonly JsonValue[])[0] ?? null)
    dims.push(level.length)
  const data: TensorScalar[] = []
  if (!flattenInto(data, value, dims)) return unfit(`${label} is no regular list of numbers, texts or booleans.`)
  const chosen = datatype ?? datatypeOf(data)
  if (!chosen) return unfit(`${label} mixes numbers, texts and booleans.`)
  if (!data.every((item) => isOf(item, chosen))) return unfit(`${label} does not hold ${chosen} values only.`)
  return { kind: 'tensor', name, datatype: chosen, shape: dims.length === 0 ? [1, 1] : [1, ...dims], data }
}

/** Appends the scalars of a nested list in row-major order. False when a part is ragged, null or an object. */
function flattenInto(data: TensorScalar[], value: JsonValue, dims: readonly number[]): boolean {
  const [length, ...inner] = dims
  if (length === undefined) {
    if (value === null || typeof value === 'object') return false
    data.push(value)
    return true
  }
  if (!Array.isArray(value) || value.length !== length) return false
  return (value as readonly JsonValue[]).every((part) => flattenInto(data, part, inner))
}

function datatypeOf(data: readonly TensorScalar[]): Datatype | undefined {
  if (data.every((item) => typeof item === 'number'))
    return data.every(Number.isSafeInteger) && data.length > 0 ? 'INT64' : 'FP64'
  if (data.every((item) => typeof item === 'boolean')) return 'BOOL'
  return data.every((item) => typeof item === 'string') ? 'BYTES' : undefined
}

/** What a JavaScript number can say exactly: of the 64-bit integers, those up to 2^53. */
const integerRanges: Partial<Record<Datatype, readonly [number, number]>> = {
  INT8: [-128, 127],
  INT16: [-32_768, 32_767],
  INT32: [-2_147_483_648, 2_147_483_647],
  INT64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  UINT8: [0, 255],
  UINT16: [0, 65_535],
  UINT32: [0, 4_294_967_295],
  UINT64: [0, Number.MAX_SAFE_INTEGER],
}

function isOf(item: TensorScalar, datatype: Datatype): boolean {
  if (datatype === 'BYTES') return typeof item === 'string'
  if (datatype === 'BOOL') return typeof item === 'boolean'
  if (typeof item !== 'number') return false
  const range = integerRanges[datatype]
  return range === undefined || (Number.isInteger(item) && item >= range[0] && item <= range[1])
}

/** The JSON value of an output: an element alone, or nested lists by `shape` without the batch dimension. */
export function valueFrom(shape: readonly number[], data: readonly TensorScalar[]): JsonValue | Unfit {
  const size = shape.reduce((product, dim) => product * dim, 1)
  if (!shape.every((dim) => Number.isInteger(dim) && dim >= 0) || size !== data.length) {
    return unfit(`An output has ${data.length} values where its shape asks for ${size}.`)
  }
  // Before nesting: a shape of [1000000000, 0] has no values either.
  if (size === 0) return []
  const [only] = data
  if (size === 1 && only !== undefined) return only
  return nest(data, shape[0] === 1 ? shape.slice(1) : shape)
}

function nest(data: readonly TensorScalar[], shape: readonly number[]): JsonValue {
  const [length = 0, ...inner] = shape
  if (inner.length === 0) return data
  const step = length === 0 ? 0 : data.length / length
  return Array.from({ length }, (_, i) => nest(data.slice(i * step, (i + 1) * step), inner))
}
