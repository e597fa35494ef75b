// From the rounds of a scenario to the figure that is shown.

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** `median (lowest–highest)`. */
export function spread(values: readonly number[], digits = 2): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

/**
 * The interval that holds the median of what is measured in at least 95 % of cases, whatever its distribution: between two
 * order statistics, by the sign test. From six values on; before, it has no end.
 */
export function medianInterval(values: readonly number[]): { readonly low: number; readonly high: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const n = sorted.length
  let below = 0
  let tail = 0.5 ** n
  for (let term = tail; tail <= 0.025; tail += term) {
    below++
    term *= (n - below + 1) / below
  }
  return below === 0
    ? { low: -Infinity, high: Infinity }
    : { low: sorted[below - 1] ?? Number.NaN, high: sorted[n - below] ?? Number.NaN }
}
