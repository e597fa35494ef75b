// What of a text column is tested: one table per feature, each over texts.

import type { ColumnCells } from './column-cells.ts'
import { judgeBigrams } from './bigram-drift.ts'
import { cellDrift } from './cell-drift.ts'
import type { DriftTable } from './drift.ts'
import { scripts, type TextCells, type TextLayout } from './text-cells.ts'

export function textTables(layout: TextLayout, reference: ColumnCells, live: ColumnCells): readonly DriftTable[] {
  if (reference.text === null || live.text === null) return []
  const sides = { reference: reference.text, live: live.text }
  const n = { reference: textsIn(reference.text), live: textsIn(live.text) }
  const table = (
    feature: DriftTable['feature'],
    key: CellKey,
    show: (cells: TextCells) => number | null,
  ): DriftTable => ({
    feature,
    drift: cellDrift(sides.reference[key], sides.live[key], orderedCells(key, sides.live)),
    tested: { counts: sides.reference[key], ordered: orderedCells(key, sides.live) },
    n,
    shown: { reference: show(sides.reference), live: show(sides.live) },
  })
  const mainScript = indexOfMost(reference.text.script)
  return [
    table('length', 'length', (cells) => (cells.lengthMoments.n === 0 ? null : cells.lengthMoments.mean)),
    // The share of the language, or script, that most texts of the reference are in.
    table('language', 'language', (cells) => share(cells.language[0], textsIn(cells))),
    table('script', 'script', (cells) => share(cells.script[mainScript], textsIn(cells))),
    table('unseen-words', 'unseenWords', ({ totals }) => share(totals.unseen, totals.words)),
    table('typos', 'typos', ({ totals }) => share(totals.typos, totals.words)),
    table('non-ascii', 'nonAscii', ({ totals }) => share(totals.nonAscii, totals.characters)),
    table('links-numbers', 'linksNumbers', ({ totals }) =>
      share(totals.linksNumbers, totals.words + totals.linksNumbers),
    ),
    {
      feature: 'bigrams',
      drift: judgeBigrams(layout.bigrams, sides.reference.bigrams, sides.live.bigrams),
      tested: null,
      n,
      shown: { reference: null, live: null },
    },
  ]
}

type CellKey = 'length' | 'language' | 'script' | 'unseenWords' | 'typos' | 'nonAscii' | 'linksNumbers'

/** Lengths and shares ascend; languages and scripts do not. */
function orderedCells(key: CellKey, cells: TextCells): number {
  return key === 'language' || key === 'script' ? 0 : cells[key].length
}

/** Every text has one script, `none` included. */
function textsIn(cells: TextCells): number {
  return cells.script.reduce((sum, count) => sum + count, 0)
}

function share(part: number | undefined, whole: number): number | null {
  return whole === 0 ? null : (part ?? 0) / whole
}

function indexOfMost(counts: Float64Array): number {
  return scripts.reduce((most, _, at) => ((counts[at] ?? 0) > (counts[most] ?? 0) ? at : most), 0)
}
