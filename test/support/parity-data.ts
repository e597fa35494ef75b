// The two files that published monitoring libraries were run on, so that our figures can be held against theirs.

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

const folder = resolve(import.meta.dirname, '../../../shared/data/parity')

export const parityAbsent = existsSync(resolve(folder, 'ref.csv.gz')) ? null : '../shared/data/parity is not there'

export type ParityRow = {
  readonly x1: number
  readonly x2: number
  readonly g: string
  readonly score: number
  readonly decision: number
  readonly y: number
}

/** Plain CSV without quotes: x1, x2, g, score, y_pred, y. */
export function parityRows(file: 'ref' | 'ana'): ParityRow[] {
  const text = gunzipSync(readFileSync(resolve(folder, `${file}.csv.gz`))).toString('utf8')
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [x1, x2, g, score, decision, y] = line.split(',')
      return {
        x1: Number(x1),
        x2: Number(x2),
        g: g ?? '',
        score: Number(score),
        decision: Number(decision),
        y: Number(y),
      }
    })
}
