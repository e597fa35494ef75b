// The decisions that are loaded, as CSV for a spreadsheet.

import type { DecisionSummary } from '#wire/decision.ts'

type Cell = string | number | boolean | null

const columns: readonly (readonly [string, (decision: DecisionSummary) => Cell])[] = [
  ['id', (decision) => decision.id],
  ['use_case', (decision) => decision.useCase],
  ['revision', (decision) => decision.revision],
  ['origin', (decision) => decision.origin],
  ['at', (decision) => decision.at],
  ['status', (decision) => decision.status],
  ['route', (decision) => decision.route],
  ['reason', (decision) => decision.reason],
  ['arm', (decision) => decision.arm],
  ['model', (decision) => decision.model?.name ?? null],
  ['model_version', (decision) => decision.model?.version ?? null],
  ['confidence', (decision) => decision.confidence],
  ['value', (decision) => decision.value],
  ['final_value', (decision) => decision.finalValue],
  ['label', (decision) => decision.label],
  ['duration_ms', (decision) => decision.durationMs],
  ['log_index', (decision) => decision.log.index],
]

/** RFC 4180, with a header line. */
export function decisionsAsCsv(decisions: readonly DecisionSummary[]): string {
  const lines = [
    columns.map(([name]) => name),
    ...decisions.map((decision) => columns.map(([, read]) => csvCell(read(decision)))),
  ]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}

/** A text that a spreadsheet would run as a formula is marked as text: values come from callers. */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
