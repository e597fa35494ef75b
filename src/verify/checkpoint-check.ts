// Every checkpoint against the tree: its form, its signature, its root at its size, the cosignatures of known witnesses.
//
// All of them are compared with one tree, so all of them are consistent with one another, and two that are not show a fork.
// The tree is grown once; the checkpoints are visited as it passes their sizes.

import { base64, isEqual, parseCheckpoint, type Checkpoint } from './checkpoint.ts'
import type { Findings } from './finding.ts'
import type { KeyChain } from './key-chain.ts'
import { cosignedAt, isFrom, isValidSignature, parseSignatureLine, type VerifierKey } from './signed-note.ts'
import type { LogSource, StoredCheckpoint } from './source.ts'

export type CheckpointOptions = {
  readonly source: LogSource
  readonly findings: Findings
  readonly origin: string | undefined
  readonly keys: KeyChain
  readonly witnesses: readonly VerifierKey[]
  /** Kept outside the log by whoever checks it. */
  readonly kept: readonly StoredCheckpoint[]
  /** Checkpoints above are from after this verification began. */
  readonly upTo: number
}

export type WitnessFigure = {
  readonly name: string
  readonly keyId: string
  readonly cosigned: number
  readonly newestSize: number | null
  readonly newestAt: string | null
}

type Parsed = { readonly stored: StoredCheckpoint; readonly checkpoint: Checkpoint }
const batch = 500

export class CheckpointCheck {
  /** Checkpoints whose root is that of the entries. */
  agreeing = 0
  /** All that could be read. */
  seen = 0
  newest: { readonly size: number; readonly root: string } | undefined
  readonly #options: CheckpointOptions
  readonly #witnesses = new Map<VerifierKey, { cosigned: number; newestSize: number | null; newestAt: string | null }>()
  #queue: Parsed[] = []
  #above = -1
  #isDrained = false
  #kept: Parsed[]
  #lastAgreeing: number | undefined
  #wrong: { readonly first: number; last: number; count: number } | undefined
  #beyond: { readonly first: number; last: number; count: number } | undefined

