// Does the view agree with the log? What a decision's row has to say is worked out here from the entries, by rules of its own:
// the row as it was recorded, and, where a person decided, their answer.
//
//   while the log is read     which entries are decisions is noted, a bit an entry; and what people decided, some 150 bytes
//                             each
//   then                      every row of the view is compared with its entry, which is read again; what is noted and no row
//                             has come for is missing in the view
//   up to                     the entry that the view had reached when this began. A server may run meanwhile: what people
//                             decide after that point may stand in a row or not yet
//
// Not compared: counts, labels and figures made from them, queues of actions. `airworthy rebuild` makes all of them anew.

import { BitSet } from './bit-set.ts'
import { parsedEntry, rowProblem, type RecordedDecision, type Settled } from './view-row.ts'
import type { Findings } from './finding.ts'
import { StoreDamaged, type LogSource, type StoredEntry } from './source.ts'
import type { ViewedDecision, ViewSource } from './view-source.ts'

export type ViewFigures = {
  /** Where it was read. */
  readonly name: string
  /** Entries up to which it was compared. */
  readonly entries: number
  /** Decisions whose row is as the log says. */
  readonly agreeing: number
}

type Extent = {
  /** Entries that were read. */
  readonly end: number
  readonly origin: string | undefined
  readonly onProgress: ((done: number, total: number) => void) | undefined
}

const batchEntries = 256

export class ViewCheck {
  readonly #view: ViewSource
  readonly #findings: Findings
  readonly #decisions: BitSet
  readonly #seen: BitSet
  /** By the decision's id. The first counts: a review ends once. */
  readonly #settled = new Map<string, Settled>()
  #agreeing = 0
  #noted = 0
  /** Entries up to which people's decisions are known. */
  #knownUpTo = 0

  constructor(view: ViewSource, findings: Findings, expected: number) {
    this.#view = view
    this.#findings = findings
    this.#decisions = new BitSet(expected)
    this.#seen = new BitSet(expected)
  }

  /** Every entry of the log, in order. */
  note(index: number, type: string, bytes: Uint8Array): void {
    this.#knownUpTo = index + 1
    if (type === 'decision-recorded') {
      this.#decisions.add(index)
      this.#noted++
    }
    if (type === 'review-decided') this.#settle(index, bytes)
  }

  async finish(source: LogSource, { end, origin, onProgress }: Extent): Promise<ViewFigures> {
    const name = this.#view.name
    const projection = await this.#view.projection()
    if (projection && projection.origin !== origin) {
      this.#differs({}, `It is a view of the log ${projection.origin}, and this is ${origin ?? 'unknown'}.`)
      return { name, entries: 0, agreeing: 0 }
    }
    const reached = projection?.position ?? 0
    const upTo = Math.min(reached, end)
    let done = 0
    for await (const rows of this.#view.decisions()) {
      await this.#compare(rows, { source, reached, upTo })
      done += rows.length
      onProgress?.(Math.min(done, this.#noted), this.#noted)
    }
    for (const [first, last] of this.#decisions.rangesWithout(this.#seen)) {
      if (first >= upTo) break
      const through = Math.min(last, upTo - 1)
      const what = first === through ? 'The decision is' : `The decisions of entries ${first} to ${through} are`
      this.#differs({ entry: first }, `${what} not in the view.`)
    }
    await this.#lookBeyond(source, end)
    onProgress?.(this.#noted, this.#noted)
    return { name, entries: upTo, agreeing: this.#agreeing }
  }

  async #compare(rows: readonly ViewedDecision[], { source, reached, upTo }: Comparison): Promise<void> {
    const entries = new Entries(source)
    for (const row of rows) {
      // What came after this began is compared next time.
      if (row.index >= upTo) continue
      const where = { entry: row.index }
      if (this.#seen.has(row.index)) {
        this.#differs(where, 'The view has two decisions of this entry.')
        continue
      }
      this.#seen.add(row.index)
      if (!this.#decisions.has(row.index)) {
        this.#differs(where, `The view has a decision ${row.id} of this entry, which records none.`)
        continue
      }
      const recorded = await entries.decision(row.index)
      // An entry that cannot be read was reported when it was.
      if (!recorded) continue
      const problem = await this.#problemOf(row, recorded, { source, reached, upTo })
      if (problem === undefined) this.#agreeing++
      else this.#differs(where, `Of decision ${recorded.id} ${problem}.`)
    }
  }

  async #problemOf(
    row: ViewedDecision,
    recorded: RecordedDecision,
    { source, reached }: Comparison,
  ): Promise<string | undefined> {
    const settled = () => this.#settled.get(recorded.id)
    const first = settled()
    const problem = rowProblem(row, recorded, first)
    if (problem === undefined) return undefined
    // A person may have decided since: in the row, or on the log and not yet in the row.
    if (first && first.index >= reached) return rowProblem(row, recorded, undefined)
    if (first) return problem
    await this.#readOn(source)
    return settled() ? rowProblem(row, recorded, settled()) : problem
  }

  async #readOn(source: LogSource): Promise<void> {
    const size = await source.size()
    while (this.#knownUpTo < size) {
      const to = Math.min(this.#knownUpTo + batchEntries, size)
      for (const [index, bytes] of await source.entries(this.#knownUpTo, to)) {
        if (bytes && Buffer.from(bytes).includes('"type":"review-decided"')) this.#settle(index, bytes)
      }
      this.#knownUpTo = to
    }
  }

  #settle(index: number, bytes: Uint8Array): void {
    const event = parsedEntry(bytes)
    const { decision, kind, value } = (event?.['data'] ?? {}) as { decision?: string; kind?: string; value?: unknown }
    // A second look at what was done already changes nothing of it.
    if (decision === undefined || kind !== 'decision' || this.#settled.has(decision)) return
    this.#settled.set(decision, { index, value: value ?? null })
  }

  /** A store that ends before its view was put back; a copy may only be older. */
  async #lookBeyond(source: LogSource, end: number): Promise<void> {
    if (!source.payloads) return
    const position = (await this.#view.projection())?.position ?? 0
    const size = await source.size()
    if (position > Math.max(size, end))
      this.#differs(
        {},
        `The view was made from ${position} entries, and the log has ${size}: entries at its end are gone.`,
      )
  }

  #differs(where: { readonly entry?: number }, problem: string): void {
    this.#findings.fault('view-differs', where, problem)
  }
}

type Comparison = {
  readonly source: LogSource
  /** Entries that the view had reached when this began. */
  readonly reached: number
  /** Of them, those that were read. */
  readonly upTo: number
}

/** Entries around a page of rows, read in batches as the log is. */
class Entries {
  readonly #source: LogSource
  #from = -1
  #batch: readonly StoredEntry[] = []

  constructor(source: LogSource) {
    this.#source = source
  }

  /** Undefined when it cannot be read. */
  async decision(index: number): Promise<RecordedDecision | undefined> {
    const from = index - (index % batchEntries)
    if (this.#from !== from) {
      this.#batch = await this.#read(from)
      this.#from = from
    }
    const bytes = this.#batch.find(([at]) => at === index)?.[1]
    return bytes ? (parsedEntry(bytes) as RecordedDecision | undefined) : undefined
  }

  async #read(from: number): Promise<readonly StoredEntry[]> {
    try {
      return await this.#source.entries(from, Math.min(from + batchEntries, await this.#source.size()))
    } catch (error) {
      if (error instanceof StoreDamaged) return []
      throw error
    }
  }
}
