// How far predicted numbers were off, with 95 % intervals: MAE and bias by Student's t; RMSE as the root of the mean square's
// interval (t as well); R² = 1 − Σe²/Σ(y−ȳ)² by the delta method, whose influence of a row is e²/V − M(y−ȳ)²/V².

import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Estimate, Metrics } from './assessment.ts'
import { type ErrorCells, type ErrorSums, totalErrors } from './error-cells.ts'
import { around, metricEnds, unknown } from './performance-values.ts'

/** Empty without a label. */
export function errorPerformance(cells: ErrorCells): Metrics {
  const sums = totalErrors(cells)
  if (sums.known === 0) return {}
  const square = byStudent(sums.known, sums.error2, sums.error4)
  const all: Metrics = {
    mae: floored(byStudent(sums.known, sums.absolute, sums.error2)),
    rmse: rooted(floored(square)),
    bias: byStudent(sums.known, sums.error, sums.error2),
    r2: explained(sums),
  }
  return Object.fromEntries(Object.entries(all).filter(([, estimate]) => estimate.value !== null))
}

function byStudent(n: number, sum: number, squares: number): Estimate {
  const value = sum / n
  if (n < 2) return { value, low: null, high: null }
  const half = tQuantile(0.975, n - 1) * Math.sqrt(Math.max(0, squares / n - value * value) / (n - 1))
  return { value, low: value - half, high: value + half }
}

function floored({ value, low, high }: Estimate): Estimate {
  return { value, low: low === null ? null : Math.max(0, low), high }
}

function rooted({ value, low, high }: Estimate): Estimate {
  const root = (x: number | null) => (x === null ? null : Math.sqrt(x))
  return { value: root(value), low: root(low), high: root(high) }
}

function explained({ known: n, error2, error4, d, d2, d3, d4, error2d, error2d2 }: ErrorSums): Estimate {
  if (n < 3) return unknown
  const mean = d / n
  const spread = d2 / n - mean * mean
  // Labels that are all the same leave nothing to explain.
  if (!(spread > 1e-12 * (d2 / n))) return unknown
  const square = error2 / n
  const fourth = (d4 - 4 * mean * d3 + 6 * mean * mean * d2) / n - 3 * mean ** 4
  const mixed = (error2d2 - 2 * mean * error2d + mean * mean * error2) / n
  const variance = error4 / n / spread ** 2 - (2 * square * mixed) / spread ** 3 + (square ** 2 * fourth) / spread ** 4
  return around(1 - square / spread, Math.max(0, variance) / (n - 1), metricEnds.r2)
}
