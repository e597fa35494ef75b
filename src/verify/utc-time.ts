// Times as entries carry them: RFC 3339 in UTC with milliseconds, `2026-11-21T10:00:00.000Z`, and a day that exists.

const form = '0000-00-00T00:00:00.000Z'
const zero = 0x30
/** Per position of the form: the character that must stand there; 0 where a digit does. */
const marks = Uint8Array.from(Buffer.from(form), (byte) => (byte === zero ? 0 : byte))
const daysOf = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** True when `bytes[from, to)` are such a time. */
export function isUtcTime(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== form.length) return false
  for (let i = 0; i < form.length; i++) {
    const byte = bytes[from + i] as number
    const mark = marks[i] as number
    if (mark === 0 ? byte < zero || byte > zero + 9 : byte !== mark) return false
  }
  const two = (at: number) => ((bytes[from + at] as number) - zero) * 10 + (bytes[from + at + 1] as number) - zero
  const year = two(0) * 100 + two(2)
  const month = two(5)
  const day = two(8)
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false
  return two(11) < 24 && two(14) < 60 && two(17) < 60
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : (daysOf[month - 1] ?? 0)
}
