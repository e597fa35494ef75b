// Opens a file as a table: finds what it is by its first bytes (names lie), says what is wrong with it in a sentence, and gives
// the SQL by which its rows can be read as often as needed. Nothing of it is kept in memory.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { createGunzip } from 'node:zlib'
import { PlatformError } from '#core/kernel/errors.ts'
import { quoteName, quoteText, type Database } from './database.ts'
import { sniffDelimited, type DelimitedForm } from './sniff-text.ts'

export type Table = {
  /** The file's name, for people. */
  readonly file: string
  /** What stands after FROM. */
  readonly relation: string
  /** The same for the first pass over delimited text: keeps which lines were no rows, and why, in the table that it names. */
  readonly checked: { readonly relation: string; readonly rejects: string; readonly asLatin1: () => Table } | null
  readonly columns: readonly TableColumn[]
  /** What was found odd while opening it, in sentences. */
  readonly notes: readonly string[]
  /** How many rows there are, very roughly; 0 where nothing tells. */
  readonly rowsAbout: number
}
export type TableColumn = {
  readonly name: string
  /** SQL of its value in `relation`; of a text, null for an empty one. */
  readonly sql: string
  /** What the file says it holds; `text` where it says nothing. */
  readonly stored: 'text' | 'number' | 'instant' | 'boolean'
}

const columnsMax = 10_000
const headBytes = 1_000_000
/** DuckDB reads delimited text in pieces of this size, several at once; a line may have 2 MB. Its usual 32 MB only take more memory. */
const pieceBytes = 4_000_000

/** Errors: table_unreadable, always with what to do. */
export async function openTable(database: Database, path: string): Promise<Table> {
  const file = basename(path)
  const { bytes, isWhole, isGzip, size } = await readHead(path, file)
  const source = { database, path, file, isGzip }
  const magic = bytes.subarray(0, 4).toString('latin1')
  if (magic === 'PAR1') return openTyped(source, `read_parquet(${pathText(path)})`)
  if (magic.startsWith('PK')) {
    throw unreadable(`${file} is an Excel or ZIP file.`, 'Save a sheet as CSV (UTF-8); unpack a ZIP; give that file.')
  }
  if (bytes[0] === 0xff || bytes[0] === 0xfe) {
    throw unreadable(`${file} is written in UTF-16.`, 'Save it as UTF-8 and give that file.')
  }
  const encoding = encodingOf(bytes, isWhole)
  const text = new TextDecoder(encoding).decode(
    isWhole ? bytes : bytes.subarray(0, bytes.lastIndexOf(10) + 1 || undefined),
  )
  const [first] = text.trimStart()
  if (first === '{' || first === '[') return openTyped(source, jsonRelation(source))
  const result = sniffDelimited(text, isWhole)
  if (result.kind === 'problem') throw unreadable(`${file} ${result.message}`, result.hint)
  return openDelimited(source, result.form, { encoding, rowsAbout: rowsAbout(bytes, size) })
}

type Source = { readonly database: Database; readonly path: string; readonly file: string; readonly isGzip: boolean }

export function unreadable(message: string, hint: string): PlatformError {
  return new PlatformError('table_unreadable', message, { hint })
}

async function readHead(path: string, file: string) {
  const facts = await stat(path).catch(() => undefined)
  if (facts === undefined) throw unreadable(`There is no file ${file}.`, 'Check the path.')
  if (!facts.isFile()) throw unreadable(`${file} is no file.`, 'Give the file itself.')
  if (facts.size === 0) throw unreadable(`${file} is empty.`, 'Give it a header line and rows.')
  const raw = await readBytes(path, false)
  const isGzip = raw.bytes[0] === 0x1f && raw.bytes[1] === 0x8b
  if (!isGzip) return { ...raw, isGzip, size: facts.size }
  const unpacked = await readBytes(path, true).catch(() => {
    throw unreadable(`${file} is a damaged gzip file.`, 'Pack it again, or give the file unpacked.')
  })
  if (unpacked.bytes.length === 0) throw unreadable(`${file} is empty.`, 'Give it a header line and rows.')
  return { ...unpacked, isGzip, size: 0 }
}

async function readBytes(path: string, unpack: boolean): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const file = createReadStream(path)
  const source = unpack ? file.pipe(createGunzip()) : file
  // A pipe does not hand a failure on.
  if (unpack) file.on('error', (error) => source.destroy(error))
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of source) {
      parts.push(part as Buffer)
      size += (part as Buffer).length
      if (size >= headBytes) return { bytes: Buffer.concat(parts), isWhole: false }
    }
    return { bytes: Buffer.concat(parts), isWhole: true }
  } finally {
    file.destroy()
  }
}

type Encoding = 'utf-8' | 'latin1'

function encodingOf(bytes: Buffer, isWhole: boolean): Encoding {
  try {
    // A character may be cut in two at the end of what was read.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole })
    return 'utf-8'
  } catch {
    return 'latin1'
  }
}

