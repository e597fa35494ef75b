// The Open Inference Protocol (V2) in front of the pipeline: tensors in, decisions, tensors out.
//
// The first dimension counts the rows; each row becomes one input object, is decided and recorded by itself, and takes
// its place in the output tensors. Besides the output's own members every answer carries `decision_id`, `status`,
// `route`, `reason` and `confidence`, because a client of the gateway needs to know who decides.

import { PlatformError } from '#core/kernel/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '#core/kernel/json.ts'
import { isRefusedName } from '#core/kernel/parse-json.ts'

export type Tensor = {
  readonly name: string
  readonly shape: readonly number[]
  readonly datatype: string
  readonly data: readonly JsonValue[]
}

const rowsMax = 1_000
const datatypes = new Set([
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
])

/** One input object per row. Errors: request_malformed. */
export function rowsOf(body: JsonValue): { readonly id: string | undefined; readonly rows: readonly JsonObject[] } {
  if (!isJsonObject(body) || !Array.isArray(body['inputs']) || body['inputs'].length === 0) {
    throw malformed('"inputs" must be a list of tensors.')
  }
  const id = body['id']
  if (id !== undefined && typeof id !== 'string') throw malformed('"id" must be a string.')
  const tensors = body['inputs'].map(readTensor)
  const count = tensors[0]?.shape[0] ?? 0
  if (count < 1 || count > rowsMax) throw malformed(`The first dimension must be 1 to ${rowsMax}.`)
  const rows = Array.from({ length: count }, (): Record<string, JsonValue> => ({}))
  const names = new Set<string>()
  for (const tensor of tensors) {
    if (names.has(tensor.name)) throw malformed(`Tensor "${tensor.name}" comes twice.`)
    names.add(tensor.name)
    if (tensor.shape[0] !== count) throw malformed(`Tensor "${tensor.name}" has another number of rows than the first.`)
    const width = tensor.shape.slice(1).reduce((product, size) => product * size, 1)
    const flat = flatten(tensor.data)
    if (flat.length !== count * width)
      throw malformed(`Tensor "${tensor.name}" has ${flat.length} values; its shape needs ${count * width}.`)
    for (const [at, row] of rows.entries()) {
      row[tensor.name] =
        tensor.shape.length === 1 || width === 1 ? (flat[at * width] ?? null) : flat.slice(at * width, (at + 1) * width)
    }
  }
  return { id, rows }
}

/** Row-major data comes flat or nested. */
function flatten(data: readonly JsonValue[]): JsonValue[] {
  return data.flatMap((value) => (Array.isArray(value) ? flatten(value) : [value]))
}

function readTensor(value: JsonValue): Tensor {
  if (!isJsonObject(value)) throw malformed('A tensor must be an object.')
  const { name, shape, datatype, data } = value
  if (typeof name !== 'string' || name === '') throw malformed('A tensor has no name.')
  if (isRefusedName(name)) throw malformed(`The tensor name "${name}" is refused.`)
  if (
    !Array.isArray(shape) ||
    shape.length === 0 ||
    !shape.every((size) => Number.isInteger(size) && (size as number) >= 0)
  ) {
    throw malformed(`Tensor "${name}": "shape" must be a list of whole numbers.`)
  }
  if (typeof datatype !== 'string' || !datatypes.has(datatype)) throw malformed(`Tensor "${name}": unknown datatype.`)
  if (!Array.isArray(data)) throw malformed(`Tensor "${name}": "data" must be a list.`)
  return { name, shape: shape as number[], datatype, data }
}

export type RowAnswer = {
  readonly id: string
  readonly status: string
  readonly route: string
  readonly reason: string
  readonly confidence: number | null
  readonly output: JsonValue
}

/** `confidence` is -1 where there is none: tensors have no null. Output members appear when every row has them as a scalar of one type. */
export function tensorsOf(answers: readonly RowAnswer[]): readonly Tensor[] {
  const column = (name: string, datatype: string, data: readonly JsonValue[]): Tensor => ({
    name,
    shape: [answers.length],
    datatype,
    data,
  })
  return [
    column(
      'decision_id',
      'BYTES',
      answers.map(({ id }) => id),
    ),
    column(
      'status',
      'BYTES',
      answers.map(({ status }) => status),
    ),
    column(
      'route',
      'BYTES',
      answers.map(({ route }) => route),
    ),
    column(
      'reason',
      'BYTES',
      answers.map(({ reason }) => reason),
    ),
    column(
      'confidence',
      'FP64',
      answers.map(({ confidence }) => confidence ?? -1),
    ),
    ...outputTensors(
      answers.map(({ output }) => output),
      column,
    ),
  ]
}

function outputTensors(
  outputs: readonly JsonValue[],
  column: (name: string, datatype: string, data: readonly JsonValue[]) => Tensor,
): Tensor[] {
  const objects = outputs.map((output) => (isJsonObject(output) ? output : { output }))
  return Object.keys(objects[0] ?? {}).flatMap((name) => {
    const data = objects.map((object) => object[name] ?? null)
    const datatype = commonDatatype(data)
    return datatype === undefined ? [] : [column(name, datatype, data)]
  })
}

function commonDatatype(data: readonly JsonValue[]): string | undefined {
  if (data.every((value) => typeof value === 'boolean')) return 'BOOL'
  if (data.every((value) => typeof value === 'string')) return 'BYTES'
  return data.every((value) => typeof value === 'number') ? 'FP64' : undefined
}

/** The tensors a client may send, from the input contract; -1 is any number of rows. */
export function inputMetadata(
  schema: unknown,
): readonly { name: string; datatype: string; shape: readonly number[] }[] {
  const properties = (schema as { properties?: Record<string, { type?: unknown }> } | undefined)?.properties ?? {}
  const byType: Record<string, string> = { number: 'FP64', integer: 'INT64', boolean: 'BOOL', string: 'BYTES' }
  return Object.entries(properties).flatMap(([name, { type }]) => {
    const first = Array.isArray(type) ? type.find((each) => each !== 'null') : type
    const datatype = byType[String(first)]
    return datatype === undefined ? [] : [{ name, datatype, shape: [-1] }]
  })
}

function malformed(message: string): PlatformError {
  return new PlatformError('request_malformed', message, {
    hint: 'Send an Open Inference Protocol V2 request: {"inputs": [{"name", "shape", "datatype", "data"}]}.',
  })
}
