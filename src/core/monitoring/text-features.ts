// What is measured of one text, and how it is counted.
//
// Words are runs of letters; Chinese, Japanese and Thai, written without blanks, count letter by letter. Links, addresses and
// numbers are taken out first. Only the first 2000 characters are looked at (160 for the language): a limit on everything.

import { detect } from 'tinyld'
import { addToMoments } from '#core/stats/moments.ts'
import { cellOf } from './cell-of.ts'
import {
  bigramCells,
  type Script,
  type TextCells,
  type TextFeatures,
  type TextLayout,
  type Vocabulary,
  scripts,
  shareEdges,
} from './text-cells.ts'
import { typoFinder } from './typos.ts'

const charactersMax = 2000
const languageCharactersMax = 160

const link = /\b(?:https?:\/\/|www\.)\S+|\S+@\S+\.\S+/gi
const number = /[+-]?\d[\d.,:/-]*/g
const word = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}'’]+/gu

export function wordsOf(text: string): string[] {
  const bare = text.slice(0, charactersMax).toLowerCase().replaceAll(link, ' ').replaceAll(number, ' ')
  return (bare.match(word) ?? []).map((found) => found.replaceAll('’', "'").replace(/^'+|'+$/g, '')).filter(Boolean)
}

/**
 * `once`: words that occur in one text alone. They are given for the reference's own texts, where each text is to be left out of
 * what is known; a live text knows all of the vocabulary.
 */
export function textFeatures(vocabulary: Vocabulary, once?: ReadonlySet<string>): (text: string) => TextFeatures {
  const known = new Set(vocabulary.words)
  const isTypo = typoFinder(vocabulary.frequent)
  return (whole) => {
    const text = whole.slice(0, charactersMax)
    const words = wordsOf(text)
    const unseen = words.filter((found) => !known.has(found) || once?.has(found) === true)
    const outOfWords = (text.match(link)?.length ?? 0) + (text.replaceAll(link, ' ').match(number)?.length ?? 0)
    return {
      length: characters(whole),
      language: languageOf(text),
      script: scriptOf(text),
      words: words.length,
      unseen: unseen.length,
      typos: unseen.filter(isTypo).length,
      characters: text.length,
      nonAscii: text.length - text.replaceAll(/\P{ASCII}/gu, '').length,
      linksNumbers: outOfWords,
      bigrams: bigramsOf(text),
    }
  }
}

/** Adds one text. */
export function countText(layout: TextLayout, cells: TextCells, features: TextFeatures): void {
  const share = (part: number, whole: number) => cellOf(shareEdges, whole === 0 ? 0 : part / whole)
  const { words, unseen, typos, characters, nonAscii, linksNumbers } = features
  add(cells.length, cellOf(layout.length.edges, features.length))
  add(cells.lengthFine, cellOf(layout.length.fineEdges, features.length))
  cells.lengthMoments = addToMoments(cells.lengthMoments, features.length)
  const language = layout.languages.indexOf(features.language)
  add(cells.language, language === -1 ? layout.languages.length : language)
  add(cells.script, scripts.indexOf(features.script))
  add(cells.unseenWords, share(unseen, words))
  add(cells.typos, share(typos, words))
  add(cells.nonAscii, share(nonAscii, characters))
  add(cells.linksNumbers, share(linksNumbers, words + linksNumbers))
  for (const bigram of features.bigrams) add(cells.bigrams, bigram, 1 / features.bigrams.length)
  const { totals } = cells
  totals.words += words
  totals.unseen += unseen
  totals.typos += typos
  totals.characters += characters
  totals.nonAscii += nonAscii
  totals.linksNumbers += linksNumbers
}

function add(counts: Float64Array, cell: number, weight = 1): void {
  counts[cell] = (counts[cell] ?? 0) + weight
}

function characters(text: string): number {
  let surrogatePairs = 0
  for (const _ of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) surrogatePairs++
  return text.length - surrogatePairs
}

/** ISO 639-1, or 'unknown': one word or a number has no language. */
function languageOf(text: string): string {
  return detect(text.slice(0, languageCharactersMax)) || 'unknown'
}

const scriptPatterns: readonly (readonly [Script, RegExp])[] = [
  ['Latin', /\p{Script=Latin}/gu],
  ['Cyrillic', /\p{Script=Cyrillic}/gu],
  ['Greek', /\p{Script=Greek}/gu],
  ['Arabic', /\p{Script=Arabic}/gu],
  ['Hebrew', /\p{Script=Hebrew}/gu],
  ['Devanagari', /\p{Script=Devanagari}/gu],
  ['Thai', /\p{Script=Thai}/gu],
  ['Han', /\p{Script=Han}/gu],
  ['Kana', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['Hangul', /\p{Script=Hangul}/gu],
]

/** The script of most letters. */
function scriptOf(text: string): Script {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  if (letters === 0) return 'none'
  let left = letters
  let best: Script = 'other'
  let most = 0
  for (const [script, pattern] of scriptPatterns) {
    const found = text.match(pattern)?.length ?? 0
    if (found > most) [best, most] = [script, found]
    left -= found
    if (most >= left) break
  }
  return most >= left ? best : 'other'
}

const blank = ' '.charCodeAt(0)

/**
 * Hashed bigrams of the lower-case text with every run of blanks as one, and one at either end. The ends are not put to the text:
 * a string that was joined is walked fifty times slower.
 */
function bigramsOf(text: string): number[] {
  const plain = text.toLowerCase().trim().replaceAll(/\s+/g, ' ')
  if (plain === '') return []
  const bigrams: number[] = []
  let before = blank
  for (let at = 0; at < plain.length; at++) {
    const code = plain.charCodeAt(at)
    bigrams.push(hashBigram(before, code))
    before = code
  }
  bigrams.push(hashBigram(before, blank))
  return bigrams
}

/** Two rounds of FNV-1a over 16-bit units, then a mix so that the low 8 bits depend on all. */
function hashBigram(first: number, second: number): number {
  let hash = Math.imul(0x811c9dc5 ^ first, 0x01000193)
  hash = Math.imul(hash ^ second, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) & (bigramCells - 1)
}
