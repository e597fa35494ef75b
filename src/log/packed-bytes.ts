// Many byte strings as one buffer, so that a batch crosses to another thread as one transfer.
//
// A structured clone of a small Buffer copies the whole 8 KiB slab it lies in; packing copies each byte once and
// transfers the rest for nothing.

export type Packed = { readonly bytes: Uint8Array<ArrayBuffer>; readonly lengths: Uint32Array<ArrayBuffer> }

export function pack(pieces: readonly Uint8Array[]): Packed {
  let total = 0
  for (const piece of pieces) total += piece.length
  const bytes = new Uint8Array(new ArrayBuffer(total))
  const lengths = new Uint32Array(pieces.length)
  let at = 0
  for (const [position, piece] of pieces.entries()) {
    bytes.set(piece, at)
    at += piece.length
    lengths[position] = piece.length
  }
  return { bytes, lengths }
}

/** Views into the packed bytes, in order; nothing is copied. */
export function unpack(packed: Packed): Uint8Array[] {
  let at = 0
  return Array.from(packed.lengths, (length) => packed.bytes.subarray(at, (at += length)))
}
