// A value as a number or as a label: apart from counting, which needs far more than whoever only reads.

import { type ColumnValue, numberMax } from './column-cells.ts'

export type PresentValue = Exclude<ColumnValue, null | undefined>

/** False for NaN too. */
export function isMeasurable(value: number): boolean {
  return Math.abs(value) <= numberMax
}

const decimal = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i
const notFinite = /^\s*[+-]?(nan|inf|infinity)\s*$/i

/** May be NaN or infinite; null for what is no number. Booleans are none, nor is '0x10'. */
export function numberOf(value: PresentValue): number | null {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'string') return null
  if (decimal.test(value)) return Number(value)
  return notFinite.test(value) ? Number.NaN : null
}

export function labelOf(value: PresentValue): string | null {
  return typeof value === 'object' ? null : String(value)
}
