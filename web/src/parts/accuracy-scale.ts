// Where weeks and shares lie on the accuracy chart. Pure.

import type { AccuracyRow } from '#wire/use-case.ts'

export type Point = { readonly x: number; readonly y: number }
export type ChartSize = {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export type AccuracyScale = {
  readonly x: (week: string) => number
  readonly y: (share: number) => number
  readonly xTicks: readonly string[]
  readonly yTicks: readonly number[]
}

/** The y-axis spans what is shown, intervals included, in steps of 5 or 10 points; it does not begin at 0, as no bar does. */
export function accuracyScale(rows: readonly AccuracyRow[], size: ChartSize): AccuracyScale {
  const weeks = rows.map((row) => Date.parse(row.week))
  const first = Math.min(...weeks)
  const span = Math.max(Math.max(...weeks) - first, 1)
  const shares = rows.flatMap((row) =>
    [row.final.low, row.final.high, row.model.value].filter((share) => share !== null),
  )
  const step = Math.max(...shares) - Math.min(...shares) > 0.3 ? 0.1 : 0.05
  const bottom = Math.floor(Math.min(...shares) / step) * step
  const top = Math.max(Math.min(1, Math.ceil(Math.max(...shares) / step) * step), bottom + step)
  const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom }
  const ticks = Math.round((top - bottom) / step)
  const every = Math.ceil(rows.length / 8)
  return {
    x: (week) => round(size.left + ((Date.parse(week) - first) / span) * inner.width),
    y: (share) => round(size.top + ((top - share) / (top - bottom)) * inner.height),
    xTicks: rows.filter((_, n) => n % every === 0).map((row) => row.week),
    yTicks: Array.from({ length: ticks + 1 }, (_, n) => bottom + n * step),
  }
}

export function linePath(points: readonly Point[]): string {
  return points.map(({ x, y }, n) => `${n === 0 ? 'M' : 'L'} ${x} ${y}`).join(' ')
}

/** What decided, to tell rows of one week apart. */
export function versionWords(row: AccuracyRow): string {
  return row.modelVersion ?? 'no model'
}

/** Neighbours with the same key, together. */
export function runs<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const found: T[][] = []
  for (const item of items) {
    const current = found.at(-1)
    const before = current?.at(-1)
    if (current !== undefined && before !== undefined && key(before) === key(item)) current.push(item)
    else found.push([item])
  }
  return found
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}
