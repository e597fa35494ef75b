// What `airworthy assess` says on a terminal: one screen. The verdict in a sentence, the three things that matter most, what
// to do about each, and where the rest is.

import type { Assessment } from '#wire/assessment.ts'
import { formatCount, paint, plain } from './output.ts'

export type ScreenOptions = {
  /** Columns of the terminal. */
  readonly width: number
  /** Files that hold the rest; what was not asked for is offered. */
  readonly html: string | undefined
  readonly json: string | undefined
}

const marks = { ready: '●', gap: '■', insufficient: '○', critical: '■', warning: '▲', notice: '○' } as const
const inks = {
  ready: 'green',
  gap: 'red',
  insufficient: 'gray',
  critical: 'red',
  warning: 'yellow',
  notice: 'gray',
} as const
const words = { ready: 'Ready', gap: 'Gap', insufficient: 'Not enough to say' } as const

const shownMax = 3
/** Lines that each may take, so that all of it fits on 24. */
const linesMax = { headline: 3, message: 2, advice: 2, facts: 2 } as const

export function screenLines(assessment: Assessment, options: ScreenOptions): string[] {
  const width = Math.min(Math.max(options.width, 40), 100)
  const { verdict, headline, findings } = assessment
  const mark = paint(inks[verdict], marks[verdict])
  // A headline may begin with its verdict.
  const sentence = headline.startsWith(words[verdict]) ? headline : `${words[verdict]}. ${headline}`
  const said = wrap(sentence, width - 2, linesMax.headline)
  return [
    ...said.map((line, at) => `${at === 0 ? `${mark} ` : '  '}${paint('bold', line)}`),
    '',
    ...wrap(factsOf(assessment), width, linesMax.facts),
    '',
    ...topFindings(findings).flatMap((finding, at) => findingLines(finding, at + 1, width)),
    ...(findings.length === 0 ? ['Nothing was found that differs from the pilot in a way that matters.'] : []),
    '',
    ...restLines(assessment, options).flatMap((line) => wrap(line, width, 2)),
  ]
}

type Finding = Assessment['findings'][number]

const severities = ['critical', 'warning', 'notice'] as const

/** In their order; but among equally severe ones two of one code say much the same, so others come before the second. */
function topFindings(findings: readonly Finding[]): readonly Finding[] {
  const isFirst = (finding: Finding) => findings.find(({ code }) => code === finding.code) === finding
  return severities
    .map((severity) => findings.filter((finding) => finding.severity === severity))
    .flatMap((equal) => [...equal.filter(isFirst), ...equal.filter((finding) => !isFirst(finding))])
    .slice(0, shownMax)
}

function findingLines({ severity, message, advice }: Finding, number: number, width: number): string[] {
  const head = `${number} ${paint(inks[severity], marks[severity])} `
  const said = wrap(message, width - 4, linesMax.message)
  const todo = wrap(`→ ${advice}`, width - 4, linesMax.advice)
  return [
    ...said.map((line, at) => `${at === 0 ? head : '    '}${line}`),
    ...todo.map((line) => `    ${paint('dim', line)}`),
  ]
}

/** What was compared, and the figure that matters most with its interval. */
function factsOf({ data, columns, drift, performance }: Assessment): string {
  const { reference, live } = data
  const files = `${shortened(reference.name)} (${rowsOf(reference)}) against ${shortened(live.name)} (${rowsOf(live)})`
  const moved = columns.filter((column) => ['act', 'warn'].includes(column.drift.verdict)).length
  const drifted = `${formatCount(moved)} of ${formatCount(drift.columns)} ${drift.columns === 1 ? 'column' : 'columns'} moved`
  const right = data.task === 'regression' ? 'how far off it is' : 'how often it is right'
  return `${files}: ${drifted}; ${performance === null ? `${right} is not known` : rightWords(performance, right)}.`
}

const nameMax = 22

/** Its beginning and its end: what tells files apart. */
function shortened(name: string): string {
  return name.length <= nameMax ? name : `${name.slice(0, nameMax / 2 - 1)}…${name.slice(-nameMax / 2)}`
}

