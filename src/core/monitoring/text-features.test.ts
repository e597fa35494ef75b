import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeCells } from './column-layout.ts'
import { countAll } from './column-reference.ts'
import { textFeatures, wordsOf } from './text-features.ts'
import { textReference } from './text-reference.ts'
import { isOneSlip, typoFinder } from './typos.ts'

const vocabulary = {
  words: ['card', 'arrived', 'my', 'where', 'is', 'frequent'],
  frequent: ['card', 'arrived', 'frequent'],
}
const measure = textFeatures(vocabulary)

describe('words', () => {
  it('are runs of letters, without links and numbers; signs of languages without blanks stand alone', () => {
    expect(wordsOf("Where's my card? See https://a.example/x?y=1 or mail me@b.example, 12.50 EUR")).toEqual([
      "where's",
      'my',
      'card',
      'see',
      'or',
      'mail',
      'eur',
    ])
    expect(wordsOf('今日は')).toEqual(['今', '日', 'は'])
    expect(wordsOf('12 34 !')).toEqual([])
  })
})

describe('features of a text', () => {
  it('tell unseen words from typos of known ones', () => {
    expect(measure('where is my crad')).toMatchObject({ words: 4, unseen: 1, typos: 1, length: 16, script: 'Latin' })
    expect(measure('wo ist meine Karte')).toMatchObject({ words: 4, unseen: 4, typos: 0, language: 'de' })
  })

  it('leave the text itself out of what is known, for the reference', () => {
    expect(textFeatures(vocabulary, new Set(['card']))('my card')).toMatchObject({ words: 2, unseen: 1 })
  })

  it('know scripts, characters beyond ASCII, links and numbers', () => {
    expect(measure('привет как дела')).toMatchObject({ script: 'Cyrillic', language: 'ru' })
    expect(measure('今日は天気がいい').script).toMatch(/Han|Kana/)
    expect(measure('123 !')).toMatchObject({ script: 'none', words: 0, linksNumbers: 1, language: 'unknown' })
    expect(measure('é😀')).toMatchObject({ length: 2, nonAscii: 3, characters: 3 })
    expect(measure('see www.a.example and 12.5')).toMatchObject({ linksNumbers: 2 })
  })

  it('are not fooled by names that objects have', () => {
    expect(measure('constructor toString __proto__')).toMatchObject({ words: 3, unseen: 3 })
  })

  it('stay within their bounds for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const found = measure(text)
        expect(found.unseen).toBeLessThanOrEqual(found.words)
        expect(found.typos).toBeLessThanOrEqual(found.unseen)
        expect(found.nonAscii).toBeLessThanOrEqual(found.characters)
        for (const cell of found.bigrams) expect(cell >= 0 && cell < 256).toBe(true)
      }),
    )
  })
})

describe('typos', () => {
  it('are one slip away: a letter missing, added, wrong or two exchanged', () => {
    const isTypo = typoFinder(['frequent', 'card'])
    for (const slip of ['frequet', 'frequennt', 'frequint', 'frqeuent', 'crad']) expect(isTypo(slip), slip).toBe(true)
    for (const word of ['frequent', 'frqunt', 'car', 'cards2x', 'sofa', '']) expect(isTypo(word), word).toBe(false)
  })

  it('are found as by comparing with every word', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4, maxLength: 6 })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), word, (frequent, candidate) => {
        const isTypo = typoFinder(frequent)
        expect(isTypo(candidate)).toBe(frequent.some((known) => isOneSlip(candidate, known)))
      }),
    )
  })
})

describe('text cells', () => {
  const texts = ['my card has not arrived', 'where is my card', null, 'my card', 'card arrived', '', 'hello 12 times']

  it('count every text once in every table, and merge in any order', () => {
    const { layout, cells } = textReference(texts)
    expect(cells).toMatchObject({ rows: 7, nulls: 2 })
    const tables = cells.text
    for (const table of [
      tables?.length,
      tables?.lengthFine,
      tables?.language,
      tables?.script,
      tables?.unseenWords,
      tables?.typos,
    ]) {
      expect(table?.reduce((sum, count) => sum + count, 0)).toBe(5)
    }
    expect(tables?.bigrams.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(5, 9)
    const [a, b] = [countAll(layout, texts.slice(0, 3)), countAll(layout, texts.slice(3))]
    const [there, back] = [mergeCells(a, b), mergeCells(b, a)]
    expect(there).toEqual(back)
    expect(there.text?.totals).toEqual(countAll(layout, texts).text?.totals)
  })

  it('leave each text of the reference out of its own vocabulary, and live texts not', () => {
    const { layout, cells } = textReference(texts)
    // Once only: has, not, where, is, hello, times.
    expect(cells.text?.totals.unseen).toBe(6)
    expect(countAll(layout, texts).text?.totals.unseen).toBe(0)
  })
})