/** DuckDB takes these as patterns for many files. */
function pathText(path: string): string {
  return quoteText(path.replaceAll(/[*?[]/g, '[$&]'))
}

/** From the lines of its beginning. */
function rowsAbout(head: Buffer, size: number): number {
  let lines = 0
  for (const byte of head) if (byte === 10) lines += 1
  return Math.round((size / head.length) * lines)
}

type Text = { readonly encoding: Encoding; readonly rowsAbout: number }

function openDelimited(source: Source, form: DelimitedForm, { encoding, rowsAbout }: Text): Table {
  const { names, delimiter } = form
  if (names.length > columnsMax) throw tooWide(source.file, names.length)
  const columns = names.map((name, at) => ({ name, sql: quoteName(`c${at}`), stored: 'text' as const }))
  const relationIn = (encoding: Encoding, rejects?: string): string => {
    const types = columns.map((_, at) => `'c${at}':'VARCHAR'`).join(',')
    const options = [
      "auto_detect=false, header=true, quote='\"', escape='\"', nullstr='', allow_quoted_nulls=true",
      `delim=${quoteText(delimiter)}, columns={${types}}, compression='${source.isGzip ? 'gzip' : 'none'}'`,
      `buffer_size=${pieceBytes}`,
      // Lines that are no rows are counted, not fatal.
      `ignore_errors=true${encoding === 'latin1' ? ", encoding='latin-1'" : ''}`,
      ...(rejects === undefined
        ? []
        : [`store_rejects=true, rejects_limit=10000, rejects_table='${rejects}', rejects_scan='${rejects}_scan'`]),
    ]
    return `read_csv(${pathText(source.path)}, ${options.join(', ')})`
  }
  const rejects = `rejects_${encoding === 'latin1' ? 'latin' : 'utf'}_${createHash('sha256').update(source.path).digest('hex').slice(0, 12)}`
  return {
    file: source.file,
    relation: relationIn(encoding),
    checked: {
      relation: relationIn(encoding, rejects),
      rejects,
      asLatin1: () => openDelimited(source, form, { encoding: 'latin1', rowsAbout }),
    },
    columns,
    notes:
      encoding === 'latin1'
        ? [...form.notes, `${source.file} is not all UTF-8 and was read as Latin-1; save it as UTF-8.`]
        : form.notes,
    rowsAbout,
  }
}

function tooWide(file: string, columns: number): PlatformError {
  return unreadable(
    `${file} has ${columns.toLocaleString('en')} columns; at most ${columnsMax.toLocaleString('en')} can be assessed.`,
    'Keep the columns that the model reads, its answers and its labels.',
  )
}

function jsonRelation({ path, isGzip }: Source): string {
  const compression = isGzip ? 'gzip' : 'uncompressed'
  return `read_json(${pathText(path)}, format='auto', compression='${compression}', sample_size=100000)`
}

async function openTyped(source: Source, relation: string): Promise<Table> {
  const described = await source.database.rows(`describe select * from ${relation}`).catch((error: unknown) => {
    throw unreadable(
      `${source.file} cannot be read: ${firstLine(error)}`,
      'Correct it there, and check that it was written to its end.',
    )
  })
  const columns = described.flatMap(([name, type]) => flatten(String(name), quoteName(String(name)), String(type)))
  if (columns.length > columnsMax) throw tooWide(source.file, columns.length)
  return { file: source.file, relation, checked: null, columns, notes: [], rowsAbout: 0 }
}

/** Members of a nested object become columns of their own, as `input.amount`. */
function flatten(name: string, sql: string, type: string): TableColumn[] {
  const members = /^STRUCT\((.*)\)$/s.exec(type)?.[1]
  const stored = storedAs(type)
  if (members === undefined)
    return [{ name, sql: stored === 'text' ? `nullif(cast(${sql} as varchar), '')` : sql, stored }]
  return splitMembers(members).flatMap((member) =>
    flatten(`${name}.${member.name}`, `${sql}.${quoteName(member.name)}`, member.type),
  )
}

/** `a INTEGER, "b c" STRUCT(d VARCHAR)` → its members. */
function splitMembers(text: string): { name: string; type: string }[] {
  const members: string[] = []
  let depth = 0
  let isQuoted = false
  let from = 0
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (sign === '"') isQuoted = !isQuoted
    else if (!isQuoted && sign === '(') depth += 1
    else if (!isQuoted && sign === ')') depth -= 1
    else if (!isQuoted && sign === ',' && depth === 0) {
      members.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...members, text.slice(from)].flatMap((member) => {
    const match = /^\s*(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)$/s.exec(member)
    return match === null ? [] : [{ name: (match[1] ?? match[2] ?? '').replaceAll('""', '"'), type: match[3] ?? '' }]
  })
}

function storedAs(type: string): TableColumn['stored'] {
  if (/^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|REAL|DECIMAL)\b/.test(type) && !type.endsWith(']'))
    return 'number'
  if (/^(?:TIMESTAMP|DATE)\b/.test(type) && !type.endsWith(']')) return 'instant'
  return type === 'BOOLEAN' ? 'boolean' : 'text'
}

/** DuckDB's messages go on for a page and name whole paths; the first line says it. */
export function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line
    .replace(/^(?:\w+ )+Error: /, '')
    .trim()
    .replaceAll(/"?(?:[A-Za-z]:)?[\\/][^\s"']*[\\/]([^\s"'\\/]+)"?/g, '$1')
    .slice(0, 200)
}