  constructor(options: CheckpointOptions) {
    this.#options = options
    for (const witness of options.witnesses)
      this.#witnesses.set(witness, { cosigned: 0, newestSize: null, newestAt: null })
    this.#kept = options.kept
      .flatMap((stored) => this.#parse(stored) ?? [])
      .sort((a, b) => a.checkpoint.size - b.checkpoint.size)
  }

  /** Fetches what comes next, where it is not known yet. */
  async prepare(): Promise<void> {
    while (this.#queue.length === 0 && !this.#isDrained) {
      const stored = await this.#options.source.checkpoints(this.#above, batch)
      this.#isDrained = stored.length < batch
      for (const each of stored) {
        if (each.size !== undefined) this.#above = each.size
        if (each.size !== undefined && each.size > this.#options.upTo) this.#isDrained = true
        else this.#queue.push(...(this.#parse(each) ?? []))
      }
      // Where nothing is filed by size there is no next batch.
      if (stored.some(({ size }) => size === undefined)) this.#isDrained = true
    }
  }

  /** The size at which the tree has to be asked for its root next. Undefined: never, or prepare first. */
  nextSize(): number | undefined {
    const [stored, kept] = [this.#queue[0]?.checkpoint.size, this.#kept[0]?.checkpoint.size]
    return stored === undefined ? kept : kept === undefined ? stored : Math.min(stored, kept)
  }

  /** Judges all checkpoints of `size`; `root` is that of the entries. */
  visit(size: number, root: Uint8Array): void {
    const all = this.#takeAt(size)
    for (const one of all) {
      this.#judge(one)
      if (isEqual(one.checkpoint.root, root)) {
        this.agreeing++
        this.#lastAgreeing = size
        this.newest = { size, root: base64(root) }
      } else {
        this.#wrongRoot(one, root)
      }
    }
    this.#forks(all)
  }

  /** What is left covers more entries than there are. `entries` is undefined where the tree could not be grown to its end. */
  async finish(entries: number | undefined): Promise<void> {
    const { findings } = this.#options
    for (await this.prepare(); this.nextSize() !== undefined; await this.prepare()) {
      const size = this.nextSize() as number
      const all = this.#takeAt(size)
      for (const one of all) this.#judge(one)
      this.#forks(all)
      if (entries === undefined) continue
      this.#beyond ??= { first: size, last: size, count: 0 }
      this.#beyond.last = size
      this.#beyond.count += all.length
      if (this.#beyond.count === all.length) {
        findings.fault(
          'checkpoint-beyond-log',
          place(all[0] as Parsed),
          `It covers ${size} entries, and the log has ${entries}: entries at its end are gone, or an older copy was put in its place.`,
        )
      }
    }
    this.#rest(this.#beyond, 'checkpoint-beyond-log', 'cover more entries than there are')
    this.#rest(this.#wrong, 'checkpoint-wrong-root', 'do not have the root of the entries')
    for (const [{ name, keyId }, { cosigned }] of this.#witnesses) {
      if (cosigned === 0)
        findings.fault('cosignature-missing', {}, `No checkpoint carries a cosignature of ${name} (key ${keyId}).`)
    }
  }

  witnessFigures(): WitnessFigure[] {
    return Array.from(this.#witnesses, ([{ name, keyId }, figures]) => ({ name, keyId, ...figures }))
  }

  #parse(stored: StoredCheckpoint): [Parsed] | undefined {
    const { findings, origin } = this.#options
    const where = { file: stored.name, ...(stored.size === undefined ? {} : { checkpoint: stored.size }) }
    const checkpoint = parseCheckpoint(stored.note)
    if (typeof checkpoint === 'string') {
      findings.fault('checkpoint-malformed', where, `It cannot be read: ${checkpoint}.`)
      return undefined
    }
    if (stored.size !== undefined && stored.size !== checkpoint.size) {
      findings.fault(
        'checkpoint-malformed',
        where,
        `It is filed under the size ${stored.size} and says ${checkpoint.size}.`,
      )
      return undefined
    }
    if (origin !== undefined && checkpoint.origin !== origin) {
      findings.fault(
        'checkpoint-of-another-log',
        where,
        `It is of the log ${checkpoint.origin}, and this is ${origin}.`,
      )
      return undefined
    }
    return [{ stored, checkpoint }]
  }

  #takeAt(size: number): Parsed[] {
    const all: Parsed[] = []
    while (this.#queue[0]?.checkpoint.size === size) all.push(this.#queue.shift() as Parsed)
    while (this.#kept[0]?.checkpoint.size === size) all.push(this.#kept.shift() as Parsed)
    return all
  }

  #judge(one: Parsed): void {
    this.seen++
    const verdict = this.#options.keys.judge(one.checkpoint.note, one.checkpoint.size)
    if (verdict.kind === 'invalid') this.#options.findings.fault(verdict.code, place(one), verdict.problem)
    const lines = [
      ...one.checkpoint.note.signatures,
      ...one.stored.cosignatures.map((line) => parseSignatureLine(line) ?? line),
    ]
    for (const line of lines) {
      if (typeof line === 'string')
        this.#options.findings.fault('cosignature-invalid', place(one), 'A cosignature line cannot be read.')
      else this.#countCosignature(one, line)
    }
  }

  #countCosignature(one: Parsed, line: Exclude<ReturnType<typeof parseSignatureLine>, undefined>): void {
    for (const [witness, figures] of this.#witnesses) {
      if (!isFrom(line, witness)) continue
      if (!isValidSignature(one.checkpoint.note.text, line, witness)) {
        this.#options.findings.fault(
          'cosignature-invalid',
          place(one),
          `The cosignature of ${witness.name} is not by that witness over this checkpoint.`,
        )
        continue
      }
      figures.cosigned++
      figures.newestSize = one.checkpoint.size
      figures.newestAt = new Date(Number(cosignedAt(line.signature) ?? 0n) * 1000).toISOString()
    }
  }

  #wrongRoot(one: Parsed, root: Uint8Array): void {
    const { size, root: said } = one.checkpoint
    if (this.#wrong) {
      this.#wrong.last = size
      this.#wrong.count++
      return
    }
    this.#wrong = { first: size, last: size, count: 1 }
    const since = this.#lastAgreeing
    const range =
      since === undefined ? `below ${size}` : `${since} to ${size - 1} (the checkpoint of size ${since} agrees)`
    this.#options.findings.fault(
      'checkpoint-wrong-root',
      place(one),
      `Its root is ${base64(said)}, and the entries give ${base64(root)}: entries ${range} were changed after it was signed, or it is of a fork of this log.`,
    )
  }

  #forks(all: readonly Parsed[]): void {
    const [first] = all
    for (const other of all.slice(1)) {
      if (!first || isEqual(first.checkpoint.root, other.checkpoint.root)) continue
      this.#options.findings.fault(
        'checkpoint-forked',
        place(other),
        `Its root is ${base64(other.checkpoint.root)}, and that of ${first.stored.name} is ${base64(first.checkpoint.root)} at the same size: the log was shown in two forms.`,
      )
    }
  }

  #rest(
    group: { readonly first: number; readonly last: number; readonly count: number } | undefined,
    code: 'checkpoint-wrong-root' | 'checkpoint-beyond-log',
    what: string,
  ): void {
    if (!group || group.last === group.first) return
    this.#options.findings.warn(
      code,
      { checkpoint: group.last },
      `${group.count} checkpoints of sizes ${group.first} to ${group.last} ${what}.`,
    )
  }
}

function place({ stored, checkpoint }: Parsed): { checkpoint: number; file: string } {
  return { checkpoint: checkpoint.size, file: stored.name }
}
