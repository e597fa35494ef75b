// Which key has to sign which checkpoint.
//
// A log begins with one key. A new key counts from the first checkpoint on that covers the entry `log-key-rotated` which
// announced it, and that checkpoint must be signed by both: the old key vouches for the announcement, the new one shows that
// its owner holds it. After that the old key counts no more. Trust goes along this chain from the key that was given; keys
// that only lie beside the log are tried for links of the chain, and prove nothing by themselves.

import { isFrom, isValidSignature, parseVerifierKey, type SignedNote, type VerifierKey } from './signed-note.ts'

export type SignatureVerdict =
  | { readonly kind: 'signed'; readonly by: VerifierKey }
  /** By a key that is not known here; whether that matters is known at the end. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'invalid'; readonly code: 'checkpoint-not-signed' | 'key-not-announced'; readonly problem: string }

type Announced = { readonly index: number; readonly key: VerifierKey }

export class KeyChain {
  readonly #given: readonly VerifierKey[]
  /** Every checkpoint that the log ever made is judged. */
  readonly #isComplete: () => boolean
  /** Given, lying beside the log, or announced by it. */
  readonly #known: VerifierKey[]
  #current: VerifierKey | undefined
  /** Announced by entries that no checkpoint seen so far covers. */
  #announced: Announced[] = []
  #replacedAt: number | undefined
  #isTrusted = false
  /** Every key that was in force, oldest first. */
  readonly inForce: VerifierKey[] = []
  /** Checkpoints whose signature could not be checked for want of the key. */
  unknown = 0

  constructor(given: readonly VerifierKey[], besideTheLog: readonly VerifierKey[], isComplete: () => boolean) {
    this.#given = given
    this.#isComplete = isComplete
    this.#known = [...given, ...besideTheLog.filter((key) => !given.some((other) => other.vkey === key.vkey))]
  }

  /** A key that was given has signed, or is linked with those that have. Without any given there is nothing to trust. */
  get isTrusted(): boolean {
    return this.#isTrusted
  }

  /** The entry at `index` announces `vkey`. Answers what is wrong with it. */
  announce(index: number, vkey: string): string | undefined {
    const key = parseVerifierKey(vkey)
    if (typeof key === 'string') return key
    if (key.kind !== 'log') return 'it is the key of a witness'
    this.#announced.push({ index, key })
    if (!this.#known.some((known) => known.vkey === vkey)) this.#known.push(key)
    return undefined
  }

  /** Judges the checkpoint of `size`; call in ascending order of size, after all entries below it were seen, or more. */
  judge(note: SignedNote, size: number): SignatureVerdict {
    const forged = this.#forged(note)
    if (forged)
      return invalid('checkpoint-not-signed', `The signature that names the key ${idOf(forged)} is not by that key.`)
    const covered = this.#announced.findLast(({ index }) => index < size)
    if (!covered) return this.#judgeUsual(note)
    this.#announced = this.#announced.filter(({ index }) => index >= size)
    return this.#judgeRotation(note, covered)
  }

  #judgeUsual(note: SignedNote): SignatureVerdict {
    if (!this.#current) {
      // The oldest checkpoint shows which key the log began with.
      const first = this.#known.find((key) => this.#isSignedBy(note, key))
      if (first) this.#take(first)
    }
    const current = this.#current
    if (current && this.#isSignedBy(note, current)) return { kind: 'signed', by: current }
    if (current) return invalid('checkpoint-not-signed', this.#missing(note, current))
    if (note.signatures.length === 0) return invalid('checkpoint-not-signed', 'It is not signed.')
    this.unknown++
    return { kind: 'unknown' }
  }

  #judgeRotation(note: SignedNote, { index, key: next }: Announced): SignatureVerdict {
    if (!this.#current) {
      // Nothing older is here: the other signer is the key that the log had.
      const other = this.#known.find((key) => key.vkey !== next.vkey && this.#isSignedBy(note, key))
      if (other) this.#take(other)
    }
    const before = this.#current
    const isByNext = this.#isSignedBy(note, next)
    const isByBefore = before ? this.#isSignedBy(note, before) : this.#hasOtherSigner(note, next)
    if (isByNext && isByBefore) {
      this.#replacedAt = index
      this.#take(next)
      return { kind: 'signed', by: next }
    }
    const isGiven = this.#given.some(({ vkey }) => vkey === next.vkey)
    if (isByNext && (isGiven || !this.#isComplete())) {
      // A key that came another way needs no other to vouch for it: the one before may have been lost. Else the checkpoint that
      // both signed is not here, and what was trusted before does not lead to this key.
      this.#replacedAt = index
      this.#isTrusted = false
      this.#take(next)
      return { kind: 'signed', by: next }
    }
    if (isByNext) {
      return invalid(
        'key-not-announced',
        `Entry ${index} announces the key ${idOf(next)}, and this checkpoint, the first that covers it, is not signed by the key before it as well.`,
      )
    }
    return before && isByBefore
      ? invalid(
          'key-not-announced',
          `Entry ${index} announces the key ${idOf(next)}, and this checkpoint, the first that covers it, is not signed by it.`,
        )
      : invalid('checkpoint-not-signed', 'It is signed by no key of the log.')
  }

  #take(key: VerifierKey): void {
    // It may be in force already where the checkpoints before its announcement are gone.
    if (this.#current?.vkey !== key.vkey) this.inForce.push(key)
    this.#current = key
    if (this.#given.some((given) => given.vkey === key.vkey)) this.#isTrusted = true
  }

  #isSignedBy(note: SignedNote, key: VerifierKey): boolean {
    return note.signatures.some((signature) => isFrom(signature, key) && isValidSignature(note.text, signature, key))
  }

  /** A signature under the log's name that names a known key and is not by it. */
  #forged(note: SignedNote): VerifierKey | undefined {
    return this.#known.find((key) =>
      note.signatures.some((signature) => isFrom(signature, key) && !isValidSignature(note.text, signature, key)),
    )
  }

  /** The key before a rotation may not be known; then at least somebody else signed under the log's name. */
  #hasOtherSigner(note: SignedNote, next: VerifierKey): boolean {
    return note.signatures.some(({ name, keyId }) => name === next.name && keyId !== next.keyId)
  }

  #missing(note: SignedNote, current: VerifierKey): string {
    const signer = this.inForce.find((key) => this.#isSignedBy(note, key))
    if (signer)
      return `It is signed by the key ${idOf(signer)}, which entry ${this.#replacedAt} replaced by ${idOf(current)}.`
    const others = note.signatures.filter(({ name }) => name === current.name).map(({ keyId }) => keyId)
    const by =
      others.length > 0
        ? `; under its name the key ${others.join(', ')} signs, to which no checkpoint signed by both leads`
        : ''
    return `The log’s key, ${idOf(current)}, has not signed it${by}.`
  }
}

function idOf({ keyId }: VerifierKey): string {
  return keyId
}

function invalid(code: 'checkpoint-not-signed' | 'key-not-announced', problem: string): SignatureVerdict {
  return { kind: 'invalid', code, problem }
}
