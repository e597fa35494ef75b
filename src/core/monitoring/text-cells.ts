// What is counted of a text column. The unit is the text, never the word: words of one text hang together, and a test that took
// them for independent would alarm by chance. So each feature is a distribution over texts, in fixed cells.

import type { NumericLayout } from './column-cells.ts'
import { type Moments, mergeMoments, noMoments } from '#core/stats/moments.ts'

export type TextLayout = {
  readonly kind: 'text'
  /** Of the length in characters (code points). */
  readonly length: NumericLayout
  /** The languages of the reference, most frequent first, as tinyld codes; one cell each, then OTHER. */
  readonly languages: readonly string[]
  readonly vocabulary: Vocabulary
  readonly bigrams: BigramDesign
}

/** Words of the reference in lower case, bounded. */
export type Vocabulary = {
  /** The 50 000 that occur in most texts. */
  readonly words: readonly string[]
  /** Those frequent enough that a word one letter off is rather a typo. */
  readonly frequent: readonly string[]
}

/**
 * How the bigrams of one text hang together in the reference, for each number of cells that the table is folded to. The effect
 * is the variance of a text's weights against that of one bigram per text; the spread says how unequal the directions are
 * (squared coefficient of variation of the eigenvalues). Both are what Rao and Scott's correction needs: see bigram-drift.ts.
 */
export type BigramDesign = readonly { readonly cells: number; readonly effect: number; readonly spread: number }[]

/** Cells of a share within one text: none; up to 5 %; 10 %; 20 %; 35 %; 50 %; more. */
export const shareEdges: readonly number[] = [Number.MIN_VALUE, 0.05, 0.1, 0.2, 0.35, 0.5]

/** The dominant script of the letters, in the order of the cells. */
export const scripts = [
  'none',
  'Latin',
  'Cyrillic',
  'Greek',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Thai',
  'Han',
  'Kana',
  'Hangul',
  'other',
] as const
export type Script = (typeof scripts)[number]

export const bigramCells = 256

/** Additive. Every table sums to the number of texts. */
export type TextCells = {
  readonly length: Float64Array
  readonly lengthFine: Float64Array
  lengthMoments: Moments
  /** Languages of the layout, then OTHER. */
  readonly language: Float64Array
  readonly script: Float64Array
  /** Of words the reference does not know, and so on: `shareEdges` cells. */
  readonly unseenWords: Float64Array
  readonly typos: Float64Array
  readonly nonAscii: Float64Array
  /** Words that are links or numbers. */
  readonly linksNumbers: Float64Array
  /** Each text spreads a weight of 1 over the hashed cells of its character bigrams. */
  readonly bigrams: Float64Array
  /** Sums over texts, for the figures shown: words, unseen, typos, and so on. */
  readonly totals: {
    words: number
    unseen: number
    typos: number
    characters: number
    nonAscii: number
    linksNumbers: number
  }
}

/** Of one text. Shares lie in [0,1] and are 0 for a text without words. */
export type TextFeatures = {
  readonly length: number
  readonly language: string
  readonly script: Script
  readonly words: number
  readonly unseen: number
  readonly typos: number
  readonly characters: number
  readonly nonAscii: number
  readonly linksNumbers: number
  /** Cell numbers below `bigramCells`, one per bigram. */
  readonly bigrams: readonly number[]
}

export function emptyTextCells(layout: TextLayout): TextCells {
  const shares = () => new Float64Array(shareEdges.length + 1)
  return {
    length: new Float64Array(layout.length.edges.length + 1),
    lengthFine: new Float64Array(layout.length.fineEdges.length + 1),
    lengthMoments: noMoments,
    language: new Float64Array(layout.languages.length + 1),
    script: new Float64Array(scripts.length),
    unseenWords: shares(),
    typos: shares(),
    nonAscii: shares(),
    linksNumbers: shares(),
    bigrams: new Float64Array(bigramCells),
    totals: { words: 0, unseen: 0, typos: 0, characters: 0, nonAscii: 0, linksNumbers: 0 },
  }
}

/** Errors: RangeError for cells of different layouts. */
export function mergeTextCells(a: TextCells, b: TextCells): TextCells {
  return {
    length: addCounts(a.length, b.length),
    lengthFine: addCounts(a.lengthFine, b.lengthFine),
    lengthMoments: mergeMoments(a.lengthMoments, b.lengthMoments),
    language: addCounts(a.language, b.language),
    script: addCounts(a.script, b.script),
    unseenWords: addCounts(a.unseenWords, b.unseenWords),
    typos: addCounts(a.typos, b.typos),
    nonAscii: addCounts(a.nonAscii, b.nonAscii),
    linksNumbers: addCounts(a.linksNumbers, b.linksNumbers),
    bigrams: addCounts(a.bigrams, b.bigrams),
    totals: {
      words: a.totals.words + b.totals.words,
      unseen: a.totals.unseen + b.totals.unseen,
      typos: a.totals.typos + b.totals.typos,
      characters: a.totals.characters + b.totals.characters,
      nonAscii: a.totals.nonAscii + b.totals.nonAscii,
      linksNumbers: a.totals.linksNumbers + b.totals.linksNumbers,
    },
  }
}

/** Errors: RangeError for different lengths. */
export function addCounts(a: Float64Array, b: Float64Array): Float64Array {
  if (a.length !== b.length) throw new RangeError(`cells: ${a.length} and ${b.length} do not merge`)
  return a.map((count, cell) => count + (b[cell] ?? 0))
}
