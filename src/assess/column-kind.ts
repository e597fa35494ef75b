// What kind of column it is, from a sample of the pilot's values, by rules that anybody can check:
//
// 1. nothing in it                                                              → categorical
// 2. `true` and `false` alone                                                   → boolean
// 3. 95 % dates; or 30 % dates (5 % where it is named a date), and the rest are a few words → datetime
// 4. 95 % numbers; or 30 % numbers, more than 20 different, and the rest are a few words → numeric, except
//    whole numbers that never come twice and are named like a key or follow each other → id
// 5. words that (almost) never come twice, without blanks; or named like a key, with over 30 different and at most five that
//    hold blanks → id
// 6. four words or more on average, and half of the values different           → text
// 7. everything else                                                            → categorical
//
// "A few words" is at most 20 shapes, where a shape is the value with every run of digits taken for one.

import { numberOf } from '#core/monitoring/read-value.ts'
import type { ColumnKind } from '#core/monitoring/assessment.ts'
import { datetimeFormats, formatsIn, type DatetimeFormat } from './datetime-formats.ts'
import { numberStyle, readNumber, type NumberStyle } from './read-number.ts'

export type ColumnForm = {
  readonly kind: ColumnKind
  /** Of a datetime column; empty for others. */
  readonly formats: readonly { readonly format: DatetimeFormat; readonly n: number }[]
  /** How numbers are written. */
  readonly numbers: NumberStyle
  /** Words among which plain numbers are no surprise. */
  readonly holdsNumbers: boolean
}

const mostly = 0.95
const partly = 0.3
const seldom = 0.05
const shapesMax = 20
/** From here on a column without repeats is a key rather than chance. */
const idRowsMin = 50

export function columnForm(name: string, values: readonly (string | null)[]): ColumnForm {
  const present = values.filter((value): value is string => value !== null && value.trim() !== '')
  const holdsNumbers = present.some((value) => numberOf(value.trim()) !== null)
  const form = (kind: ColumnKind, more: Partial<ColumnForm> = {}) => ({
    kind,
    formats: [],
    numbers: 'plain' as const,
    holdsNumbers,
    ...more,
  })
  if (present.length === 0) return form('categorical')
  if (present.every((value) => /^(?:true|false)$/i.test(value.trim()))) return form('boolean')
  const isDate = (value: string) => datetimeFormats.some(({ pattern }) => pattern.test(value.trim()))
  if (holds(present, isDate, dateName.test(name.trim()) ? seldom : partly))
    return form('datetime', { formats: formatsIn(present) })
  const numbers = numberStyle(present)
  const isNumber = (value: string) => Number.isFinite(readNumber(value, { numbers }))
  const distinct = new Set(present).size
  if (holds(present, isNumber) && isNumericAfterAll(present, isNumber)) {
    return isKey({ name, present, distinct }) && present.every((value) => /^\s*\d+\s*$/.test(value))
      ? form('id')
      : form('numeric', { numbers })
  }
  if (isWordKey({ name, present, distinct })) return form('id')
  const words = present.reduce((sum, value) => sum + value.trim().split(/\s+/).length, 0) / present.length
  return form(words >= 4 && distinct >= present.length / 2 ? 'text' : 'categorical')
}

/** Most are; or some are and the rest are a few words that stand for something else. */
function holds(values: readonly string[], is: (value: string) => boolean, least = partly): boolean {
  const others = values.filter((value) => !is(value))
  const share = 1 - others.length / values.length
  if (share >= mostly) return true
  return share >= least && new Set(others.map((value) => value.replaceAll(/\d+/g, '9'))).size <= shapesMax
}

/** Grades 1, 2, 3, K are categories; amounts with `see invoice` among them are numbers. */
function isNumericAfterAll(values: readonly string[], isNumber: (value: string) => boolean): boolean {
  const numbers = values.filter((value) => isNumber(value))
  return numbers.length >= mostly * values.length || new Set(numbers).size > 20
}

type Candidate = { readonly name: string; readonly present: readonly string[]; readonly distinct: number }

const dateName = /(?:^|[\s_.-])(?:date|datetime|timestamp)$/i
const keyName = /(?:^|[\s_.-])(?:id|uuid|guid|key|rownames?|row|instant|number|nr|no)$|#$|[a-z]I[dD]$|^index$|^unnamed/i
/** Among keys, what says that there is none: `not known yet`. */
const keylessMax = 5
/** Fewer that come again and again are rather names. */
const keysMin = 30

function isKey({ name, present, distinct }: Candidate): boolean {
  if (distinct < present.length || present.length < 10) return false
  if (keyName.test(name.trim())) return true
  const numbers = present.map(Number).sort((a, b) => a - b)
  const gaps = numbers.slice(1).map((value, at) => value - (numbers[at] ?? 0))
  // Numbered through: the sample of a counter has the same gap everywhere.
  return present.length >= idRowsMin && gaps.every((gap) => gap === gaps[0])
}

function isWordKey({ name, present, distinct }: Candidate): boolean {
  const withBlanks = new Set(present.filter((value) => /\s/.test(value.trim()))).size
  if (keyName.test(name.trim()) && distinct > keysMin && withBlanks <= keylessMax) return present.length >= 10
  return withBlanks === 0 && present.length >= idRowsMin && distinct >= 0.98 * present.length
}
