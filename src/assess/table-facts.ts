// What is odd about the tables themselves, from their samples: what no count of a single column's cells would show.

import type { ColumnForm } from './column-kind.ts'
import { datetimeFormats, formatsIn } from './datetime-formats.ts'
import { columnOf } from './outcome-scale.ts'
import { readNumber } from './read-number.ts'
import type { BothTables, OpenedTable } from './read-both.ts'

export type Count = { readonly hits: number; readonly n: number }
export type Sides = { readonly reference: Count; readonly live: Count }

export type TableFacts = {
  /** Both files hold the same rows. */
  readonly isSame: boolean
  /** Rows that are another row once more. */
  readonly copies: Sides
  /** Columns with text that was decoded wrongly, with an example. */
  readonly garbled: readonly (Sides & { readonly column: string; readonly example: string })[]
  /** Words that mean "nothing here" but are values. */
  readonly placeholders: readonly (Sides & { readonly column: string; readonly word: string })[]
  readonly dateFormats: readonly {
    readonly column: string
    readonly reference: readonly FormatCount[]
    readonly live: readonly FormatCount[]
  }[]
  /** Rows whose values fit one column further left or right. */
  readonly shifted: Sides & { readonly example: readonly string[] }
  readonly units: readonly {
    readonly column: string
    readonly factor: number
    readonly share: number
    readonly examples: readonly number[]
  }[]
}
export type FormatCount = { readonly name: string; readonly n: number }

export function tableFacts(both: BothTables): TableFacts {
  const { reference, live, common, forms } = both
  const texts = common.filter((name) => ['categorical', 'text'].includes(forms.get(name)?.kind ?? ''))
  const dates = common.filter((name) => forms.get(name)?.kind === 'datetime')
  const numbers = common.filter((name) => forms.get(name)?.kind === 'numeric')
  return {
    isSame: isSame(both),
    copies: { reference: reference.sample.copies, live: live.sample.copies },
    garbled: texts.flatMap((column) => garbledIn(column, both)),
    placeholders: common.flatMap((column) => placeholdersIn(column, both)),
    dateFormats: dates.map((column) => formatsOf(column, both)),
    shifted: shiftedRows(both),
    // A score has no unit.
    units: numbers.filter((column) => column !== both.roles.score).flatMap((column) => otherUnits(column, both)),
  }
}

/** As many rows, and the same values in all of an even sample of them. */
function isSame({ reference, live, common, onlyReference, onlyLive }: BothTables): boolean {
  if (onlyReference.length + onlyLive.length > 0 || reference.sample.rows !== live.sample.rows) return false
  return common.every((name) => {
    const [before, now] = [columnOf(reference, name), columnOf(live, name)]
    return before.length === now.length && before.every((value, at) => value === now[at])
  })
}

function bothSides(column: string, { reference, live }: BothTables, is: (value: string) => boolean): Sides {
  const count = (table: OpenedTable): Count => {
    const present = columnOf(table, column).filter((value) => value !== null)
    return { hits: present.filter((value) => is(value)).length, n: present.length }
  }
  return { reference: count(reference), live: count(live) }
}

/** UTF-8 read as Latin-1 or Windows-1252, and the sign for what could not be decoded. */
const mojibake = /[ÃÂ][\u0080-\u00BF€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œ]|â€|\uFFFD/

function garbledIn(column: string, both: BothTables): TableFacts['garbled'] {
  const sides = bothSides(column, both, (value) => mojibake.test(value))
  if (sides.reference.hits + sides.live.hits === 0) return []
  const example = [...columnOf(both.live, column), ...columnOf(both.reference, column)].find(
    (value) => value !== null && mojibake.test(value),
  )
  return [{ column, ...sides, example: (example ?? '').slice(0, 80) }]
}

