// Figures and times as people read them. Pure: now and the time zone are handed in, so that tests are the same everywhere.

import type { Proportion } from '#wire/common.ts'

/** Below this many labels a share says more about luck than about the model, so none is shown. */
export const labelsNeeded = 30

const counts = new Intl.NumberFormat('en')
const percents = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const decimals = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

/** 48,211 */
export function formatCount(count: number): string {
  return counts.format(count)
}

/** "1 review", "12 reviews"; `many` only where an s will not do. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** A share in [0,1] as "91.4 %". */
export function formatShare(share: number): string {
  return `${percents.format(share * 100)} %`
}

/** `part` of `whole` as a percentage without decimals; "–" when there is no whole. */
export function formatPart(part: number, whole: number): string {
  if (whole === 0) return '–'
  const share = (part / whole) * 100
  if (part > 0 && share < 1) return '< 1 %'
  if (part < whole && share > 99) return '> 99 %'
  return `${Math.round(share)} %`
}

/** Confidence in [0,1] as "0.94"; never rounded up to a certainty that it is not. */
export function formatConfidence(confidence: number | null): string {
  if (confidence === null) return 'none'
  if (confidence < 1 && confidence > 0.995) return '> 0.99'
  if (confidence > 0 && confidence < 0.005) return '< 0.01'
  return confidence.toFixed(2)
}

/** "91.4 % (90.1–92.6 %, n = 1,204)", or that there is not enough data. */
export function formatProportion(proportion: Proportion): string {
  const { value, low, high, n } = proportion
  if (value === null || low === null || high === null || n < labelsNeeded) return notEnough(n)
  return `${formatShare(value)} (${percents.format(low * 100)}–${percents.format(high * 100)} %, n = ${formatCount(n)})`
}

function notEnough(n: number): string {
  return `not enough data (n = ${formatCount(n)}, needs ${labelsNeeded})`
}

/** Milliseconds as "0.42 ms", "12 ms", "1.3 s", "3 min", "2 h 5 min", "4 d". */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${decimals.format(ms)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${decimals.format(Math.round(ms / 100) / 10)} s`
  const minutes = Math.round(ms / 60_000)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 || days > 3 ? `${days} d` : `${days} d ${hours % 24} h`
}

/** "3 min ago", "in 2 h", "just now". `now` in epoch milliseconds. */
export function formatRelative(instant: string, now: number): string {
  const distance = Date.parse(instant) - now
  if (Math.abs(distance) < 10_000) return 'just now'
  const size = formatDuration(Math.max(1000, Math.floor(Math.abs(distance) / 1000) * 1000))
  return distance < 0 ? `${size} ago` : `in ${size}`
}

/** "3 March 2026, 14:03:09 UTC"; in the reader's own zone unless one is named. */
export function formatExact(instant: string, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  })
    .format(new Date(instant))
    .replace(' at ', ', ')
}

/** "14:03" */
export function formatClock(instant: string, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone }
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', ...zone }).format(new Date(instant))
}

/** The Monday of a week, "2 Mar 2026"; a date without a time belongs to no zone. */
export function formatWeek(date: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
  return format.format(new Date(date))
}

/** "812 B", "3.4 kB", "1.2 MB" */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${decimals.format(Math.round(bytes / 100) / 10)} kB`
  return `${decimals.format(Math.round(bytes / 100_000) / 10)} MB`
}

/** A decided value in words: yes and no for booleans, a dash for none. */
export function formatValue(value: string | number | boolean | null): string {
  if (value === null) return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'number' ? decimals.format(value) : value
}
