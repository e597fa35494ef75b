import { describe, expect, it } from 'vitest'
import { testCells } from '#core/stats/two-sample.ts'
import { type Random, seededRandom } from '#core/stats/random.ts'
import { dataRecords, textsAbsent } from '../../../test/support/data-texts.ts'
import { kolmogorovTail } from '../../../test/support/kolmogorov-tail.ts'
import { bigramDesign, judgeBigrams } from './bigram-drift.ts'
import { countAll } from './column-reference.ts'
import { judgeDrift } from './drift.ts'
import { textReference } from './text-reference.ts'

/** Each text has one of four topics and its words come from it: the letters of a text hang together. */
function texts(random: Random, n: number, letters = 'abcdefgh'): string[] {
  return Array.from({ length: n }, () => {
    const topic = random.integer(4)
    const word = () =>
      Array.from(
        { length: 3 + random.integer(4) },
        () => letters[(topic * 2 + random.integer(4)) % letters.length],
      ).join('')
    return Array.from({ length: 4 + random.integer(8) }, word).join(' ')
  })
}

const bigramsOf = (reference: readonly string[], live: readonly string[]) => {
  const made = textReference(reference)
  const counted = countAll(made.layout, live)
  if (made.layout.kind !== 'text' || made.cells.text === null || counted.text === null) throw new Error('no text')
  return { design: made.layout.bigrams, reference: made.cells.text.bigrams, live: counted.text.bigrams }
}

describe('bigrams of texts', () => {
  it('do not alarm because the letters of one text hang together', () => {
    const random = seededRandom(12)
    const runs = 100
    const pValues: number[] = []
    let naive = 0
    for (let run = 0; run < runs; run++) {
      const { design, reference, live } = bigramsOf(texts(random, 300), texts(random, 200))
      pValues.push(judgeBigrams(design, reference, live)?.pValue ?? 0)
      // As if each of the 40 or so bigrams of a text were a draw of its own.
      const asDraws = (weights: Float64Array) => weights.map((weight) => weight * 40)
      if ((testCells(asDraws(reference), asDraws(live))?.pValue ?? 1) < 0.05) naive++
    }
    pValues.sort((a, b) => a - b)
    const gap = pValues.reduce((most, p, at) => Math.max(most, Math.abs(p - (at + 0.5) / runs)), 0)
    expect(kolmogorovTail(gap, runs)).toBeGreaterThan(0.001)
    expect(pValues.filter((p) => p < 0.01).length / runs).toBeLessThan(0.06)
    expect(naive / runs).toBeGreaterThan(0.3)
  })

  it('find other letters', () => {
    const random = seededRandom(13)
    const { design, reference, live } = bigramsOf(texts(random, 500), texts(random, 300, 'abcdefgx'))
    const judged = judgeBigrams(design, reference, live)
    expect(judged?.pValue).toBeLessThan(1e-6)
    // Not folded further than these few texts need: each holds many bigrams.
    expect(judged?.df).toBeGreaterThan(judgeBigrams(design.slice(-1), reference, live)?.df ?? Infinity)
    expect(judged?.psiCorrected).toBeGreaterThan(0.02)
  })

  it('of texts that are all alike, of none, and of one letter give no NaN', () => {
    for (const [reference, live] of [
      [['aaa', 'aaa'], ['aaa']],
      [[], ['abc']],
      [['abc'], []],
      [
        ['a', 'b'],
        ['c', ''],
      ],
    ] as const) {
      const cells = bigramsOf(reference, live)
      const judged = judgeBigrams(cells.design, cells.reference, cells.live)
      for (const figure of Object.values(judged ?? {})) if (figure !== null) expect(Number.isFinite(figure)).toBe(true)
    }
    expect(bigramDesign([]).every(({ effect, spread }) => effect === 1 && spread === 0)).toBe(true)
  })
})

describe.skipIf(textsAbsent !== null)(`drift of real texts ${textsAbsent ?? ''}`, () => {
  const bank =
    textsAbsent === null ? [...new Set(dataRecords('banking77/train.csv.gz').map(([text]) => text ?? ''))] : []
  const outOfScope = textsAbsent === null ? dataRecords('banking77/oos.csv') : []
  const judge = (reference: readonly string[], live: readonly string[]) => {
    const made = textReference(reference)
    return judgeDrift([{ reference: made, live: countAll(made.layout, live) }])[0]
  }
  const feature = (judged: ReturnType<typeof judge>, name: string) =>
    judged?.text?.find((text) => text.feature === name)

  it('is not claimed between two halves of one collection', () => {
    const random = seededRandom(3)
    for (let run = 0; run < 5; run++) {
      const mixed = bank.map((text) => ({ text, key: random.uniform() })).sort((a, b) => a.key - b.key)
      const judged = judge(
        mixed.slice(0, 2000).map(({ text }) => text),
        mixed.slice(2000, 3000).map(({ text }) => text),
      )
      expect(judged?.verdict).toBe('none')
      expect(judged?.text).toHaveLength(8)
    }
  })

  it('names the unseen words of questions about something else', () => {
    const other = outOfScope.filter(([, kind]) => kind === 'ood-oos').map(([, , text]) => text ?? '')
    const judged = judge(bank.slice(0, 5000), other)
    expect(judged?.verdict).toBe('act')
    const unseen = feature(judged, 'unseen-words')
    expect(unseen?.verdict).toBe('act')
    expect(unseen?.live).toBeGreaterThan(10 * (unseen?.reference ?? 1))
    expect(feature(judged, 'script')?.verdict).toBe('none')
  })

  it('finds what customers write against what the builders of a bot wrote', () => {
    const pilot = dataRecords('hint3_sofmattress/train_v1.csv').map(([text]) => text ?? '')
    const live = dataRecords('hint3_sofmattress/test_v1.csv').map(([text]) => text ?? '')
    expect([pilot.length, live.length]).toEqual([328, 397])
    const judged = judge(pilot, live)
    expect(judged?.verdict).toBe('act')
    expect(['warn', 'act']).toContain(feature(judged, 'typos')?.verdict)
    expect(feature(judged, 'unseen-words')?.verdict).toBe('act')
  })

  it('finds another language', () => {
    const german = Array.from(
      { length: 300 },
      (_, at) => `Wo ist meine Karte geblieben, die ich vor ${at} Tagen bestellt habe?`,
    )
    const judged = judge(bank.slice(0, 2000), german)
    expect(feature(judged, 'language')).toMatchObject({ verdict: 'act', live: 0 })
  })
})