const placeholder = /^(?:n\/?a|none|null|nil|nan|unknown|unkn|missing|undefined|not available|-+|\?+|#n\/a)$/i

function placeholdersIn(column: string, both: BothTables): TableFacts['placeholders'] {
  const words = new Map<string, number>()
  for (const table of [both.reference, both.live]) {
    for (const value of columnOf(table, column)) {
      if (value !== null && placeholder.test(value.trim())) words.set(value, (words.get(value) ?? 0) + 1)
    }
  }
  const [word] = [...words].sort((a, b) => b[1] - a[1])[0] ?? []
  return word === undefined
    ? []
    : [{ column, word, ...bothSides(column, both, (value) => placeholder.test(value.trim())) }]
}

/** What decides in one file whether the day or the month comes first decides it in the other. */
function formatsOf(column: string, { reference, live }: BothTables): TableFacts['dateFormats'][number] {
  const values = (file: OpenedTable) => columnOf(file, column).filter((value) => value !== null)
  const known = new Set(formatsIn([...values(reference), ...values(live)]).map(({ format }) => format))
  const formats = datetimeFormats.filter((format) => known.has(format))
  const count = (file: OpenedTable) =>
    formatsIn(values(file), formats).map(({ format, n }) => ({ name: format.name, n }))
  return { column, reference: count(reference), live: count(live) }
}

/** A value fits a column if it could be one of its values. */
function fits(form: ColumnForm | undefined, value: string | null): boolean | null {
  if (value === null || form === undefined) return null
  if (form.kind === 'numeric') return Number.isFinite(readNumber(value, form))
  if (form.kind === 'datetime') {
    const formats = [...form.formats.map(({ format }) => format), ...datetimeFormats]
    return formats.some(({ pattern }) => pattern.test(value.trim()))
  }
  if (form.kind === 'boolean') return /^(?:true|false)$/i.test(value.trim())
  // A number is no word, though words may hold digits.
  if (form.kind === 'categorical' || form.kind === 'text')
    return form.holdsNumbers ? null : !Number.isFinite(readNumber(value, undefined))
  return null
}

/** Half of what can be told does not fit where it is, at least three values, and nine in ten fit one column further on. */
function shiftedRows({ reference, live, common, forms }: BothTables): TableFacts['shifted'] {
  const kinds = common.map((name) => forms.get(name))
  let example: string[] = []
  const count = (table: OpenedTable): Count => {
    const columns = common.map((name) => columnOf(table, name))
    let hits = 0
    for (let row = 0; row < table.sample.size; row += 1) {
      const values = columns.map((column) => column[row] ?? null)
      if (!isShifted(kinds, values)) continue
      hits += 1
      if (example.length === 0) example = values.slice(0, 8).map((value) => value ?? '')
    }
    return { hits, n: table.sample.size }
  }
  const sides = { live: count(live), reference: count(reference) }
  return { ...sides, example }
}

function isShifted(kinds: readonly (ColumnForm | undefined)[], values: readonly (string | null)[]): boolean {
  const misfits = misfitsBy(kinds, values, 0)
  if (misfits.wrong < 3 || misfits.wrong * 2 < misfits.told) return false
  return [-1, 1].some((by) => {
    const moved = misfitsBy(kinds, values, by)
    return moved.told >= 3 && moved.wrong <= 0.1 * moved.told
  })
}

function misfitsBy(kinds: readonly (ColumnForm | undefined)[], values: readonly (string | null)[], by: number) {
  let [told, wrong] = [0, 0]
  for (const [at, value] of values.entries()) {
    const fit = fits(kinds[at + by], value)
    if (fit === null) continue
    told += 1
    if (!fit) wrong += 1
  }
  return { told, wrong }
}

const factors = [1000, 100, 1_000_000, 60, 3600, 12, 24, 2.54, 1.609_344, 0.453_592]
/** Fewer values out of place may be anything. */
const misplacedMin = 0.01
/** Another unit leaves a gap. Where a range has grown, values lie between what was usual and what is not. */
const betweenMax = 0.2

/**
 * Live values outside the pilot's usual range that come to lie in the middle of it when they are divided or multiplied by what
 * turns one unit into another. Factors near 1 explain anything, so they need all of the values.
 */
function otherUnits(column: string, { reference, live, forms }: BothTables): TableFacts['units'] {
  const numbers = (table: OpenedTable) =>
    columnOf(table, column)
      .map((value) => readNumber(value, forms.get(column)))
      .filter((value) => Number.isFinite(value) && value !== 0)
  const before = numbers(reference).sort((a, b) => a - b)
  const after = numbers(live)
  if (before.length < 200 || after.length < 50) return []
  const quantile = (share: number) => before[Math.round(share * (before.length - 1))] ?? 0
  const [low, high, first, last] = [quantile(0.1), quantile(0.9), quantile(0.001), quantile(0.999)]
  // Of a column around zero, or one that spans everything, a factor says nothing.
  if (low <= 0 || high / low > 200) return []
  const outside = after.filter((value) => value < first / 2 || value > last * 2)
  const between = after.filter((value) => value < first || value > last).length - outside.length
  if (outside.length < Math.max(10, misplacedMin * after.length) || between > betweenMax * outside.length) return []
  for (const factor of factors.flatMap((one) => [one, 1 / one])) {
    const back = outside.filter((value) => value / factor >= low && value / factor <= high)
    if (back.length >= 0.7 * outside.length) {
      return [{ column, factor, share: outside.length / after.length, examples: back.slice(0, 3) }]
    }
  }
  return []
}
