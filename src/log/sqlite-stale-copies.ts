// Looks for texts in the pages of an index as they lie in the file, the unused parts included, which no query shows.

import { readSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'

export type IndexPages = { readonly db: DatabaseSync; readonly index: string; readonly descriptor: number }

/**
 * Whether any of `texts` (none empty) stands in a page of `index`. What is still in the write-ahead log is not looked at.
 * `descriptor`: of the main file, open for reading; it is not closed here (sqlite-erasing.ts says why).
 */
export function standsInIndex({ db, index, descriptor }: IndexPages, texts: ReadonlySet<string>): boolean {
  if (texts.size === 0) return false
  const holds = finder([...texts])
  const page = Buffer.alloc(Number(db.prepare('pragma page_size').get()?.['page_size']))
  for (const { pageno } of db.prepare('select pageno from dbstat where name = ?').iterate(index)) {
    readSync(descriptor, page, 0, page.length, (Number(pageno) - 1) * page.length)
    if (holds(page)) return true
  }
  return false
}

const wordBytes = 4
const marks = 2 ** 16

/**
 * Many texts are looked for at once, at every byte of hundreds of thousands of pages: a table of the words they begin with
 * (hashed, so a mark may be another word's) lets nearly every place be passed over by one look.
 */
export function finder(texts: readonly string[]): (page: Buffer) => boolean {
  const wanted = new Set(texts.map((text) => Buffer.from(text, 'utf8').toString('latin1')))
  const lengths = [...new Set([...wanted].map((text) => text.length))]
  const word = Math.min(wordBytes, ...lengths)
  const mask = word === wordBytes ? -1 : 2 ** (8 * word) - 1
  const marked = new Uint8Array(marks)
  for (const text of wanted) {
    let begins = 0
    for (let at = 0; at < word; at++) begins = (begins << 8) | text.charCodeAt(at)
    marked[markOf(begins)] = 1
  }
  return (page) => {
    let last = 0
    for (let at = 0; at < page.length; at++) {
      last = ((last << 8) | (page[at] ?? 0)) & mask
      if (marked[markOf(last)] === 0) continue
      const from = at + 1 - word
      if (lengths.some((length) => wanted.has(page.toString('latin1', from, from + length)))) return true
    }
    return false
  }
}

/** Multiplicative hashing (Knuth), so that texts of the same alphabet are spread. */
function markOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> 16
}
