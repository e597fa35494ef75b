// How a file of delimited text is written: its delimiter, its header, from the beginning of it. DuckDB's own detection is not
// used: it guesses on without saying so, and what people need from a bad file is a sentence about what to change.

export type DelimitedForm = {
  readonly delimiter: ',' | ';' | '\t' | '|'
  /** One per column, unique, none empty. */
  readonly names: readonly string[]
  readonly notes: readonly string[]
}
export type SniffResult =
  | { readonly kind: 'form'; readonly form: DelimitedForm }
  | { readonly kind: 'problem'; readonly message: string; readonly hint: string }

const delimiters = [',', ';', '\t', '|'] as const
/** Enough to tell the delimiter and whether the first line is a header. */
const recordsMax = 200

/** `isWhole` says that nothing follows `text`; otherwise its last record may be cut off and is not looked at. */
export function sniffDelimited(text: string, isWhole: boolean): SniffResult {
  const body = text.replace(/^\uFEFF/, '')
  if (body.trim() === '')
    return problem('is empty.', 'Give it a line with the names of the columns, then a line per row.')
  if (body.includes('\0')) return problem('is not text.', 'Use CSV, TSV, JSON, NDJSON (also gzipped) or Parquet.')
  const byDelimiter = delimiters.map((delimiter) => ({ delimiter, records: splitRecords(body, delimiter, isWhole) }))
  // The one by which most lines have as many fields as the header, and more than one; the comma where none splits.
  const [best] = byDelimiter.toSorted((a, b) => fit(b.records) - fit(a.records))
  const records = best?.records ?? []
  const [header, ...rows] = records
  if (best === undefined || header === undefined) {
    return problem('has a first line that does not end.', 'Look for a quotation mark that is opened and never closed.')
  }
  if (looksLikeData(header, rows)) {
    const shown = header.slice(0, 3).join(', ')
    return problem(
      `has no header: its first line looks like data (${shown.slice(0, 80)}${header.length > 3 ? ', …' : ''}).`,
      'Put a line with the names of the columns first.',
    )
  }
  return { kind: 'form', form: { delimiter: best.delimiter, ...uniqueNames(header) } }
}

function problem(message: string, hint: string): SniffResult {
  return { kind: 'problem', message, hint }
}

function fit(records: readonly (readonly string[])[]): number {
  const width = records[0]?.length ?? 0
  if (width < 2) return 0
  const rows = records.slice(1)
  const agreeing = rows.length === 0 ? 1 : rows.filter((row) => row.length === width).length / rows.length
  // Two delimiters that split every line alike are told apart by how much they split.
  return agreeing + Math.min(width, 1000) / 10_000
}

/** Records of RFC 4180: quotes may hold delimiters, line ends and doubled quotes. Blank lines are none. */
function splitRecords(text: string, delimiter: string, isWhole: boolean): string[][] {
  const records: string[][] = []
  let fields: string[] = []
  let at = 0
  while (at < text.length && records.length < recordsMax) {
    const field = readField(text, at, delimiter)
    fields.push(field.value)
    at = field.end + 1
    if (field.end < text.length && text[field.end] === delimiter) continue
    const isCut = field.end >= text.length && !isWhole
    if (!isCut && !(fields.length === 1 && fields[0] === '')) records.push(fields)
    fields = []
    if (text[field.end] === '\r' && text[field.end + 1] === '\n') at += 1
  }
  return records
}

function readField(text: string, from: number, delimiter: string): { value: string; end: number } {
  let end = from
  if (text[from] !== '"') {
    while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1
    return { value: text.slice(from, end), end }
  }
  end += 1
  while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) end += text[end] === '"' ? 2 : 1
  const value = text.slice(from + 1, end).replaceAll('""', '"')
  end += 1
  // What follows a closing quote belongs to no field; DuckDB counts such lines as broken.
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1
  return { value, end }
}

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text))

/** Names of columns are words that their columns do not hold; data are numbers, or values that come again below. */
function looksLikeData(header: readonly string[], rows: readonly (readonly string[])[]): boolean {
  if (rows.length === 0) return header.length > 1 && header.every(isNumber)
  const numbers = header.filter((cell, column) => isNumber(cell) && rows.some((row) => isNumber(row[column] ?? '')))
  // Years and parts may be names of columns, so one number among words says nothing.
  if (numbers.length * 2 >= header.length) return true
  const again = header.filter((cell, column) => cell !== '' && rows.some((row) => row[column] === cell))
  return again.length * 2 >= header.length
}

function uniqueNames(header: readonly string[]): { names: readonly string[]; notes: readonly string[] } {
  const names: string[] = []
  const taken = new Set<string>()
  const notes: string[] = []
  for (const [at, cell] of header.entries()) {
    const wanted = cell.trim() || `column ${at + 1}`
    let name = wanted
    for (let copy = 2; taken.has(name); copy += 1) name = `${wanted} (${copy})`
    taken.add(name)
    names.push(name)
    if (cell.trim() === '') notes.push(`Column ${at + 1} has no name and is called “${name}”.`)
    else if (name !== wanted)
      notes.push(`The name “${wanted}” stands more than once in the header; column ${at + 1} is called “${name}”.`)
  }
  return {
    names,
    notes: notes.length > 5 ? [...notes.slice(0, 5), `${notes.length - 5} more names are empty or doubled.`] : notes,
  }
}
