// What is counted of a column: constant memory, and merging two counts is adding them. The same cells come from one value after
// another in a stream (`valueCounter`) and from queries over a file, and then they are equal and so is every verdict on them.
//
// A **layout** is fixed from the reference and says where the cells lie; **cells** are counts in that layout. Both files, every
// chunk and every day are counted in the reference's layout.

import type { Moments } from '#core/stats/moments.ts'
import type { ColumnKind } from './assessment.ts'
import type { TextCells, TextLayout } from './text-cells.ts'

export type ColumnLayout =
  | NumericLayout
  | CategoricalLayout
  | TextLayout
  /** Cells: false, true. */
  | { readonly kind: 'boolean' }
  /** No cells of its own: a time that moves on is no drift; nulls and unreadable values are counted. */
  | { readonly kind: 'datetime' }
  /** No cells of its own: ids are new by nature. */
  | { readonly kind: 'id' }

/**
 * Edges ascend strictly and k edges make k+1 cells: cell 0 is everything below edges[0], cell i is [edges[i-1], edges[i]), cell k
 * everything from edges[k-1] on. A value that holds much of the mass has a cell of its own, [v, next double after v).
 */
export type NumericLayout = {
  readonly kind: 'numeric'
  /** At the deciles: at most 10 cells, for the test. */
  readonly edges: readonly number[]
  /**
   * From the minimum to just above the maximum, finer towards the tails: at most 64 cells, for distances and charts. Cell 0
   * is therefore the underflow, the last cell the overflow: what the reference never saw.
   */
  readonly fineEdges: readonly number[]
}

/** Cells: one per label in this order, then OTHER (known, not among the labels), then NEW (not known). */
export type CategoricalLayout = {
  readonly kind: 'categorical'
  /** The most frequent values, most frequent first: at most 64, each more than once (of more than 64 values: 50 times). */
  readonly labels: readonly string[]
  /** Every value of the reference beyond the labels; null where there are too many to keep: then nothing counts as NEW. */
  readonly others: readonly string[] | null
}

/** Additive. `rows` = nulls + invalid + nonFinite + the sum of `cells` (for datetime, id and text: + the good values). */
export type ColumnCells = {
  readonly kind: ColumnKind
  rows: number
  nulls: number
  /** Neither null nor of the column's kind: type errors. */
  invalid: number
  /** NaN, infinities and what is beyond ±`numberMax` in a numeric column. */
  nonFinite: number
  /** In the order the layout says; without nulls and invalid values. Empty for datetime, id and text. */
  readonly cells: Float64Array
  /** Numeric columns: fineEdges.length + 1 cells; else empty. */
  readonly fine: Float64Array
  /** Of the finite values of a numeric column; else empty moments. */
  moments: Moments
  readonly text: TextCells | null
}

/** The pilot's column, kept: the layout made from it and its own counts in it. */
export type ColumnReference = {
  readonly layout: ColumnLayout
  /**
   * For categorical columns and the unseen words of texts counted with each row left out of what is known (a value that occurs
   * once is NEW): else the reference had nothing new by construction and every sample from it would seem to drift.
   */
  readonly cells: ColumnCells
}

/** No measurement is larger; sums of squares of larger numbers overflow. */
export const numberMax = 1e100

/** What a stream or a parser gives; an empty string is a null, as in CSV. */
export type ColumnValue = string | number | bigint | boolean | Date | null | undefined | object
