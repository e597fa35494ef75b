// Reads a regular expression into a tree: the part of the syntax that a linear matcher can run.
//
// `new RegExp(source, 'u')` judges the syntax first, so what reaches the reader is well-formed; the reader only has to find
// the structure and to refuse what cannot be matched in linear time.

export type PatternNode =
  | { readonly kind: 'char'; readonly matches: (char: string) => boolean }
  | { readonly kind: 'assert'; readonly holds: (left: string, right: string) => boolean }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly item: PatternNode; readonly min: number; readonly max: number }

export type PatternSyntax =
  | { readonly kind: 'node'; readonly node: PatternNode }
  | { readonly kind: 'invalid'; readonly message: string }

/** Longest repetition written as `{n,m}`. */
const repeatMax = 1000

export function parsePattern(source: string): PatternSyntax {
  const fault = syntaxFault(source)
  if (fault !== undefined) return { kind: 'invalid', message: fault }
  const reader = new Reader(source)
  const node = reader.choice()
  return reader.refusal === undefined ? { kind: 'node', node } : { kind: 'invalid', message: reader.refusal }
}

function syntaxFault(source: string): string | undefined {
  try {
    return RegExp(source, 'u') && undefined
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: /, '')
  }
}

class Reader {
  readonly #source: string
  #at = 0
  /** Why the pattern is outside the subset; the first reason counts. */
  refusal: string | undefined

  constructor(source: string) {
    this.#source = source
  }

  choice(): PatternNode {
    const options = [this.#sequence()]
    while (this.#take('|')) options.push(this.#sequence())
    return options.length === 1 ? (options[0] as PatternNode) : { kind: 'choice', options }
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = []
    while (this.#at < this.#source.length && !this.#sees('|') && !this.#sees(')')) items.push(this.#repeated())
    return { kind: 'sequence', items }
  }

  #repeated(): PatternNode {
    const item = this.#atom()
    const bounds = this.#bounds()
    if (bounds === undefined) return item
    this.#take('?')
    if (Math.max(bounds.min, bounds.max === Infinity ? 0 : bounds.max) > repeatMax) {
      this.#refuse(`it repeats more than ${repeatMax} times; use * or + or the keyword maxLength`)
      return item
    }
    return { kind: 'repeat', item, ...bounds }
  }

  #bounds(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Infinity }
    if (this.#take('+')) return { min: 1, max: Infinity }
    if (this.#take('?')) return { min: 0, max: 1 }
    const counted = this.#takeMatch(/\{(\d+)(,(\d*))?\}/y)
    if (!counted) return undefined
    const min = Number(counted[1])
    if (counted[2] === undefined) return { min, max: min }
    return { min, max: counted[3] === '' ? Infinity : Number(counted[3]) }
  }

  #atom(): PatternNode {
    if (this.#take('^')) return { kind: 'assert', holds: (left) => left === '' }
    if (this.#take('$')) return { kind: 'assert', holds: (_left, right) => right === '' }
    if (this.#take('\\b')) return { kind: 'assert', holds: (left, right) => isWord(left) !== isWord(right) }
    if (this.#take('\\B')) return { kind: 'assert', holds: (left, right) => isWord(left) === isWord(right) }
    if (this.#take('(')) return this.#group()
    const set = this.#takeMatch(/\[(?:[^\]\\]|\\.)*\]|\.|\\[dDwWsS]|\\[pP]\{[^}]*\}/suy)
    if (set) return charNode(set[0])
    const literal = this.#takeMatch(
      /\\u\{[0-9A-Fa-f]+\}|\\u[0-9A-Fa-f]{4}(?:\\u[0-9A-Fa-f]{4})?|\\x[0-9A-Fa-f]{2}|\\c[A-Za-z]|\\k<|\\.|[^]/suy,
    )
    const text = literal?.[0] ?? ''
    if (/^\\(?:k<|[1-9])/.test(text)) {
      this.#refuse('it refers back to a group, which cannot be matched in linear time')
      return { kind: 'sequence', items: [] }
    }
    return charNode(text)
  }

  #group(): PatternNode {
    if (this.#takeMatch(/\?<?[=!]/y)) this.#refuse('it looks ahead or behind, which cannot be matched in linear time')
    else if (this.#takeMatch(/\?[ims-]+:/y)) this.#refuse('it switches flags inside a group')
    else this.#takeMatch(/\?:|\?<[^>]*>/y)
    const inside = this.choice()
    this.#take(')')
    return inside
  }

  #refuse(reason: string): void {
    this.refusal ??= reason
  }

  #sees(text: string): boolean {
    return this.#source.startsWith(text, this.#at)
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false
    this.#at += text.length
    return true
  }

  #takeMatch(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at
    const match = sticky.exec(this.#source)
    if (match) this.#at = sticky.lastIndex
    return match
  }
}

function charNode(text: string): PatternNode {
  if (text !== '.' && text === String.fromCodePoint(text.codePointAt(0) ?? 0))
    return { kind: 'char', matches: (char) => char === text }
  // One character against one class: constant time, and exactly the platform's meaning of the class.
  const one = new RegExp(`^${text}$`, 'u')
  return { kind: 'char', matches: (char) => one.test(char) }
}

/** `left` may be the matcher's stand-in for a character: `w` for one of a word. */
function isWord(char: string): boolean {
  return /^\w/.test(char)
}
