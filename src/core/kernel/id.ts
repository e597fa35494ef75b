// Identifiers: UUID version 7 (RFC 9562 §5.7), so that ids sort by the time they were made.

import type { Instant } from './instant.ts'

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** The id made at `now` from ten bytes of randomness. Shape: 36 characters, lower case. */
export function uuidV7(now: Instant, random: Uint8Array): string {
  const time = now.toString(16).padStart(12, '0')
  const r = (at: number) => hex[random[at] ?? 0]
  const version = hex[0x70 | ((random[0] ?? 0) & 0x0f)]
  const variant = hex[0x80 | ((random[2] ?? 0) & 0x3f)]
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-${version}${r(1)}-${variant}${r(3)}-${r(4)}${r(5)}${r(6)}${r(7)}${r(8)}${r(9)}`
}

/** When an id was made, to the millisecond. */
export function uuidTime(id: string): Instant {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function isUuid(text: string): boolean {
  return uuid.test(text)
}
