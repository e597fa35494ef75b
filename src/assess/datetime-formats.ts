// The ways dates are written that are told apart. Order matters: the first that fits a value is its format, and day/month comes
// after month/day only where no value decides – such a column is said to be ambiguous.

export type DatetimeFormat = {
  readonly name: string
  readonly pattern: RegExp
  /** SQL: the instant that a text says, null where it says none. */
  readonly sql: (text: string) => string
}

const iso = String.raw`(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?(?:\d{2})?)?)?`
/** A time of day may follow every date. */
const time = String.raw`(?:,?[T ]\s?\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?: ?[AaPp][Mm])?)?`
const times = ['', ' %H:%M', ' %H:%M:%S', ' %H:%M:%S.%f', ' %I:%M %p', ' %I:%M:%S %p']
const [month, day] = [String.raw`(?:0?[1-9]|1[0-2])`, String.raw`(?:0?[1-9]|[12]\d|3[01])`]
const [shortName, longName] = [
  '[A-Z][a-z]{2}',
  '(?:January|February|March|April|May|June|July|August|September|October|November|December)',
]

/** `dates`: how DuckDB is told to read one, without its time. */
function written(name: string, pattern: string, ...dates: readonly string[]): DatetimeFormat {
  const ways = dates.flatMap((date) => times.map((ofDay) => `'${date}${ofDay}'`)).join(', ')
  return {
    name,
    pattern: new RegExp(`^${pattern}${time}$`),
    // One way of writing the time of day for all that may stand between it and the date.
    sql: (text) => `try_strptime(regexp_replace(trim(${text}), ',?[T ]\\s?(\\d{1,2}:\\d{2})', ' \\1'), [${ways}])`,
  }
}

export const datetimeFormats: readonly DatetimeFormat[] = [
  {
    name: '2026-11-21',
    pattern: new RegExp(String.raw`^\d{4}-\d{2}-\d{2}${iso}$`),
    sql: (text) => `try_cast(${text} as timestamptz)::timestamp`,
  },
  written('2026/11/21', String.raw`\d{4}\/\d{1,2}\/\d{1,2}`, '%Y/%m/%d'),
  written('21.11.2026', String.raw`\d{1,2}\.\d{1,2}\.\d{4}`, '%d.%m.%Y'),
  written('21.11.26', String.raw`\d{2}\.\d{2}\.\d{2}`, '%d.%m.%y'),
  written('21-Nov-26', String.raw`\d{1,2}-${shortName}-\d{2}`, '%d-%b-%y'),
  written('21-Nov-2026', String.raw`\d{1,2}-${shortName}-\d{4}`, '%d-%b-%Y'),
  written('21 Nov 2026', String.raw`\d{1,2} (?:${shortName}|${longName}) \d{4}`, '%d %b %Y', '%d %B %Y'),
  written('Nov 21, 2026', String.raw`(?:${shortName}|${longName}) \d{1,2}, \d{4}`, '%b %d, %Y', '%B %d, %Y'),
  written('11/21/2026', String.raw`${month}\/${day}\/\d{4}`, '%m/%d/%Y'),
  written('21/11/2026', String.raw`${day}\/${month}\/\d{4}`, '%d/%m/%Y'),
  written('11/21/26', String.raw`${month}\/${day}\/\d{2}`, '%m/%d/%y'),
  written('21/11/26', String.raw`${day}\/${month}\/\d{2}`, '%d/%m/%y'),
]

/** Numbers that are dates only where somebody says so. */
export const numberedFormats: readonly DatetimeFormat[] = [
  {
    name: '20261121',
    pattern: /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/,
    sql: (text) => `try_strptime(trim(${text}), '%Y%m%d')`,
  },
  {
    name: 'seconds since 1970',
    pattern: /^\d{9,10}(?:\.\d+)?$/,
    sql: (text) => `epoch_ms((try_cast(${text} as double) * 1000)::bigint)`,
  },
  {
    name: 'milliseconds since 1970',
    pattern: /^\d{12,13}(?:\.\d+)?$/,
    sql: (text) => `epoch_ms(try_cast(${text} as double)::bigint)`,
  },
]

const dayOrMonth = [
  ['11/21/2026', '21/11/2026'],
  ['11/21/26', '21/11/26'],
] as const

/** The formats that values are written in, most frequent first. A format that others explain as well is not counted twice. */
export function formatsIn(
  values: readonly string[],
  formats: readonly DatetimeFormat[] = datetimeFormats,
): { readonly format: DatetimeFormat; readonly n: number }[] {
  const counts = new Map<DatetimeFormat, number>()
  for (const value of values) {
    const format = formats.find(({ pattern }) => pattern.test(value.trim()))
    if (format !== undefined) counts.set(format, (counts.get(format) ?? 0) + 1)
  }
  // 21/11/2026 decides that 05/11/2026 is a day of November too, unless 11/21/2026 says otherwise.
  for (const [monthFirst, dayFirst] of dayOrMonth) {
    const [first, second] = [monthFirst, dayFirst].map((name) => formats.find((format) => format.name === name))
    if (first === undefined || second === undefined || !counts.has(second)) continue
    if (values.some((value) => first.pattern.test(value.trim()) && !second.pattern.test(value.trim()))) continue
    counts.set(second, (counts.get(second) ?? 0) + (counts.get(first) ?? 0))
    counts.delete(first)
  }
  return Array.from(counts, ([format, n]) => ({ format, n })).sort((a, b) => b.n - a.n)
}

/** SQL: the instant that a text says in the first of these ways that fits, null where in none. */
export function instantSql(text: string, formats: readonly DatetimeFormat[]): string {
  return formats.length === 0 ? 'null::timestamp' : `coalesce(${formats.map(({ sql }) => sql(text)).join(', ')})`
}
