// Is an entry a CloudEvents 1.0 event of this log? And which of the events is it that a verifier has to understand?
//
// It reads the bytes where the scanner found the members, so that nothing is parsed for the entries that say nothing to a
// verifier: nearly all of them.

import { CanonicalScanner, isAt } from './canonical-scanner.ts'
import { unitsOf } from './canonical-string.ts'
import { isUtcTime } from './utc-time.ts'

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text))
/** The members of our events, in canonical order; `at` has the position of each. */
const memberNames = ['data', 'id', 'source', 'specversion', 'subject', 'time', 'type'] as const
const at = { data: 0, id: 1, source: 2, specversion: 3, subject: 4, time: 5, type: 6 } as const
const memberBytes = memberNames.map(bytesOf)
const specVersion = bytesOf('"1.0"')
const payloadsName = bytesOf('payloads')
/** What other members may be called (CloudEvents 1.0 §3.1), and what they may hold. */
const attributeName = /^[a-z0-9]+$/
const attributeValue = /^(?:"|true$|false$|-?\d+$)/
const quote = 0x22
const openObject = 0x7b

/** The events that tell a verifier something. */
export type TellingType = 'payloads-erased' | 'log-key-rotated'
const telling = (['payloads-erased', 'log-key-rotated'] as const).map((type) => ({ type, bytes: bytesOf(`"${type}"`) }))

export type EventFault = {
  readonly code: 'entry-not-canonical' | 'entry-not-an-event' | 'entry-of-another-log'
  readonly problem: string
}

/** One for all entries of a log: what it says of an entry holds until it reads the next one. */
export class EventReader {
  readonly #scanner = new CanonicalScanner()
  readonly #source: Uint8Array | undefined
  #bytes: Uint8Array = new Uint8Array(0)
  /** Where the values of the seven members lie. */
  readonly #from = new Int32Array(memberNames.length)
  readonly #to = new Int32Array(memberNames.length)

  /** `origin`: the log's name, which every entry carries as its source; undefined when it is not known. */
  constructor(origin: string | undefined) {
    this.#source = origin === undefined ? undefined : bytesOf(JSON.stringify(`/${origin}`))
  }

  /** Undefined when `bytes` are an event of this log in canonical form. */
  read(bytes: Uint8Array): EventFault | undefined {
    this.#bytes = bytes
    const fault = this.#scanner.scan(bytes)
    if (fault)
      return { code: 'entry-not-canonical', problem: `it is not canonical JSON: ${fault.problem} (byte ${fault.at})` }
    const problem = bytes[0] === openObject ? (this.#members() ?? this.#values()) : 'it is not an object'
    if (problem !== undefined) return { code: 'entry-not-an-event', problem }
    return this.#isOfThisLog()
      ? undefined
      : { code: 'entry-of-another-log', problem: `its source is ${this.#text(at.source)}` }
  }

  /** Of the entry read last, which was an event. */
  id(): string {
    return this.#text(at.id)
  }

  /** Where the id lies, without its quotes. */
  idFrom(): number {
    return (this.#from[at.id] as number) + 1
  }
  idTo(): number {
    return (this.#to[at.id] as number) - 1
  }

  type(): string {
    return this.#text(at.type)
  }

  time(): string {
    return this.#text(at.time)
  }

  tellingType(): TellingType | undefined {
    for (const { type, bytes } of telling) if (this.#is(at.type, bytes)) return type
    return undefined
  }

  /** Where `data` begins. */
  dataFrom(): number {
    return this.#from[at.data] as number
  }

  /** Where the value of `data.payloads` begins; -1 when there is none. */
  payloadsFrom(): number {
    const { inner } = this.#scanner
    const member = inner.find(this.#bytes, payloadsName)
    return member < 0 ? -1 : (inner.valueFrom[member] as number)
  }

  /** Notes where the seven members lie; says which is missing, or which other is none that an event may have. */
  #members(): string | undefined {
    const { outer } = this.#scanner
    // Members are in order, here and there: one pass over both.
    let member = 0
    for (let position = 0; position < memberNames.length; position++) {
      while (member < outer.count && !this.#isCalled(member, memberBytes[position] as Uint8Array)) {
        const problem = this.#attributeProblem(member++)
        if (problem !== undefined) return problem
      }
      if (member >= outer.count) return `it has no member "${memberNames[position]}"`
      this.#from[position] = outer.valueFrom[member] as number
      this.#to[position] = outer.valueTo[member] as number
      member++
    }
    for (; member < outer.count; member++) {
      const problem = this.#attributeProblem(member)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #isCalled(member: number, name: Uint8Array): boolean {
    const { outer } = this.#scanner
    const from = outer.nameFrom[member] as number
    return (outer.nameTo[member] as number) - from === name.length && isAt(this.#bytes, from, name)
  }

  #attributeProblem(member: number): string | undefined {
    const { outer } = this.#scanner
    const name = unitsOf(this.#bytes, { from: outer.nameFrom[member] as number, to: outer.nameTo[member] as number })
    // A member that is looked for further on is missing, and this is the one after it; that is said there.
    if ((memberNames as readonly string[]).includes(name)) return undefined
    const value = unitsOf(this.#bytes, { from: outer.valueFrom[member] as number, to: outer.valueTo[member] as number })
    return attributeName.test(name) && attributeValue.test(value)
      ? undefined
      : `its member ${JSON.stringify(name)} is no attribute of an event`
  }

  #values(): string | undefined {
    const bytes = this.#bytes
    if (bytes[this.dataFrom()] !== openObject) return 'its "data" is not an object'
    for (let position = 1; position < memberNames.length; position++) {
      const from = this.#from[position] as number
      if (bytes[from] !== quote || (this.#to[position] as number) - from <= 2)
        return `its "${memberNames[position]}" is not a text`
    }
    if (!this.#is(at.specversion, specVersion)) return 'its "specversion" is not "1.0"'
    const isTime = isUtcTime(bytes, (this.#from[at.time] as number) + 1, (this.#to[at.time] as number) - 1)
    return isTime ? undefined : 'its "time" is no time in UTC with milliseconds (RFC 3339)'
  }

  #is(position: number, expected: Uint8Array): boolean {
    const from = this.#from[position] as number
    return (this.#to[position] as number) - from === expected.length && isAt(this.#bytes, from, expected)
  }

  #isOfThisLog(): boolean {
    return this.#source === undefined || this.#is(at.source, this.#source)
  }

  #text(position: number): string {
    return unitsOf(this.#bytes, { from: (this.#from[position] as number) + 1, to: (this.#to[position] as number) - 1 })
  }
}
