// Base64 as the formats of transparency logs have it: standard alphabet, padded, and one spelling for each value.

/** Undefined for text that is not exactly what its bytes would be written as. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

export const encodeBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
