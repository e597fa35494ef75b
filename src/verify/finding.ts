// What a verification found: each finding says what is wrong and where, in words for people and with a code for programs.
//
// A verification goes on after a finding, because what else is wrong matters too. A log that is broken everywhere is not
// reported entry by entry: of each code a few findings are kept, and the rest is counted.

/** Every code, with what it means in one line (docs/guides/audit.md explains them). */
const findingCodes = {
  'store-damaged': 'A part of the store cannot be read.',
  'entry-missing': 'There is no entry at this index.',
  'entry-too-large': 'The entry is over 65,535 bytes.',
  'entry-not-canonical': 'The entry is not canonical JSON (RFC 8785).',
  'entry-not-an-event': 'The entry is not a CloudEvents event as this log writes them.',
  'entry-of-another-log': 'The entry names another log as its source.',
  'entry-changed': 'The entry is not the one the tree was built from.',
  'entry-id-differs': 'The entry is filed under another id than its own.',
  'entry-id-repeated': 'An earlier entry has the same id.',
  'entry-contradicts': 'The entry says something that cannot be: an erasure of what is not there, a key that is none.',
  'bundle-malformed': 'A bundle of entries cannot be read.',
  'bundle-differs': 'Two bundles hold different entries for the same indices.',
  'tile-missing': 'A tile that the newest checkpoint needs is not there.',
  'tile-malformed': 'A tile is not a sequence of 1 to 256 hashes.',
  'tile-wrong': 'A tile holds other hashes than the entries give.',
  'tile-unexpected': 'A tile lies beyond the end of the log.',
  'checkpoint-malformed': 'A checkpoint cannot be read.',
  'checkpoint-of-another-log': 'A checkpoint names another log.',
  'checkpoint-not-signed': 'A checkpoint has no valid signature of the log’s key.',
  'checkpoint-wrong-root': 'A checkpoint’s root is not that of the entries.',
  'checkpoint-beyond-log': 'A checkpoint covers more entries than there are.',
  'checkpoint-forked': 'Two checkpoints of one size have different roots.',
  'checkpoint-missing': 'There is no checkpoint: nothing says that these are the entries that were written.',
  'cosignature-missing': 'A witness whose key was given has cosigned nothing.',
  'cosignature-invalid': 'A witness’s cosignature does not fit the checkpoint.',
  'key-unknown': 'The log is not signed with the key that was given.',
  'key-malformed': 'A key that lies beside the log cannot be read.',
  'key-not-announced': 'A new key signs, and no entry under a checkpoint of both keys announced it.',
  'payload-changed': 'A payload does not match the digest in its entry.',
  'payload-unnamed': 'A payload is there that its entry does not name.',
  'payload-still-there': 'An entry declares the payload erased, and it is still there.',
  'payload-missing': 'A payload is gone and no entry says why.',
  'receipt-malformed': 'A receipt cannot be read.',
  'receipt-not-signed': 'The receipt’s checkpoint has no valid signature of the log’s key.',
  'receipt-wrong-proof': 'The receipt’s proof does not lead to its checkpoint.',
  'view-differs': 'The view says something else than the log.',
} as const
export type FindingCode = keyof typeof findingCodes

export type Place = {
  readonly entry?: number
  /** As in its path: `tile/0/x001/234`. */
  readonly tile?: string
  /** The checkpoint of this size. */
  readonly checkpoint?: number
  /** The payload's part: `input`, `output`. */
  readonly payload?: string
  /** A file or address given. */
  readonly file?: string
}

export type Finding = {
  readonly code: FindingCode
  /** A warning alone does not mean that the log does not hold. */
  readonly severity: 'fault' | 'warning'
  readonly where: Place
  readonly problem: string
}

export class Findings {
  readonly list: Finding[] = []
  /** How many findings of a code were counted and not kept. */
  readonly omitted = new Map<FindingCode, number>()
  /** All faults, kept or not. */
  faults = 0
  readonly #maxPerCode: number
  readonly #counts = new Map<FindingCode, number>()

  constructor(maxPerCode: number) {
    this.#maxPerCode = maxPerCode
  }

  fault(code: FindingCode, where: Place, problem: string): void {
    this.faults++
    this.#add({ code, severity: 'fault', where, problem })
  }

  warn(code: FindingCode, where: Place, problem: string): void {
    this.#add({ code, severity: 'warning', where, problem })
  }

  #add(finding: Finding): void {
    const count = (this.#counts.get(finding.code) ?? 0) + 1
    this.#counts.set(finding.code, count)
    if (count <= this.#maxPerCode) this.list.push(finding)
    else this.omitted.set(finding.code, count - this.#maxPerCode)
  }
}

/** A verification cannot begin or go on: nothing is known to be wrong, and nothing holds. */
export class NotCheckable extends Error {
  override readonly name = 'NotCheckable'
  /** `use`: what was asked for cannot be meant; `source`: what is to be checked cannot be read. */
  readonly kind: 'use' | 'source'
  readonly hint: string | undefined

  constructor(
    kind: 'use' | 'source',
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.hint = options.hint
  }
}
