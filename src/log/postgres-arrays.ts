// PostgreSQL's binary form of one-dimensional arrays: a batch goes to the server as a handful of arrays, byte for byte.
//
// The driver would write byte strings as hex in an array's text form: twice the bytes, and quoting on both sides.
// https://github.com/postgres/postgres/blob/REL_15_20/src/backend/utils/adt/arrayfuncs.c (array_recv)

const oids = { int4: 23, text: 25, bytea: 17 } as const

const headBytes = 20

export function byteaArray(items: readonly Uint8Array[]): Buffer {
  return encode(oids.bytea, items)
}

/** Undefined becomes null. */
export function textArray(items: readonly (string | undefined)[]): Buffer {
  return encode(
    oids.text,
    items.map((item) => (item === undefined ? undefined : Buffer.from(item, 'utf8'))),
  )
}

export function int4Array(items: readonly number[]): Buffer {
  const packed = Buffer.allocUnsafe(items.length * 4)
  for (const [at, item] of items.entries()) packed.writeInt32BE(item, at * 4)
  return encode(
    oids.int4,
    items.map((_, at) => packed.subarray(at * 4, at * 4 + 4)),
  )
}

function encode(oid: number, items: readonly (Uint8Array | undefined)[]): Buffer {
  let size = headBytes
  for (const item of items) size += 4 + (item?.length ?? 0)
  const out = Buffer.allocUnsafe(items.length === 0 ? 12 : size)
  out.writeInt32BE(items.length === 0 ? 0 : 1, 0)
  out.writeInt32BE(items.includes(undefined) ? 1 : 0, 4)
  out.writeInt32BE(oid, 8)
  if (items.length === 0) return out
  out.writeInt32BE(items.length, 12)
  // Where the first item counts from.
  out.writeInt32BE(1, 16)
  let at = headBytes
  for (const item of items) {
    out.writeInt32BE(item?.length ?? -1, at)
    at += 4
    if (item === undefined) continue
    out.set(item, at)
    at += item.length
  }
  return out
}
