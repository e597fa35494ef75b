// How a column writes its numbers, and a number of it as a number: here, and in the database (`numberSql`).
//
//   plain  1234.5     as programs write them
//   point  $1,234.50  45.3 %   1'234.50   grouped, with a currency or a per cent sign, as people and spreadsheets write them
//   comma  1.234,50 €   0,5   the same where the comma is the decimal sign
//
// A column is read as the pilot writes it. `45.3` where it has `45,3` is no number: to guess would make it 453.

import { numberOf } from '#core/monitoring/read-value.ts'
import type { ColumnForm } from './column-kind.ts'
import { quoteText } from './database.ts'

export type NumberStyle = 'plain' | 'point' | 'comma'

const currency = '(?:[€$£¥]|EUR|USD|GBP|CHF)'
const marked = (whole: string, decimals: string) =>
  String.raw`\s*[+-]?\s*(?:${currency}\s*)?[+-]?(?:${whole}|\d+)(?:${decimals}\d+)?\s*(?:${currency}|%)?\s*`
/** Without a cast in the database that knows them. */
const patterns = {
  point: marked(String.raw`\d{1,3}(?:[,'’]\d{3})+`, String.raw`\.`),
  comma: marked(String.raw`\d{1,3}(?:[.'’ ]\d{3})+`, ','),
}
const isPoint = new RegExp(`^${patterns.point}$`)
const isComma = new RegExp(`^${patterns.comma}$`)
/** `23,456`: three digits and no leading zero may be thousands as well as decimals. */
const isGroups = /^\D*[1-9]\d{0,2}(?:,\d{3})+\D*$/

/** From the values that a sample has. */
export function numberStyle(values: readonly string[]): NumberStyle {
  const isPlain = (value: string) => numberOf(value) !== null
  const share = (is: (value: string) => boolean) => values.filter((value) => is(value)).length / values.length
  const withComma = values.filter((value) => value.includes(','))
  // No number of four digits without a mark, so that the mark is one of thousands.
  const isGrouped =
    withComma.every((value) => isGroups.test(value)) &&
    values.some((value) => /^\D*(?:\d{1,3}|\d{1,3}(?:,\d{3}){2,})\D*$/.test(value)) &&
    !values.some((value) => /\d{4}/.test(value))
  if (!isGrouped && withComma.length > values.length / 4 && share((value) => isComma.test(value)) >= 0.95)
    return 'comma'
  return share((value) => !isPlain(value) && isPoint.test(value)) >= 0.05 ? 'point' : 'plain'
}

/** NaN for what is no finite number. */
export function readNumber(value: string | null, form: Pick<ColumnForm, 'numbers'> | undefined): number {
  if (value === null) return Number.NaN
  const style = form?.numbers ?? 'plain'
  const plain = style === 'comma' ? null : numberOf(value)
  if (plain !== null || style === 'plain') return plain ?? Number.NaN
  if (!(style === 'comma' ? isComma : isPoint).test(value)) return Number.NaN
  const digits = value.replaceAll(style === 'comma' ? /[^\d,+-]/g : /[^\d.+-]/g, '').replace(',', '.')
  return Number(digits) / (value.includes('%') ? 100 : 1)
}

/** SQL of the same; null for what is no number. */
export function readNumberSql(text: string, style: NumberStyle): string {
  if (style === 'plain') return `try_cast(${text} as double)`
  const kept = style === 'comma' ? '[^0-9,+-]' : '[^0-9.+-]'
  const digits = `replace(regexp_replace(${text}, '${kept}', '', 'g'), ',', '.')`
  const read = `case when regexp_full_match(${text}, ${quoteText(patterns[style])}) then try_cast(${digits} as double) / case when contains(${text}, '%') then 100 else 1 end end`
  return style === 'comma' ? read : `coalesce(try_cast(${text} as double), ${read})`
}
