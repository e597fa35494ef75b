// Writes an ONNX model of one node, byte by byte: just enough of protobuf and of onnx.proto for tests to need no Python.
// Field numbers: https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto

import { Buffer } from 'node:buffer'

/** TensorProto.DataType */
const elementTypes = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const

type OnnxValue = {
  readonly name: string
  readonly type: keyof typeof elementTypes
  readonly shape: readonly number[]
}
export type OnnxModel = {
  readonly operator: string
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
}

export function onnxFile({ operator, inputs, outputs }: OnnxModel): Buffer {
  const node = message(
    ...inputs.map(({ name }) => text(1, name)),
    ...outputs.map(({ name }) => text(2, name)),
    text(4, operator),
  )
  const graph = message(
    bytes(1, node),
    text(2, 'graph'),
    ...inputs.map((value) => bytes(11, valueInfo(value))),
    ...outputs.map((value) => bytes(12, valueInfo(value))),
  )
  const operatorSet = message(text(1, ''), number(2, 13))
  return message(number(1, 8), bytes(7, graph), bytes(8, operatorSet))
}

function valueInfo({ name, type, shape }: OnnxValue): Buffer {
  const dimensions = message(...shape.map((size) => bytes(1, message(number(1, size)))))
  const tensorType = message(number(1, elementTypes[type]), bytes(2, dimensions))
  return message(text(1, name), bytes(2, message(bytes(1, tensorType))))
}

function message(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields)
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content])
}

function text(field: number, content: string): Buffer {
  return bytes(field, Buffer.from(content, 'utf8'))
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)])
}

function varint(value: number): Buffer {
  const out: number[] = []
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) out.push((rest & 0x7f) | 0x80)
  return Buffer.from([...out, rest])
}