function rowsOf({ rows }: { readonly rows: number }): string {
  return rows === 1 ? '1 row' : `${formatCount(rows)} rows`
}

function rightWords({ reference, live, chunks }: NonNullable<Assessment['performance']>, right: string): string {
  const metric = live.realised?.mae === undefined && live.estimated?.mae === undefined ? 'accuracy' : 'mae'
  const [name, format, unit] =
    metric === 'mae' ? (['mean error', formatCount, ''] as const) : (['accuracy', points, ' %'] as const)
  const realised = live.realised?.[metric]
  const found = realised ?? live.estimated?.[metric]
  if (found === undefined || found.value === null) return `${right} is not known`
  if (realised === undefined && !isTrusted(chunks)) return `${right} live cannot be estimated`
  const { value, low, high } = found
  const interval = low === null || high === null ? '' : ` (${format(low)} to ${format(high)})`
  const pilot = reference[metric]
  const before = pilot === null || pilot === undefined ? '' : `${format(pilot)}${unit}, `
  return `${name} ${before}live ${realised === undefined ? 'estimated ' : ''}${format(value)}${unit}${interval}`
}

/** On most live rows. */
function isTrusted(chunks: NonNullable<Assessment['performance']>['chunks']): boolean {
  const rows = (some: typeof chunks) => some.reduce((sum, { n }) => sum + n, 0)
  return 2 * rows(chunks.filter(({ trustworthy }) => !trustworthy)) <= rows(chunks)
}

function points(share: number): string {
  return (share * 100).toFixed(1)
}

function restLines({ findings, data }: Assessment, { html, json }: ScreenOptions): string[] {
  const top = new Set(topFindings(findings))
  const rest = findings.filter((finding) => !top.has(finding))
  const count = (severity: Finding['severity']) => rest.filter((finding) => finding.severity === severity).length
  const kinds = [
    [count('critical'), 'that forbid going live'],
    [count('warning'), 'to fix or accept knowingly'],
    [count('notice'), 'worth knowing'],
  ] as const
  const more = kinds.flatMap(([n, what]) => (n === 0 ? [] : [`${formatCount(n)} ${what}`]))
  const written = [...(html === undefined ? [] : [html]), ...(json === undefined ? [] : [json])]
  return [
    ...(more.length === 0 ? [] : [`And ${more.join(', ')}.`]),
    ...(data.notes.length === 0 || written.length > 0 ? [] : data.notes.slice(0, 1)),
    written.length > 0
      ? `All of it: ${written.join(' and ')}.`
      : 'All of it: add --html report.html to read it, --json result.json for programs.',
  ]
}

/** Lines of at most `width`; what does not fit into `max` lines ends with …. */
export function wrap(text: string, width: number, max: number): string[] {
  const lines: string[] = []
  let line = ''
  // A figure and its % stay together.
  const words = plain(text)
    .replaceAll(/(?<=\d)\s(?=%)/g, bound)
    .split(/[^\S\u00a0]+/)
  for (const word of words.filter(Boolean)) {
    for (const piece of pieces(word, width)) {
      if (line === '') line = piece
      else if (line.length + 1 + piece.length <= width) line += ` ${piece}`
      else {
        lines.push(line)
        line = piece
      }
    }
  }
  if (line !== '') lines.push(line)
  return upTo(
    max,
    lines.map((each) => each.replaceAll(bound, ' ')),
    width,
  )
}

const bound = '\u00a0'

function upTo(max: number, lines: readonly string[], width: number): string[] {
  if (lines.length <= max) return [...lines]
  const last = lines[max - 1] ?? ''
  // Cut between words where there are any.
  const short = last.length < width ? last : last.slice(0, width - 1).replace(/ \S*$/, '')
  return [...lines.slice(0, max - 1), `${short}…`]
}

/** A name that is longer than a line is cut. */
function pieces(word: string, width: number): string[] {
  if (word.length <= width) return [word]
  return Array.from({ length: Math.ceil(word.length / width) }, (_, at) => word.slice(at * width, (at + 1) * width))
}
