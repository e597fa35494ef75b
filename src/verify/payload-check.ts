// Payloads: each must match the digest in its entry, sha256(salt || bytes). One that is gone must have been declared erased
// by an entry; one that was declared erased must be gone.
//
// Erasures come later on the log than what they erase, so what is there and what is gone is noted, a bit an entry, and judged
// at the end.

import { hash } from 'node:crypto'
import { BitSet } from './bit-set.ts'
import { isObject, type CanonicalValue } from './canonical-value.ts'
import type { Findings } from './finding.ts'
import type { PayloadSource, StoredPayload } from './source.ts'

export type PayloadFigures = {
  /** Payloads that are there and match. */
  readonly matching: number
  /** Entries whose payloads an entry declares erased. */
  readonly erasedEntries: number
  /** Entries from which a payload is gone and no entry says why. */
  readonly unexplainedEntries: number
}

/** What an entry says of a payload. */
export type PayloadRef = { readonly digest: string; readonly bytes: number }
export type PayloadRefs = ReadonlyMap<string, PayloadRef>

export class PayloadCheck {
  readonly #findings: Findings
  readonly #missing: BitSet
  readonly #present: BitSet
  readonly #erased: BitSet
  #matching = 0

  constructor(findings: Findings, expected: number) {
    this.#findings = findings
    this.#missing = new BitSet(expected)
    this.#present = new BitSet(expected)
    this.#erased = new BitSet(expected)
  }

  /** `refs`: what the entry says of its payloads; undefined when it cannot be read. `stored`: those there are. */
  check(index: number, refs: PayloadRefs | undefined, stored: readonly StoredPayload[]): void {
    if (stored.length > 0) this.#present.add(index)
    if (!refs) return
    let given = 0
    for (const payload of stored) {
      const isMatching = this.#matches(payload, refs.get(payload.part))
      // A server gives such a one to nobody: without an entry that declares it erased, it is gone.
      if (payload.isCalledErased) continue
      given++
      if (isMatching) this.#matching++
    }
    if (given < refs.size) this.#missing.add(index)
  }

  /** A pseudonym of the person lies beside the entry: erasing takes it too. */
  hasSubject(index: number): void {
    this.#present.add(index)
  }

  /** The entry at `index` is `payloads-erased`. */
  erasure(index: number, data: CanonicalValue): void {
    const ranges = isObject(data) ? data.get('ranges') : undefined
    if (!Array.isArray(ranges)) {
      this.#findings.fault(
        'entry-contradicts',
        { entry: index },
        'It declares an erasure and names no ranges of entries.',
      )
      return
    }
    for (const range of ranges as readonly CanonicalValue[]) {
      const [first, last] = Array.isArray(range) ? (range as readonly CanonicalValue[]) : []
      if (!isIndex(first) || !isIndex(last) || first > last || last >= index) {
        this.#findings.fault(
          'entry-contradicts',
          { entry: index },
          `It declares ${JSON.stringify(range)} erased, which is no range of entries before it.`,
        )
        continue
      }
      this.#erased.addRange(first, last)
    }
  }

  /** True when a payload is gone that no erasure seen so far explains. */
  hasUnexplained(): boolean {
    return !this.#missing.rangesWithout(this.#erased).next().done
  }

  /** Judges what was noted. `source` is asked again for what may have been erased meanwhile. */
  async finish(source: PayloadSource): Promise<PayloadFigures> {
    let unexplainedEntries = 0
    for (const [first, last] of this.#missing.rangesWithout(this.#erased)) {
      unexplainedEntries += last - first + 1
      const which = first === last ? 'A payload of this entry is' : `Payloads of entries ${first} to ${last} are`
      this.#findings.warn('payload-missing', { entry: first }, `${which} gone, and no entry declares them erased.`)
    }
    let erasedEntries = 0
    for (const index of this.#erased.shared(this.#present)) {
      if (!(await source.remains(index))) continue
      this.#findings.fault(
        'payload-still-there',
        { entry: index },
        'An entry declares its payloads erased; bytes, or the pseudonym of the person, are still there.',
      )
    }
    for (const [first, last] of this.#erased.rangesWithout(new BitSet(0))) erasedEntries += last - first + 1
    return { matching: this.#matching, erasedEntries, unexplainedEntries }
  }

  #matches({ index, part, salt, bytes }: StoredPayload, ref: PayloadRef | undefined): boolean {
    const where = { entry: index, payload: part }
    if (!ref) {
      this.#findings.fault('payload-unnamed', where, 'The entry names no such payload.')
      return false
    }
    const whole = new Uint8Array(salt.length + bytes.length)
    whole.set(salt)
    whole.set(bytes, salt.length)
    if (ref.bytes === bytes.length && ref.digest === `sha256:${hash('sha256', whole, 'hex')}`) return true
    this.#findings.fault(
      'payload-changed',
      where,
      'Its bytes or its salt are not those the entry’s digest was made of.',
    )
    return false
  }
}

function isIndex(value: CanonicalValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
