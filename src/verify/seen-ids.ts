// Do ids come twice? Told in memory of a fixed size, whatever the length of the log.
//
// An open hash table of 32-bit fingerprints: an id seen before is always noticed; a false alarm is rare (once in some
// 10⁹ look-ups) and is cleared up by a second look at the log for exactly the ids in question.

/** 64 MiB: room for 14 million ids. */
const slotsMax = 2 ** 24
const loadMax = 0.85

export class SeenIds {
  readonly #slots: Int32Array
  readonly #mask: number
  readonly #room: number
  /** Ids noted. Beyond the room they are looked up and no longer noted. */
  noted = 0

  constructor(expected: number) {
    const slots = Math.min(slotsMax, 2 ** Math.ceil(Math.log2(Math.max(1024, expected * 1.5))))
    this.#slots = new Int32Array(slots)
    this.#mask = slots - 1
    this.#room = Math.floor(slots * loadMax)
  }

  /** Notes the id at `bytes[from, to)`; true when it was probably seen before. */
  add(bytes: Uint8Array, from: number, to: number): boolean {
    let a = 0x811c9dc5 | 0
    let b = 0x2545f491 | 0
    // Four bytes at a time; what is left over at the end counts with its length, so that it cannot pass for zeros.
    let i = from
    for (; i + 4 <= to; i += 4) {
      const word = wordAt(bytes, i)
      a = Math.imul(a ^ word, 0x01000193)
      b = Math.imul((b << 5) ^ (b >>> 27) ^ word, 0x9e3779b1 | 0)
    }
    let rest = to - i
    for (; i < to; i++) rest = (rest << 8) | (bytes[i] as number)
    a = Math.imul(a ^ rest, 0x01000193)
    b = Math.imul((b << 5) ^ (b >>> 27) ^ rest, 0x9e3779b1 | 0)
    const fingerprint = mixed(b ^ (a >>> 15)) || 1
    let slot = mixed(a) & this.#mask
    for (;;) {
      const there = this.#slots[slot]
      if (there === fingerprint) return true
      if (there === 0) break
      slot = (slot + 1) & this.#mask
    }
    if (this.noted < this.#room) {
      this.#slots[slot] = fingerprint
      this.noted++
    }
    return false
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}

/** Spreads every bit over the whole word (the finalizer of MurmurHash3). */
function mixed(word: number): number {
  let h = word ^ (word >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
