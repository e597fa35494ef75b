// The estimate without labels, tried where the truth is known: each chunk of the reference is estimated from all the others and
// compared with what its labels say. If the relation of score and label differs from chunk to chunk by more than chance, it will
// differ live too, and nothing in the live inputs can tell by how much. So what it missed by is added to every band, and where that is
// much, the estimate is not to be trusted.
//
//   τ² = mean of (realised − estimated)² − expected variance, at least 0;   Q = Σ (realised − estimated)²/variance ~ χ²(chunks)

import { chiSquareTail } from '#core/stats/chi-square.ts'
import type { Metric } from './assessment.ts'
import type { EstimatedValues } from './estimate-values.ts'
import type { PerformanceJudge } from './performance-judge.ts'

export type Backtest = {
  readonly metric: Metric
  readonly chunks: number
  /** Chunks where it missed by more than its band. */
  readonly missed: number
  /** Variance beyond chance, of the metric. */
  readonly excess: number
  /** Chance of such misses if the relation were the same in all chunks. */
  readonly pValue: number
}

export const backtestChunksMin = 4
/** More are put together: each costs a fit, and few rows say little. */
const chunksMax = 30
const chunkLabelsMin = 50

/** `whole`: the estimate of the whole reference, for the variance of its calibration. Empty below four labelled chunks. */
export function backtest<Cells>(
  judge: PerformanceJudge<Cells>,
  chunks: readonly Cells[],
  whole: EstimatedValues,
): readonly Backtest[] {
  const tried = gather(judge, chunks)
  if (tried.length < backtestChunksMin) return []
  const results = new Map<Metric, { misses: number[]; variances: number[] }>()
  for (const [i, rest] of withoutEach(tried, (a, b) => judge.sum(a, [b])).entries()) {
    const chunk = tried[i] as Cells
    const estimate = judge.fit(rest, { seed: 0, draws: 0 })?.(chunk)
    const realised = judge.realised(chunk)
    const { n, labelled } = judge.size(chunk)
    for (const [metric, said] of Object.entries(estimate ?? {}) as [Metric, EstimatedValues[Metric]][]) {
      const came = realised[metric]?.value ?? null
      const variance = ((said?.samplingVariance ?? 0) * n) / labelled + (whole[metric]?.calibrationVariance ?? 0)
      if (said === undefined || came === null || !(variance > 0)) continue
      const result = results.get(metric) ?? { misses: [], variances: [] }
      result.misses.push(came - said.value)
      result.variances.push(variance)
      results.set(metric, result)
    }
  }
  return [...results]
    .filter(([, { misses }]) => misses.length >= backtestChunksMin)
    .map(([metric, of]) => summed(metric, of))
}

function summed(metric: Metric, { misses, variances }: { misses: number[]; variances: number[] }): Backtest {
  const ratios = misses.map((miss, i) => miss ** 2 / (variances[i] as number))
  const excess = misses.reduce((sum, miss, i) => sum + miss ** 2 - (variances[i] as number), 0) / misses.length
  return {
    metric,
    chunks: misses.length,
    missed: ratios.filter((ratio) => ratio > 1.96 ** 2).length,
    excess: Math.max(0, excess),
    pValue: chiSquareTail(
      ratios.reduce((sum, ratio) => sum + ratio, 0),
      ratios.length,
    ),
  }
}

/** Neighbours together until there are at most `chunksMax`; those with few labels left out. */
function gather<Cells>(judge: PerformanceJudge<Cells>, chunks: readonly Cells[]): Cells[] {
  const perGroup = Math.ceil(chunks.length / chunksMax)
  const groups: Cells[] = []
  for (let i = 0; i < chunks.length; i += perGroup) {
    groups.push(judge.sum(chunks[i] as Cells, chunks.slice(i + 1, i + perGroup)))
  }
  return groups.filter((group) => judge.size(group).labelled >= chunkLabelsMin)
}

/** For each, the sum of all the others: what comes before it plus what comes after. */
function withoutEach<Cells>(chunks: readonly Cells[], merge: (a: Cells, b: Cells) => Cells): Cells[] {
  const after: Cells[] = []
  for (let i = chunks.length - 1; i > 0; i--) {
    const last = after.at(-1)
    after.push(last === undefined ? (chunks[i] as Cells) : merge(chunks[i] as Cells, last))
  }
  const rests: Cells[] = []
  let before: Cells | undefined
  for (const chunk of chunks) {
    const rest = after.pop()
    if (before !== undefined && rest !== undefined) rests.push(merge(before, rest))
    else rests.push((before ?? rest) as Cells)
    before = before === undefined ? chunk : merge(before, chunk)
  }
  return rests
}
