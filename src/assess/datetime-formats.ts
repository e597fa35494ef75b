// The ways dates are written that are told apart. Order matters: the first that fits a value is its format, and day/month comes
// after month/day only where no value decides – such a column is said to be ambiguous.

export type DatetimeFormat = {
  readonly name: string
  readonly pattern: RegExp
  /** DuckDB's strptime; null where a cast reads it. */
  readonly strptime: string | null
}

const time = String.raw`(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?(?:\d{2})?)?)?`

export const datetimeFormats: readonly DatetimeFormat[] = [
  { name: '2026-11-21', pattern: new RegExp(String.raw`^\d{4}-\d{2}-\d{2}${time}$`), strptime: null },
  { name: '2026/11/21', pattern: /^\d{4}\/\d{1,2}\/\d{1,2}$/, strptime: '%Y/%m/%d' },
  { name: '21.11.2026', pattern: /^\d{1,2}\.\d{1,2}\.\d{4}$/, strptime: '%d.%m.%Y' },
  { name: '21-Nov-26', pattern: /^\d{1,2}-[A-Z][a-z]{2}-\d{2}$/, strptime: '%d-%b-%y' },
  { name: '21-Nov-2026', pattern: /^\d{1,2}-[A-Z][a-z]{2}-\d{4}$/, strptime: '%d-%b-%Y' },
  { name: '11/21/2026', pattern: /^(?:0?[1-9]|1[0-2])\/(?:0?[1-9]|[12]\d|3[01])\/\d{4}$/, strptime: '%m/%d/%Y' },
  { name: '21/11/2026', pattern: /^(?:0?[1-9]|[12]\d|3[01])\/(?:0?[1-9]|1[0-2])\/\d{4}$/, strptime: '%d/%m/%Y' },
  { name: '11/21/26', pattern: /^(?:0?[1-9]|1[0-2])\/(?:0?[1-9]|[12]\d|3[01])\/\d{2}$/, strptime: '%m/%d/%y' },
  { name: '21/11/26', pattern: /^(?:0?[1-9]|[12]\d|3[01])\/(?:0?[1-9]|1[0-2])\/\d{2}$/, strptime: '%d/%m/%y' },
  {
    name: '11/21/2026 13:05',
    pattern: /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d{2}(?::\d{2})?$/,
    strptime: '%m/%d/%Y %H:%M',
  },
]

/** The formats that values are written in, most frequent first. A format that others explain as well is not counted twice. */
export function formatsIn(values: Iterable<string>): { readonly format: DatetimeFormat; readonly n: number }[] {
  const counts = new Map<DatetimeFormat, number>()
  for (const value of values) {
    const format = datetimeFormats.find(({ pattern }) => pattern.test(value.trim()))
    if (format !== undefined) counts.set(format, (counts.get(format) ?? 0) + 1)
  }
  // 21/11/2026 decides that 05/11/2026 is a day of November too.
  for (const [monthFirst, dayFirst] of [
    ['11/21/2026', '21/11/2026'],
    ['11/21/26', '21/11/26'],
  ] as const) {
    const [first, second] = [monthFirst, dayFirst].map((name) => datetimeFormats.find((format) => format.name === name))
    if (first === undefined || second === undefined || !counts.has(second)) continue
    counts.set(second, (counts.get(second) ?? 0) + (counts.get(first) ?? 0))
    counts.delete(first)
  }
  return Array.from(counts, ([format, n]) => ({ format, n })).sort((a, b) => b.n - a.n)
}

/** SQL: the instant that a text says, null where it says none. */
export function instantSql(text: string, formats: readonly DatetimeFormat[]): string {
  const readings = formats.map(({ strptime }) =>
    strptime === null ? `try_cast(${text} as timestamptz)::timestamp` : `try_strptime(trim(${text}), '${strptime}')`,
  )
  return readings.length === 0 ? 'null::timestamp' : `coalesce(${readings.join(', ')})`
}
