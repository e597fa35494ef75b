// What `assess` is asked, and what it is lent: paths in, an assessment out. The defaults are here.

import type { JsonValue } from '#core/kernel/json.ts'
import type { AssessmentSettings } from '#core/monitoring/assessment-settings.ts'
import type { JsonSchema } from '#core/use-case/manifest.ts'

export type AssessRequest = {
  /** Files with the data that the pilot was tested on, and with live data. */
  readonly reference: string
  readonly live: string
  readonly options?: AssessOptions
  readonly onProgress?: (progress: AssessProgress) => void
}

export type AssessOptions = Omit<AssessmentSettings, 'robustness'> & {
  /** Of a row; or a check that whoever asks brings along. */
  readonly contract?: JsonSchema | ContractPort
  readonly model?: ModelPort
  /** Columns that the contract and the model are given with each row, and that nobody compares. */
  readonly alongside?: readonly string[]
}

export type AssessProgress = {
  /** What is being done, in a few words. */
  readonly step: string
  /** 0 to 1, over all. Never goes back. */
  readonly share: number
}

export type Row = { readonly [column: string]: JsonValue }

/** A contract of what rows were made from: it is given the columns named in `alongside`. */
export type ContractPort = {
  readonly check: (row: Row) => readonly RowFault[]
  /** What is to be said of the check, once it is done. */
  readonly notes: () => readonly string[]
}
/** `path` is a JSON Pointer into the row. */
export type RowFault = {
  readonly path: string
  readonly rule: string
  readonly message: string
  readonly example: string
}

/**
 * A model that can be asked about a row. Called with a few rows at once, several times at once; an answer per row, in order.
 * A row that the model could not answer is a failure, never a throw.
 */
export type ModelPort = {
  readonly predict: (asked: readonly AskedRow[]) => Promise<readonly ModelPrediction[]>
  /** How many calls of `predict` it bears at once; undefined: as many as are usual. */
  readonly callsAtOnce?: number
  /** Columns that it can only be given as they came. */
  readonly fixed?: readonly string[]
}
export type AskedRow = {
  readonly row: Row
  /** The column whose value is not the one that came; null for the row as it came. */
  readonly disturbed: string | null
}
export type ModelPrediction =
  | { readonly kind: 'answer'; readonly label: string }
  | { readonly kind: 'failure'; readonly reason: string }
  /** It does not answer any more: it is asked nothing further. */
  | { readonly kind: 'gone'; readonly reason: string }
