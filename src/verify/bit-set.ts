// A set of log indices at one bit each: 1.2 MiB for ten million entries, so that a verification's memory stays flat.

export class BitSet {
  #words: Uint32Array

  constructor(expected: number) {
    this.#words = new Uint32Array(Math.ceil(expected / 32) + 1)
  }

  add(index: number): void {
    const word = Math.floor(index / 32)
    if (word >= this.#words.length) this.#grow(word)
    this.#words[word] = ((this.#words[word] as number) | (1 << (index % 32))) >>> 0
  }

  has(index: number): boolean {
    return (((this.#words[Math.floor(index / 32)] ?? 0) >>> (index % 32)) & 1) === 1
  }

  /** Adds `first` to `last`, both included. */
  addRange(first: number, last: number): void {
    for (let index = first; index <= last; index++) {
      if (index % 32 === 0 && index + 31 <= last) {
        const word = index / 32
        if (word >= this.#words.length) this.#grow(word)
        this.#words[word] = 0xffffffff
        index += 31
      } else {
        this.add(index)
      }
    }
  }

  /** Ranges of indices that are here and not in `other`, in order: [first, last]. */
  *rangesWithout(other: BitSet): Generator<readonly [first: number, last: number]> {
    let first = -1
    const end = this.#words.length * 32
    for (let index = 0; index <= end; index++) {
      if (first < 0 && index % 32 === 0 && this.#words[index / 32] === 0) {
        index += 31
        continue
      }
      const isIn = index < end && this.has(index) && !other.has(index)
      if (isIn && first < 0) first = index
      if (!isIn && first >= 0) {
        yield [first, index - 1]
        first = -1
      }
    }
  }

  /** Those that are in both, in order. */
  *shared(other: BitSet): Generator<number> {
    for (const [at, word] of this.#words.entries()) {
      if (word === 0) continue
      for (let index = at * 32; index < at * 32 + 32; index++) if (this.has(index) && other.has(index)) yield index
    }
  }

  #grow(word: number): void {
    const larger = new Uint32Array(Math.max(word + 1, this.#words.length * 2))
    larger.set(this.#words)
    this.#words = larger
  }
}
