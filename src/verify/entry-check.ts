// Every entry by itself: its size, its canonical form, the event it is, its id. And its leaf hash, which the tree is made of.

import { leafHash } from '#core/kernel/merkle-hash.ts'
import { canonicalValue, isObject, type CanonicalValue } from './canonical-value.ts'
import type { Span } from './canonical-string.ts'
import { EventReader, type TellingType } from './event-reader.ts'
import type { Findings } from './finding.ts'
import type { PayloadRef, PayloadRefs } from './payload-check.ts'
import { SeenIds } from './seen-ids.ts'
import type { StoredEntry } from './source.ts'

const entryBytesMax = 65_535
/** Ids that may have come twice and are looked for again. Beyond, a log is broken in any case. */
const suspectsMax = 1000

const noPayloads: PayloadRefs = new Map()

export type Telling = { readonly index: number; readonly type: TellingType; readonly data: CanonicalValue }

export type EntryCheckOptions = {
  readonly findings: Findings
  readonly origin: string | undefined
  /** How many entries to expect: it fixes the memory for ids. */
  readonly expected: number
  /** Told of each entry that says something a verifier has to know. */
  readonly onTelling: (telling: Telling) => void
  /** Told of each event's type, where somebody compares what was made of the events. */
  readonly onEvent?: ((index: number, type: string, bytes: Uint8Array) => void) | undefined
}

export class EntryCheck {
  /** Ids of entries that probably have the same id as an earlier one, by index. */
  readonly suspects = new Map<number, string>()
  readonly #options: EntryCheckOptions
  readonly #reader: EventReader
  readonly #ids: SeenIds
  #isReadable = false
  #idsRead = 0

  constructor(options: EntryCheckOptions) {
    this.#options = options
    this.#reader = new EventReader(options.origin)
    this.#ids = new SeenIds(options.expected)
  }

  /** Checks the entry and answers its leaf hash; undefined when there are no bytes to hash. */
  check(entry: StoredEntry): Uint8Array | undefined {
    const [index, bytes, id] = entry
    const { findings } = this.#options
    this.#isReadable = false
    if (bytes === null) {
      findings.fault('store-damaged', { entry: index }, 'It holds no bytes.')
      return undefined
    }
    if (bytes.length > entryBytesMax)
      findings.fault('entry-too-large', { entry: index }, `It has ${bytes.length} bytes.`)
    const fault = this.#reader.read(bytes)
    this.#isReadable = !fault || fault.code === 'entry-of-another-log'
    if (fault) findings.fault(fault.code, { entry: index }, capital(`${fault.problem}.`))
    // An event of another log is an event all the same: it has an id.
    if (this.#isReadable) this.#checkId(index, bytes, id)
    if (!fault) this.#tell(index, bytes)
    if (!fault) this.#options.onEvent?.(index, this.#reader.type(), bytes)
    return leafHash(bytes)
  }

  /** What the entry checked last says of its payloads; undefined when it cannot be read. */
  payloadRefs(index: number, bytes: Uint8Array): PayloadRefs | undefined {
    if (!this.#isReadable) return undefined
    const from = this.#reader.payloadsFrom()
    if (from < 0) return noPayloads
    const refs = readPayloadRefs(bytes, from)
    if (refs) return refs
    this.#options.findings.fault(
      'entry-not-an-event',
      { entry: index },
      'What it says of its payloads is no digest and length for each.',
    )
    return undefined
  }

  /** True when all ids that could be read were looked for among all earlier ones. */
  sawAllIds(): boolean {
    return this.#ids.noted + this.suspects.size >= this.#idsRead
  }

  #checkId(index: number, bytes: Uint8Array, filedAs: string | null): void {
    this.#idsRead++
    const from = this.#reader.idFrom()
    const to = this.#reader.idTo()
    if (filedAs !== null && !isWritten(bytes, { from, to }, filedAs) && filedAs !== this.#reader.id()) {
      this.#options.findings.fault(
        'entry-id-differs',
        { entry: index },
        `Its id is ${this.#reader.id()}, and it is filed as ${filedAs}.`,
      )
    }
    if (this.#ids.add(bytes, from, to) && this.suspects.size < suspectsMax) this.suspects.set(index, this.#reader.id())
  }

  #tell(index: number, bytes: Uint8Array): void {
    const type = this.#reader.tellingType()
    if (!type) return
    const data = canonicalValue(bytes, this.#reader.dataFrom())
    if (data !== undefined) this.#options.onTelling({ index, type, data })
    else
      this.#options.findings.fault('entry-contradicts', { entry: index }, 'What it says is nested too deep to be read.')
  }
}

/** True when `text` stands there letter by letter, which it does where nothing is escaped. */
function isWritten(bytes: Uint8Array, { from, to }: Span, text: string): boolean {
  if (to - from !== text.length) return false
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false
  return true
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function readPayloadRefs(bytes: Uint8Array, from: number): PayloadRefs | undefined {
  const value = canonicalValue(bytes, from)
  if (!isObject(value)) return undefined
  const refs = new Map<string, PayloadRef>()
  for (const [part, ref] of value) {
    const digest = isObject(ref) ? ref.get('digest') : undefined
    const length = isObject(ref) ? ref.get('bytes') : undefined
    if (typeof digest !== 'string' || typeof length !== 'number') return undefined
    refs.set(part, { digest, bytes: length })
  }
  return refs
}
