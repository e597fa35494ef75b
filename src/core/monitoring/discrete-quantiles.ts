import { decileLevels, fineLevels } from './column-layout.ts'

/**
 * The quantiles that `numericLayout` asks for, of values in memory: at each level the smallest value with at least that share at
 * or below it, which is SQL's `quantile_disc`. Empty for no values.
 */
export function discreteQuantiles(values: readonly number[]): { deciles: number[]; fine: number[] } {
  const sorted = Float64Array.from(values).sort()
  const at = (levels: readonly number[]) =>
    sorted.length === 0 ? [] : levels.map((level) => sorted[Math.max(0, Math.ceil(level * sorted.length) - 1)] ?? 0)
  return { deciles: at(decileLevels), fine: at(fineLevels) }
}
