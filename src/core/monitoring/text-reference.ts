// The reference of a text column, from a sample of its texts.

import type { ColumnReference, NumericLayout } from './column-cells.ts'
import { bigramDesign } from './bigram-drift.ts'
import { emptyCells, numericLayout } from './column-layout.ts'
import { discreteQuantiles } from './discrete-quantiles.ts'
import type { TextFeatures, TextLayout, Vocabulary } from './text-cells.ts'
import { countText, textFeatures, wordsOf } from './text-features.ts'

/**
 * More texts say nothing more about the cells and cost 0.15 ms each, most of it to tell the language: take a random sample
 * (DuckDB: USING SAMPLE … REPEATABLE).
 */
const referenceTextsMax = 20_000
/** For the covariance of bigrams, which costs more. */
const designTextsMax = 5000
const vocabularyMax = 50_000
const frequentMax = 5000
const languagesMax = 16

/**
 * `texts`: the sample, null for a null. Its own unseen words are counted with each text left out of the vocabulary. Give at most
 * `referenceTextsMax`. Errors: RangeError for more.
 */
export function textReference(texts: readonly (string | null)[]): ColumnReference {
  if (texts.length > referenceTextsMax) throw new RangeError(`text reference: ${texts.length} texts, take a sample`)
  const present = texts.map((text) => text ?? '').filter((text) => text !== '')
  const vocabulary = vocabularyOf(present)
  const measure = textFeatures(vocabulary, wordsInOneText(present))
  const features = present.map((text) => measure(text))
  const layout: TextLayout = {
    kind: 'text',
    length: lengthLayout(features),
    languages: mostFrequent(
      features.map(({ language }) => language),
      languagesMax,
    ),
    vocabulary,
    bigrams: bigramDesign(someOf(features, designTextsMax).map(({ bigrams }) => bigrams)),
  }
  const cells = emptyCells(layout)
  cells.rows = texts.length
  cells.nulls = texts.length - present.length
  for (const one of features) if (cells.text !== null) countText(layout, cells.text, one)
  return { layout, cells }
}

/** Words that occur in one text alone: without that text they would be unseen. Nulls and empty texts have none. */
export function wordsInOneText(texts: readonly (string | null)[]): ReadonlySet<string> {
  return new Set(Array.from(textsWith(texts)).flatMap(([word, n]) => (n === 1 ? [word] : [])))
}

function vocabularyOf(texts: readonly string[]): Vocabulary {
  const byTexts = [...textsWith(texts)].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const frequentMin = Math.max(5, texts.length / 1000)
  const wordsOnly = (entries: readonly (readonly [string, number])[]) => entries.map(([word]) => word)
  return {
    words: wordsOnly(byTexts.slice(0, vocabularyMax)),
    frequent: wordsOnly(byTexts.filter(([, n]) => n >= frequentMin).slice(0, frequentMax)),
  }
}

/** Word → in how many texts it occurs. */
function textsWith(texts: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) {
    for (const word of new Set(wordsOf(text ?? ''))) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

/** About `most` of them, chosen by what they hold and not by where they stand: the order of rows must not matter. */
function someOf(features: readonly TextFeatures[], most: number): readonly TextFeatures[] {
  const every = Math.ceil(features.length / most)
  if (every <= 1) return features
  return features.filter(({ bigrams }) => bigrams.reduce((hash, cell) => (hash * 31 + cell) % 65_521, 7) % every === 0)
}

function lengthLayout(features: readonly TextFeatures[]): NumericLayout {
  return numericLayout(discreteQuantiles(features.map(({ length }) => length)))
}

function mostFrequent(values: readonly string[], most: number): string[] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([value]) => value)
}
