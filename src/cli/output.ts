// What verbs print: the value as JSON for programs, or lines and tables for people.
//
// Results go to stdout, everything said about the work to stderr, so that `--json` can always be piped.

import { styleText } from 'node:util'
import type { Command } from 'commander'

export type OutputOptions = { readonly json?: boolean | undefined }

/** Every verb has `--json`; this is where it is declared. */
export function addJsonOption(command: Command): Command {
  return command.option('--json', 'print the result as JSON')
}

/** Prints `value` as JSON when asked to, else the lines. Lines are made only when they are needed. */
export function print(
  value: unknown,
  options: OutputOptions,
  lines: readonly string[] | (() => readonly string[]),
): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
    return
  }
  const text = typeof lines === 'function' ? lines() : lines
  if (text.length > 0) process.stdout.write(`${text.join('\n')}\n`)
}

/** A remark about the work, for people: on stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

type Style = Parameters<typeof styleText>[0]

/** Colour and weight, only on a terminal and without NO_COLOR (styleText looks at both). */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout })
}

export type Cell = string | number | null | undefined
export type Table = {
  readonly head: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** Columns (from 0) that hold figures and stand to the right. */
  readonly right?: readonly number[]
}

/** A table in lines, columns two spaces apart. An empty cell is shown as `–`. */
export function tableLines({ head, rows, right = [] }: Table): string[] {
  const cells = rows.map((row) => head.map((_, column) => cellText(row[column])))
  const widths = head.map((name, column) => Math.max(width(name), ...cells.map((row) => width(row[column] ?? ''))))
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => pad(text, widths[column] ?? 0, right.includes(column)))
      .join('  ')
      .trimEnd()
  return [paint('bold', line(head)), ...cells.map(line)]
}

/** Control characters are dropped: contents come from others and must not steer the terminal. */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '–'
  return typeof cell === 'number' ? formatCount(cell) : plain(cell)
}

/** Counted by code point: good enough for names and figures, and needs no table of character widths. */
function width(text: string): number {
  return Array.from(text).length
}

function pad(text: string, to: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, to - width(text)))
  return right ? space + text : text + space
}

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** 12345 → 12,345 */
export function formatCount(n: number): string {
  return counts.format(n)
}

/** `1 decision`, `1,204 decisions`. */
export function counted(n: number, what: string): string {
  return `${formatCount(n)} ${what}${n === 1 ? '' : 's'}`
}

/** 0.98765 → 98.8 %; null (nothing to divide by) → –. */
export function formatShare(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${(value * 100).toFixed(1)} %`
}

type Share = {
  readonly n: number
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

/** 98.8 % (98.1–99.2 %, n = 1,204): a share is never shown without its n and its interval. */
export function formatProportion(share: Share): string {
  if (share.n === 0 || share.value === null) return 'no labels yet'
  const interval = `${((share.low ?? 0) * 100).toFixed(1)}–${formatShare(share.high)}`
  return `${formatShare(share.value)} (${interval}, n = ${formatCount(share.n)})`
}

/** 2026-11-21T10:12:13.123Z → 2026-11-21 10:12:13, UTC as stored. */
export function formatTime(instant: string | null | undefined): string {
  return instant ? instant.slice(0, 19).replace('T', ' ') : '–'
}
