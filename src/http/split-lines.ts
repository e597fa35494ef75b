// A stream of bytes as lines, without keeping more than one line. A line over the limit becomes an error in its place.

import { PlatformError } from '#core/kernel/errors.ts'

const newline = 0x0a

/** Yields each line without its end; blank lines are skipped. The last line needs no newline. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  lineBytesMax: number,
): AsyncGenerator<Uint8Array | PlatformError> {
  let parts: Uint8Array[] = []
  let length = 0

  function* end(): Generator<Uint8Array | PlatformError> {
    if (length > lineBytesMax) yield tooLong(lineBytesMax)
    else if (length > 0) {
      const line = Buffer.concat(parts, length)
      if (line.some((byte) => byte > 0x20)) yield line
    }
    parts = []
    length = 0
  }

  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, at))
      yield* end()
      from = at + 1
    }
    add(chunk.subarray(from))
  }
  yield* end()

  function add(piece: Uint8Array): void {
    length += piece.length
    // What is over the limit is counted and dropped, so that a line without an end costs no memory.
    if (length <= lineBytesMax) parts.push(piece)
    else parts = []
  }
}

function tooLong(lineBytesMax: number): PlatformError {
  return new PlatformError('request_too_large', `A line is over ${lineBytesMax} bytes.`, {
    hint: 'Send less in one line; contents such as documents belong into storage, with a reference here.',
  })
}
