// Regular expressions in time linear in the text, whatever the text: patterns come from manifests, texts from callers, and
// JavaScript's own engine can be made to backtrack for minutes by a text of a few kilobytes.
//
// The subset of RE2: no look-around, no back references. A pattern becomes an NFA (Thompson), run as a DFA whose states are
// built when first needed and forgotten when there are too many. What one character class means is left to the platform's
// own engine, one character at a time, so that `\w`, `\s` and `\p{L}` mean here what they mean everywhere else.
// https://swtch.com/~rsc/regexp/regexp1.html

import { parsePattern, type PatternNode } from './pattern-syntax.ts'

export type LinearPattern = {
  readonly source: string
  /** Is there a match anywhere in `text`? Time is linear in `text`. */
  test(text: string): boolean
}

export type PatternResult =
  | { readonly kind: 'pattern'; readonly pattern: LinearPattern }
  | { readonly kind: 'invalid'; readonly message: string }

/** Positions of the NFA after repetitions like `{2,50}` are written out; bounds memory and compile time. */
const nfaStatesMax = 3000
/** DFA states kept before all are forgotten. */
const dfaStatesMax = 1000
/** Characters beyond ASCII whose step a DFA state remembers. */
const othersMax = 256

type NfaState =
  | { readonly kind: 'split'; readonly next: number[] }
  | { readonly kind: 'char'; readonly matches: (char: string) => boolean; next: number }
  | { readonly kind: 'assert'; readonly holds: (left: string, right: string) => boolean; next: number }
  | { readonly kind: 'accept' }

/** Compiles a pattern written for JavaScript with the flag `u`. Invalid: a message that says what the subset lacks. */
export function compileLinearPattern(source: string): PatternResult {
  const parsed = parsePattern(source)
  if (parsed.kind === 'invalid') return parsed
  const nfa = new NfaBuilder()
  const start = nfa.build(parsed.node)
  if (start === undefined) {
    return { kind: 'invalid', message: `its repetitions write out to more than ${nfaStatesMax} steps` }
  }
  const matcher = new Matcher(nfa.states, start)
  return { kind: 'pattern', pattern: { source, test: (text) => matcher.test(text) } }
}

class NfaBuilder {
  readonly states: NfaState[] = [{ kind: 'accept' }]

  /** The state at which the machine for `node` begins, ending in the accepting state 0; undefined when it is too large. */
  build(node: PatternNode): number | undefined {
    const start = this.#node(node, 0)
    return this.states.length > nfaStatesMax ? undefined : start
  }

  #add(state: NfaState): number {
    this.states.push(state)
    return this.states.length - 1
  }

  #node(node: PatternNode, next: number): number {
    if (this.states.length > nfaStatesMax) return next
    switch (node.kind) {
      case 'char':
        return this.#add({ kind: 'char', matches: node.matches, next })
      case 'assert':
        return this.#add({ kind: 'assert', holds: node.holds, next })
      case 'sequence':
        return node.items.reduceRight((after, item) => this.#node(item, after), next)
      case 'choice':
        return this.#add({ kind: 'split', next: node.options.map((option) => this.#node(option, next)) })
      case 'repeat':
        return this.#repeat(node, next)
      default:
        return node satisfies never
    }
  }

  #repeat(node: PatternNode & { kind: 'repeat' }, next: number): number {
    let after = next
    if (node.max === Infinity) {
      const loop: NfaState & { kind: 'split' } = { kind: 'split', next: [] }
      after = this.#add(loop)
      loop.next.push(this.#node(node.item, after), next)
    } else {
      for (let i = node.min; i < node.max && this.states.length <= nfaStatesMax; i++) {
        after = this.#add({ kind: 'split', next: [this.#node(node.item, after), next] })
      }
    }
    for (let i = 0; i < node.min && this.states.length <= nfaStatesMax; i++) after = this.#node(node.item, after)
    return after
  }
}

/** A DFA state: where the NFA may be after a character (`left`), before assertions that need the next one are judged. */
type DfaState = {
  readonly pending: readonly number[]
  readonly left: string
  readonly ascii: (DfaState | null | undefined)[]
  readonly others: Map<string, DfaState | null>
}

/** Stands for a match found, in place of a next state. */
const found = null

class Matcher {
  readonly #nfa: readonly NfaState[]
  readonly #start: number
  #dfa = new Map<string, DfaState>()
  #initial: DfaState

  constructor(nfa: readonly NfaState[], start: number) {
    this.#nfa = nfa
    this.#start = start
    this.#initial = this.#state([start], '')
  }

  test(text: string): boolean {
    let state = this.#initial
    for (let i = 0; i < text.length;) {
      const code = text.charCodeAt(i)
      let next = code < 128 ? state.ascii[code] : undefined
      if (next === undefined) {
        const char = code < 128 ? text.charAt(i) : String.fromCodePoint(text.codePointAt(i) ?? 0)
        next = code < 128 ? (state.ascii[code] = this.#step(state, char)) : this.#stepBeyondAscii(state, char)
        i += char.length
      } else {
        i++
      }
      if (next === found) return true
      state = next
    }
    return this.#closure(state.pending, state.left, '').includes(0)
  }

  #stepBeyondAscii(state: DfaState, char: string): DfaState | null {
    let next = state.others.get(char)
    if (next === undefined) {
      next = this.#step(state, char)
      if (state.others.size < othersMax) state.others.set(char, next)
    }
    return next
  }

  #step(state: DfaState, char: string): DfaState | null {
    const reached = this.#closure(state.pending, state.left, char)
    if (reached.includes(0)) return found
    const next = new Set<number>()
    for (const at of reached) {
      const nfaState = this.#nfa[at]
      if (nfaState?.kind === 'char' && nfaState.matches(char)) next.add(nfaState.next)
    }
    next.add(this.#start)
    return this.#state(
      [...next].sort((a, b) => a - b),
      leftOf(char),
    )
  }

  /** The states reachable without a character, between `left` and `right`. */
  #closure(from: readonly number[], left: string, right: string): number[] {
    const seen = new Set<number>()
    const open = [...from]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      const state = this.#nfa[at]
      if (state?.kind === 'split') open.push(...state.next)
      else if (state?.kind === 'assert' && state.holds(left, right)) open.push(state.next)
    }
    return [...seen]
  }

  #state(pending: readonly number[], left: string): DfaState {
    const key = `${left}:${pending.join(',')}`
    let state = this.#dfa.get(key)
    if (state === undefined) {
      if (this.#dfa.size >= dfaStatesMax) this.#dfa = new Map()
      state = { pending, left, ascii: Array.from<undefined>({ length: 128 }), others: new Map() }
      this.#dfa.set(key, state)
    }
    return state
  }
}

/** Assertions ask of the character before only whether there is one and whether it is a word's: fewer states that way. */
function leftOf(char: string): string {
  return /\w/.test(char) ? 'w' : ' '
}
