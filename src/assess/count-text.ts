// Texts are measured one by one, which takes time, so of large files only the kept rows' texts are. What is measured of a row
// also says whether its words were known to the pilot.
//
// Loaded where there are texts: what tells languages takes 40 MB.

import type { ColumnCells, ColumnLayout } from '#core/monitoring/column-cells.ts'
import { countText, textFeatures, wordsOf } from '#core/monitoring/text-features.ts'
import { wordsInOneText } from '#core/monitoring/text-reference.ts'

export type TextCounter = {
  /** Share of the text's words that the pilot does not have; its own row left out where the text is of the pilot. */
  readonly unseen: (text: string) => number
  /** Counts a live text. */
  readonly count: (cells: ColumnCells, text: string | null) => void
}

/** `texts`: the pilot's, from which the layout was made. */
export function textCounter(
  layout: Extract<ColumnLayout, { kind: 'text' }>,
  texts: readonly (string | null)[],
): TextCounter {
  const once = wordsInOneText(texts)
  const measure = textFeatures(layout.vocabulary)
  const known = new Set(layout.vocabulary.words)
  return {
    unseen(text) {
      const words = wordsOf(text)
      if (words.length === 0) return 0
      return words.filter((word) => !known.has(word) || once.has(word)).length / words.length
    },
    count(cells, text) {
      cells.rows += 1
      if (text === null || text === '') cells.nulls += 1
      else if (cells.text !== null) countText(layout, cells.text, measure(text))
    },
  }
}
