// Drift window by window. One window out of line may be a holiday or chance; what lasts is what two of three windows show.

import type { DriftVerdict } from './assessment.ts'
import type { ColumnCells, ColumnReference } from './column-cells.ts'
import { driftRank, driftSetting, judgeDrift } from './drift.ts'

export type ChunkDrift = {
  readonly n: number
  /** Of this window alone. */
  readonly verdict: DriftVerdict
  /** What two of the last three windows that could be judged reach: page somebody on this. */
  readonly lasting: DriftVerdict
  readonly psiCorrected: number | null
  readonly qValue: number | null
}

/**
 * Result [column][chunk]. Each chunk is an evaluation of its own, corrected over its columns. All columns have the same number
 * of chunks, in time order. Errors: RangeError otherwise.
 */
export function judgeChunks(
  columns: readonly { readonly reference: ColumnReference; readonly chunks: readonly ColumnCells[] }[],
  setting = driftSetting,
): ChunkDrift[][] {
  const count = columns[0]?.chunks.length ?? 0
  if (columns.some(({ chunks }) => chunks.length !== count)) throw new RangeError('chunks: as many for every column')
  const byColumn: Omit<ChunkDrift, 'lasting'>[][] = columns.map(() => [])
  for (let chunk = 0; chunk < count; chunk++) {
    const compared = columns.flatMap(({ reference, chunks }) => {
      const live = chunks[chunk]
      return live === undefined ? [] : [{ reference, live }]
    })
    for (const [at, drift] of judgeDrift(compared, setting).entries()) {
      const { verdict, psiCorrected, qValue } = drift
      byColumn[at]?.push({ n: drift.n.live, verdict, psiCorrected, qValue })
    }
  }
  return byColumn.map((chunks) => {
    const lasting = lastingVerdicts(chunks.map(({ verdict }) => verdict))
    return chunks.map((chunk, at) => ({ ...chunk, lasting: lasting[at] ?? 'insufficient' }))
  })
}

/** At each window the second worst verdict of the last three that had data; `insufficient` until two had. */
export function lastingVerdicts(verdicts: readonly DriftVerdict[]): DriftVerdict[] {
  const recent: DriftVerdict[] = []
  return verdicts.map((verdict) => {
    if (verdict !== 'insufficient') recent.push(verdict)
    if (recent.length > 3) recent.shift()
    return recent.toSorted((a, b) => driftRank(b) - driftRank(a))[1] ?? 'insufficient'
  })
}
