// The one pass over a log: entries in bundles of a tile's width, each checked by itself, its payloads beside it, its leaf
// handed to the tree. Gaps are reported as ranges.

import type { EntryCheck } from './entry-check.ts'
import { EventReader } from './event-reader.ts'
import { canonicalValue } from './canonical-value.ts'
import type { Findings } from './finding.ts'
import type { PayloadCheck, PayloadRefs } from './payload-check.ts'
import { BundleDamaged, StoreDamaged, type LogSource, type StoredEntry, type StoredPayload } from './source.ts'
import { tileWidth } from './tree-builder.ts'
import type { TreeCheck } from './tree-check.ts'

export type PassOptions = {
  readonly source: LogSource
  readonly findings: Findings
  readonly entryCheck: EntryCheck
  /** Undefined where payloads are not kept. */
  readonly payloadCheck: PayloadCheck | undefined
  readonly tree: TreeCheck
  /** One above the last index to read. */
  readonly end: number
  /** Only the tree's own hashes are read. */
  readonly withoutEntries: boolean
  readonly onProgress: ((done: number, total: number) => void) | undefined
}

/** A gap longer than this is not walked through: nobody deletes so much and keeps the tiles. */
const walkableGap = 2 ** 20

export class EntryPass {
  readonly #options: PassOptions
  /** Where the gap began that the pass is in. */
  #gapFrom: number | undefined

  constructor(options: PassOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    const { end, withoutEntries, tree, onProgress } = this.#options
    let from = 0
    while (from < end) {
      const to = Math.min(from + tileWidth, end)
      const rows = withoutEntries ? [] : await this.#read(from, to)
      const { leaves, refs } = this.#check(rows, { from, to })
      if (!withoutEntries) await this.#checkPayloads(refs, { from, to })
      await tree.add(leaves)
      from = rows.length === 0 && !withoutEntries ? await this.#afterGap(to) : to
      onProgress?.(Math.min(from, end), end)
    }
    this.#closeGap(end)
  }

  #check(
    rows: readonly StoredEntry[],
    { from, to }: Range,
  ): { leaves: (Uint8Array | undefined)[]; refs: (PayloadRefs | undefined)[] } {
    const { entryCheck, payloadCheck, withoutEntries } = this.#options
    const leaves = Array.from<Uint8Array | undefined>({ length: to - from })
    const refs: (PayloadRefs | undefined)[] = Array.from({ length: to - from })
    let expected = from
    for (const row of rows) {
      const [index, bytes, , hasSubject] = row
      if (index > expected) this.#gapFrom ??= expected
      this.#closeGap(index)
      expected = index + 1
      leaves[index - from] = entryCheck.check(row)
      if (!payloadCheck) continue
      if (bytes) refs[index - from] = entryCheck.payloadRefs(index, bytes)
      if (hasSubject) payloadCheck.hasSubject(index)
    }
    if (expected < to && !withoutEntries) this.#gapFrom ??= expected
    return { leaves, refs }
  }

  #closeGap(before: number): void {
    if (this.#gapFrom === undefined) return
    const first = this.#gapFrom
    this.#gapFrom = undefined
    const what = before - first === 1 ? 'It is not there' : `It and all up to entry ${before - 1} are not there`
    this.#options.findings.fault('entry-missing', { entry: first }, `${what}; the indices of a log have no gaps.`)
  }

  async #afterGap(from: number): Promise<number> {
    const { source, end, tree } = this.#options
    const next = (await source.nextIndex(from)) ?? end
    if (next - from <= walkableGap) return from
    tree.lose()
    return next - (next % tileWidth)
  }

  /** One by one where they cannot be read together, to find out which it is. */
  async #read(from: number, to: number): Promise<readonly StoredEntry[]> {
    const { source, findings } = this.#options
    try {
      return await source.entries(from, to)
    } catch (error) {
      if (!(error instanceof StoreDamaged)) throw error
      if (error instanceof BundleDamaged) {
        findings.fault(error.code, { tile: error.tile, entry: from }, `${error.message}.`)
        return error.entries
      }
      const rows: StoredEntry[] = []
      for (let index = from; index < to; index++) {
        try {
          rows.push(...(await source.entries(index, index + 1)))
        } catch (cause) {
          if (!(cause instanceof StoreDamaged)) throw cause
          findings.fault('store-damaged', { entry: index }, `It cannot be read: ${cause.message}.`)
        }
      }
      return rows
    }
  }

  async #checkPayloads(refs: readonly (PayloadRefs | undefined)[], { from, to }: Range): Promise<void> {
    const { source, payloadCheck, findings } = this.#options
    if (!payloadCheck || !source.payloads) return
    let index = from
    let stored: StoredPayload[] = []
    const judgeUpTo = (next: number) => {
      for (; index < next; index++) {
        payloadCheck.check(index, refs[index - from], stored)
        stored = []
      }
    }
    try {
      for await (const payload of source.payloads.of(from, to)) {
        judgeUpTo(payload.index)
        stored.push(payload)
      }
      judgeUpTo(to)
    } catch (error) {
      if (!(error instanceof StoreDamaged)) throw error
      findings.fault(
        'store-damaged',
        { entry: index, payload: '?' },
        `Payloads of entry ${index} or after it cannot be read: ${error.message}.`,
      )
    }
  }
}

type Range = { readonly from: number; readonly to: number }

/** Erasures declared by entries that came after a verification began: payloads may have gone meanwhile. */
export async function readLaterErasures(source: LogSource, from: number, payloadCheck: PayloadCheck): Promise<void> {
  const reader = new EventReader(undefined)
  const end = await source.size()
  for (let at = from; at < end; at += tileWidth) {
    for (const [index, bytes] of await source.entries(at, Math.min(at + tileWidth, end))) {
      if (bytes === null || reader.read(bytes) || reader.tellingType() !== 'payloads-erased') continue
      const data = canonicalValue(bytes, reader.dataFrom())
      if (data !== undefined) payloadCheck.erasure(index, data)
    }
  }
}
