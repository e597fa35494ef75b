// A classifier of short texts as teams build them first: words, pairs of words and pieces of words weighed by how rare they are
// (TF-IDF), then logistic regression over all classes. Deterministic, seconds to train.

import { seededRandom } from '../../src/core/stats/random.ts'

export type TextAnswer = { readonly label: string; readonly confidence: number }

type Example = { readonly text: string; readonly label: string }
type Terms = readonly { readonly term: number; readonly weight: number }[]

const epochs = 5
const step = 0.15
const shareMin = 0.005

/** Learns from all examples. What comes back answers one text, with how sure it is: 0 to 1. */
export function trainTexts(examples: readonly Example[]): (text: string) => TextAnswer {
  const classes = [...new Set(examples.map(({ label }) => label))].toSorted()
  const classOf = new Map(classes.map((label, at) => [label, at]))
  const termsOf = vocabulary(examples.map(({ text }) => text))
  const learnt = examples.map(({ text, label }) => ({ terms: termsOf(text), own: classOf.get(label) ?? 0 }))
  const weights: Float64Array[] = []
  const moved: Float64Array[] = []
  const random = seededRandom(1)
  const shares = new Float64Array(classes.length)
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (let turn = 0; turn < learnt.length; turn += 1) {
      const { terms, own } = learnt[random.integer(learnt.length)] ?? { terms: [], own: 0 }
      classShares(weights, terms, shares)
      // Classes that are far off have nothing to learn from it.
      const wrong = [...shares.keys()].filter((at) => at === own || (shares[at] ?? 0) > shareMin)
      for (const { term, weight } of terms) {
        const row = (weights[term] ??= new Float64Array(classes.length))
        // AdaGrad: what is seen often moves less each time.
        const past = (moved[term] ??= new Float64Array(classes.length))
        for (const at of wrong) {
          const slope = weight * ((shares[at] ?? 0) - (at === own ? 1 : 0))
          past[at] = (past[at] ?? 0) + slope * slope
          row[at] = (row[at] ?? 0) - (step * slope) / (Math.sqrt(past[at] ?? 0) + 1e-6)
        }
      }
    }
  }
  return (text) => {
    const said = classShares(weights, termsOf(text), new Float64Array(classes.length))
    const best = said.indexOf(Math.max(...said))
    return { label: classes[best] ?? '', confidence: said[best] ?? 0 }
  }
}

function classShares(weights: readonly Float64Array[], terms: Terms, shares: Float64Array): Float64Array {
  shares.fill(0)
  for (const { term, weight } of terms) {
    const row = weights[term]
    if (row === undefined) continue
    for (let at = 0; at < row.length; at += 1) shares[at] = (shares[at] ?? 0) + weight * (row[at] ?? 0)
  }
  const most = Math.max(...shares)
  let sum = 0
  for (const [at, value] of shares.entries()) sum += shares[at] = Math.exp(value - most)
  for (const [at, value] of shares.entries()) shares[at] = value / sum
  return shares
}

/** Terms that two texts share at least; each text as a vector of length 1. */
function vocabulary(texts: readonly string[]): (text: string) => Terms {
  const counts = new Map<string, number>()
  for (const text of texts) for (const term of new Set(pieces(text))) counts.set(term, (counts.get(term) ?? 0) + 1)
  const known = new Map([...counts].filter(([, n]) => n > 1).map(([term, n], at) => [term, { at, n }]))
  return (text) => {
    const terms = [...Map.groupBy(pieces(text), (term) => term)].flatMap(([term, times]) => {
      const found = known.get(term)
      if (found === undefined) return []
      return [{ term: found.at, weight: (1 + Math.log(times.length)) * (1 + Math.log(texts.length / found.n)) }]
    })
    const length = Math.sqrt(terms.reduce((sum, { weight }) => sum + weight * weight, 0))
    return terms.map(({ term, weight }) => ({ term, weight: weight / length }))
  }
}

/** Words, neighbours, and runs of three and four letters within words. */
function pieces(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const pairs = words.slice(1).map((word, at) => `${words[at]} ${word}`)
  const runs = words.flatMap((word) =>
    [3, 4].flatMap((size) =>
      Array.from({ length: Math.max(0, word.length + 3 - size) }, (_, at) => `#${` ${word} `.slice(at, at + size)}`),
    ),
  )
  return [...words, ...pairs, ...runs]
}
