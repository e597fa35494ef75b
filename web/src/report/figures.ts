// Figures of a report as people read them: each with its unit and its interval, or "not enough data".

import type { Assessment } from '#wire/assessment.ts'

export type Estimate = NonNullable<Assessment['attribution']>['loss']
export type Metric = Exclude<keyof NonNullable<Assessment['performance']>['reference'], 'n'>

export const notEnough = 'not enough data'

const counts = new Intl.NumberFormat('en')
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 })
const money = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const unitMoney = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

export function formatCount(n: number): string {
  return counts.format(n)
}

/** "1 row", "12 rows". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${counts.format(n)} ${n === 1 ? one : many}`
}

/** A number and its % stay on one line. */
const percent = '\u00a0%'

/** 0.9182 → "91.8 %". Small shares keep a figure that says something. */
export function formatShare(share: number | null): string {
  if (share === null) return '–'
  const size = Math.abs(share)
  if (size >= 0.00005 && size < 0.001) return `${formatFixed(share * 100, 2)}${percent}`
  if (size > rounding && size < 0.00005) return `${share < 0 ? '> −' : '< '}0.01${percent}`
  return `${formatFixed(share * 100, 1)}${percent}`
}

/** What a sum of shares that should be nothing may come to. */
const rounding = 1e-9

/** For axes: "90 %". */
export function formatTick(metric: Metric, value: number): string {
  return percentages.has(metric) ? `${Math.round(value * 100)}${percent}` : formatNumber(value)
}

/** Any other number, in at most four figures that count. */
export function formatNumber(value: number | null): string {
  if (value === null) return '–'
  const size = Math.abs(value)
  const text = size !== 0 && (size < 0.0001 || size >= 1e9) ? value.toExponential(2) : short.format(value)
  return text.replace(/^-/, '−')
}

export function formatFixed(value: number | null, decimals = 3): string {
  // Rounded away to nothing is nothing, without a sign.
  return value === null
    ? '–'
    : value
        .toFixed(decimals)
        .replace(/^-(?=[0.]+$)/, '')
        .replace('-', '−')
}

/** A p or q value: never "0". */
export function formatChance(p: number | null): string {
  if (p === null) return '–'
  return p < 0.001 ? '<\u00a00.001' : p.toFixed(3)
}

/** Metrics that are shares of rows and read as percentages; the others are numbers of their own kind. */
const percentages: ReadonlySet<Metric> = new Set(['accuracy', 'f1', 'precision', 'recall', 'specificity'])
const free: ReadonlySet<Metric> = new Set(['mae', 'rmse', 'bias'])

export function formatMetric(metric: Metric, value: number | null): string {
  if (value === null) return '–'
  if (percentages.has(metric)) return formatShare(value)
  return free.has(metric) ? formatNumber(value) : value.toFixed(3)
}

type Format = (value: number) => string

/** "74.1 % (72.9–75.3 %)"; without an interval the value alone. */
export function formatEstimate({ value, low, high }: Estimate, format: Format = formatShare): string {
  if (value === null) return notEnough
  if (low === null || high === null) return format(value)
  return `${format(value)} (${interval(low, high, format)})`
}

/** "72.9–75.3 %": a unit that both ends share is written once. */
function interval(low: number, high: number, format: Format): string {
  const [from, to] = [format(low).replace(/ points$/, ''), format(high).replace(/ points$/, '')]
  const isPercent = from.endsWith(percent) && to.endsWith(percent)
  return `${isPercent ? from.slice(0, -percent.length) : from} to ${to}`
}

export const asMetric =
  (metric: Metric): Format =>
  (value) =>
    formatMetric(metric, value)

/** A difference of two figures of the metric: of shares in points, of others in their own unit. */
export const asDifference =
  (metric: Metric): Format =>
  (value) =>
    percentages.has(metric) ? `${formatFixed(value * 100, 1)} points` : formatMetric(metric, value)

export function formatMoney(value: number): string {
  if (value === 0) return '0'
  return Math.abs(value) < 100 ? unitMoney.format(value) : money.format(value)
}

/** An instant as a day, "5 Jan 2026"; a row number as it is. */
export function formatPlace(place: string | number): string {
  if (typeof place === 'number') return formatCount(place)
  const at = Date.parse(place)
  if (!/^\d{4}-\d\d-\d\d/.test(place) || Number.isNaN(at)) return place
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    at,
  )
}

/** "21 Nov 2026, 17:49 UTC". */
export function formatInstant(at: string): string {
  return `${formatPlace(at)}, ${at.slice(11, 16)} UTC`
}

/** What a metric can be at all; undefined for those without an end. */
export function boundsOf(metric: Metric): readonly [number, number] | undefined {
  if (free.has(metric) || metric === 'r2') return undefined
  return metric === 'mcc' ? [-1, 1] : [0, 1]
}

export const metricWords: Record<Metric, string> = {
  accuracy: 'accuracy',
  rocAuc: 'ROC AUC',
  f1: 'F1',
  precision: 'precision',
  recall: 'recall',
  specificity: 'specificity',
  averagePrecision: 'average precision',
  mcc: 'Matthews correlation',
  brier: 'Brier score',
  mae: 'mean absolute error',
  rmse: 'root mean squared error',
  bias: 'bias',
  r2: 'R²',
}

/** In the order in which they are shown. */
export const metrics = Object.keys(metricWords) as Metric[]
