// Many receipts at once: files, folders of them, and exports with one receipt a line (NDJSON with a member `receipt`).

import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Findings, NotCheckable, type Finding, type FindingCode } from './finding.ts'
import { verifyReceipt, type ProvenEntry, type ReceiptKeys } from './receipt.ts'

export type ReceiptVerification = {
  readonly verdict: 'holds' | 'broken'
  readonly receipts: number
  /** The first that hold: enough to see what they are; all are counted. */
  readonly proven: readonly ProvenEntry[]
  readonly holding: number
  readonly findings: readonly Finding[]
  readonly omitted: Partial<Record<FindingCode, number>>
  readonly faults: number
}

export type ReceiptOptions = ReceiptKeys & { readonly findingsPerCode?: number }

const findingsPerCodeDefault = 20
const provenMax = 20
/** Names in a folder that are receipts. */
const receiptName = /\.(?:tlog-proof|ndjson)$/

/** Errors: NotCheckable. */
export async function verifyReceipts(paths: readonly string[], options: ReceiptOptions): Promise<ReceiptVerification> {
  const findings = new Findings(options.findingsPerCode ?? findingsPerCodeDefault)
  const proven: ProvenEntry[] = []
  let receipts = 0
  let holding = 0
  for (const file of paths.flatMap(filesAt)) {
    for await (const receipt of receiptsIn(file)) {
      receipts++
      const entry = verifyReceipt(receipt, options, findings)
      if (!entry) continue
      holding++
      if (proven.length < provenMax) proven.push(entry)
    }
  }
  if (receipts === 0) throw new NotCheckable('source', `There is no receipt in ${paths.join(', ')}.`)
  const verdict = findings.faults === 0 ? 'holds' : 'broken'
  return {
    verdict,
    receipts,
    proven,
    holding,
    findings: findings.list,
    omitted: Object.fromEntries(findings.omitted),
    faults: findings.faults,
  }
}

function filesAt(path: string): string[] {
  if (!existsSync(path)) throw new NotCheckable('source', `There is no file ${path}.`)
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .filter((name) => receiptName.test(name))
    .toSorted()
    .map((name) => join(path, name))
}

async function* receiptsIn(file: string): AsyncGenerator<{ file: string; text: string }> {
  if (!file.endsWith('.ndjson')) {
    yield { file, text: await readFile(file, 'utf8') }
    return
  }
  let number = 0
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number++
    if (line !== '') yield { file: `${file}:${number}`, text: receiptOfLine(line) }
  }
}

/** What is no such line is given on as it is, and found to be no receipt. */
function receiptOfLine(line: string): string {
  try {
    const { receipt } = JSON.parse(line) as { receipt?: unknown }
    return typeof receipt === 'string' ? receipt : line
  } catch {
    return line
  }
}
