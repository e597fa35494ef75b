// YAML (and JSON, which is YAML) into a value that still knows where everything stood.

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type YAMLError } from 'yaml'
import { pointerSegments, type Locate, type ManifestPart, type ManifestProblem } from './manifest-problem.ts'

export type ParsedDocument = {
  /** Undefined when it could not be read at all. */
  readonly value: unknown
  readonly problems: readonly ManifestProblem[]
  readonly locate: Locate
}

/** A file that people write is far smaller; reading YAML is not linear in the worst case. */
const textLengthMax = 1_000_000

export function parseDocument(text: string, file?: string): ParsedDocument {
  const inFile = file === undefined ? {} : { file }
  const fail = (message: string, hint: string): ParsedDocument => ({
    value: undefined,
    problems: [{ severity: 'error', path: '', message, hint, ...inFile }],
    locate: () => undefined,
  })
  if (text.length > textLengthMax)
    return fail(`The file is larger than ${textLengthMax} characters.`, 'Is it the right file?')
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, version: '1.2' })
  const [document] = documents
  if (!('length' in documents) || document === undefined || document.contents === null) {
    return fail('The file is empty.', 'airworthy init writes a manifest to begin with.')
  }
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const problems = [...document.errors, ...document.warnings].map((error): ManifestProblem => ({
    severity: 'error',
    path: '',
    ...wordsFor(error),
    ...inFile,
    ...position(error.pos[0]),
  }))
  const second = documents[1]?.range[0]
  if (second !== undefined) {
    const hint = 'One file declares one use case: put the other into a file of its own.'
    problems.push({
      severity: 'error',
      path: '',
      message: 'The file holds more than one document.',
      hint,
      ...inFile,
      ...position(second),
    })
  }
  const isReadable = document.errors.every((error) => error.code === 'DUPLICATE_KEY')
  const locate: Locate = (path, part) => {
    const offset = offsetOf(document, pointerSegments(path), { part, text })
    return offset === undefined ? undefined : position(offset)
  }
  return { value: isReadable ? valueOf(document, problems) : undefined, problems, locate }
}

function valueOf(document: Document.Parsed, problems: ManifestProblem[]): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch (error) {
    problems.push({
      severity: 'error',
      path: '',
      message: `The file cannot be read: ${(error as Error).message}.`,
      hint: 'Write out what the aliases stand for.',
    })
    return undefined
  }
}

function wordsFor({ code, message }: YAMLError): { message: string; hint?: string } {
  if (code === 'BAD_INDENT') {
    return { message: `The indentation is wrong: ${message}.`, hint: 'Members of one object begin in the same column.' }
  }
  return words[code] ?? { message: `The file cannot be read: ${message.replace(/\.?$/, '.')}` }
}

const words: Readonly<Partial<Record<YAMLError['code'], { message: string; hint: string }>>> = {
  DUPLICATE_KEY: { message: 'This key stands twice in the same place.', hint: 'Keep one of the two.' },
  TAB_AS_INDENT: { message: 'A tab is used for indentation, which YAML does not allow.', hint: 'Use spaces.' },
}

/** Where the value stands, or the nearest one around it. */
function offsetOf(
  document: Document.Parsed,
  segments: readonly string[],
  { part, text }: { part: ManifestPart; text: string },
): number | undefined {
  let node: unknown = document.contents
  let offset = startOf(node)
  for (const [depth, segment] of segments.entries()) {
    const resolved = isAlias(node) ? node.resolve(document) : node
    if (isMap(resolved)) {
      const pair = resolved.items.find(({ key }) => String(isScalar(key) ? key.value : key) === segment)
      if (pair === undefined) return offset
      offset = startOf(pair.key) ?? offset
      if (depth === segments.length - 1 && part.kind === 'key') return offset
      node = pair.value
    } else if (isSeq(resolved)) {
      node = resolved.items[Number(segment)]
    } else {
      return offset
    }
    offset = startOf(node) ?? offset
  }
  return offset === undefined || part.kind === 'key' ? offset : offset + insideText(node, { part, text })
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] | null } | null)?.range?.[0]
}

/** An offset inside a text counts in the file only where the file writes the text as it is: not in blocks, not with escapes. */
function insideText(node: unknown, { part, text }: { part: ManifestPart; text: string }): number {
  if (part.kind === 'key' || part.offset === undefined || !isScalar(node) || typeof node.value !== 'string') return 0
  const start = startOf(node) ?? 0
  const quote = text[start] === '"' || text[start] === "'" ? 1 : 0
  const isAsWritten = text.startsWith(node.value, start + quote)
  return isAsWritten ? quote + part.offset : 0
}
