// Bundles of entries (C2SP tlog-tiles): each entry with its length before it, two bytes, the higher first.

/** Answers what is wrong with it as a text. */
export function parseBundle(bytes: Uint8Array): readonly Uint8Array[] | string {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    const length = ((bytes[at] as number) << 8) | (bytes[at + 1] ?? 0)
    const end = at + 2 + length
    if (end > bytes.length) return `entry ${entries.length} in it ends after the bundle`
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return entries
}
