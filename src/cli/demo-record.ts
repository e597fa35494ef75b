// What the demonstration's replay leaves behind in its folder: that it is done, and what only it could measure.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoAssessment } from './demo-assessment.ts'
import type { WorstWeek } from './demo-figures.ts'

export type ReplayRecord = {
  readonly cases: number
  /** Null when it was resumed: what was decided before is only looked up, which says nothing of deciding. */
  readonly seconds: number | null
  readonly worstWeek: WorstWeek | null
  /** Null until it is made. */
  readonly assessment: DemoAssessment | null
}

export function readRecord(folder: string): ReplayRecord | undefined {
  const file = fileIn(folder)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReplayRecord) : undefined
}

export function writeRecord(folder: string, record: ReplayRecord): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileIn(folder), JSON.stringify(record))
}

function fileIn(folder: string): string {
  return join(folder, 'replay.json')
}
