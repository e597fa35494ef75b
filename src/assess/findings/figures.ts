// How figures are said in findings and headlines: rounded to what their interval says, with names in quotation marks.

import type { Estimate, Metric } from '#core/monitoring/assessment.ts'
import { metricWords } from '#core/monitoring/metric-words.ts'

export function percent(share: number | null): string {
  if (share === null) return 'unknown'
  const points = share * 100
  const digits = points > 0 && points < 1 ? 2 : points < 10 && !Number.isInteger(points) ? 1 : 0
  return `${points.toFixed(digits)} %`
}

/** "74 % ± 2", "72.6 % ± 0.4". */
export function shareWithin({ value, low, high }: Estimate): string {
  if (value === null || low === null || high === null) return percent(value)
  const half = halfOf({ value, low, high })
  const digits = digitsOf(half)
  return `${(value * 100).toFixed(digits)} % ± ${(half * 100).toFixed(digits)}`
}

/** At an end (all of them right) the interval goes one way alone. */
function halfOf({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }): number {
  return value <= low || value >= high ? high - low : (high - low) / 2
}

function digitsOf(half: number): number {
  return half < 0.00095 ? 2 : half < 0.0095 ? 1 : 0
}

/** "110 ± 2", "10.8 ± 0.5": as many decimals as half the interval is sure of. */
export function numberWithin({ value, low, high }: Estimate): string {
  if (value === null || low === null || high === null) return value === null ? 'unknown' : figure(value)
  const half = (high - low) / 2
  if (!(half > 0)) return figure(value)
  const size = Math.floor(Math.log10(half))
  // 0.17 is closer to the truth than 0.2; 0.8 is close enough.
  const decimals = Math.min(6, Math.max(0, half / 10 ** size < 2 ? 1 - size : -size))
  const show = (number: number) =>
    number.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
  return `${show(value)} ± ${show(half)}`
}

export function show(metric: Metric, estimate: Estimate): string {
  return metric === 'accuracy' ? shareWithin(estimate) : numberWithin(estimate)
}

/** Without its interval; as exactly as the figure that it is to be compared with. */
export function showValue(metric: Metric, { value }: Estimate, beside?: Estimate): string {
  if (value === null) return 'unknown'
  if (metric !== 'accuracy') return figure(value)
  if (beside === undefined || beside.low === null || beside.high === null) return percent(value)
  const half = halfOf({ value: beside.value ?? Number.NaN, low: beside.low, high: beside.high })
  return `${(value * 100).toFixed(digitsOf(half))} %`
}

export function count(n: number): string {
  return Math.round(n).toLocaleString('en')
}

export function rows(n: number): string {
  return `${count(n)} ${Math.round(n) === 1 ? 'row' : 'rows'}`
}

/** `a, b and c`, and how many more. */
export function list(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map((name) => `“${name}”`)
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** Three figures that count, thousands apart. */
export function figure(value: number): string {
  const rounded = Number(value.toPrecision(3))
  return Math.abs(rounded) >= 1000 && Math.abs(rounded) < 1e15 ? rounded.toLocaleString('en') : String(rounded)
}

/** "half", "a third", else a percentage; never more than all. */
export function fraction(share: number): string {
  const known: readonly (readonly [number, string])[] = [
    [1, 'all'],
    [0.8, 'four fifths'],
    [0.75, 'three quarters'],
    [0.667, 'two thirds'],
    [0.5, 'half'],
    [0.333, 'a third'],
    [0.25, 'a quarter'],
    [0.2, 'a fifth'],
    [0.167, 'a sixth'],
    [0.125, 'an eighth'],
  ]
  const [near] = known
    .filter(([value]) => Math.abs(share - value) <= 0.03)
    .toSorted(([a], [b]) => Math.abs(share - a) - Math.abs(share - b))
  return near?.[1] ?? (share > 0.97 ? 'all' : percent(share))
}

/** "The mean error": a metric at the beginning of a sentence. */
export function wordsOf(metric: Metric): string {
  return startWithCapital(metricWords[metric])
}

export function startWithCapital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
