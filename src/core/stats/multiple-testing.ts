// p-values corrected for having looked more than once. Results keep the order of the input; p-values in [0,1].

/**
 * Adjusted p-values (q-values) of Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995) 289–300: among those at or below q, at
 * most a share q are false on average, for independent or positively dependent tests.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const adjusted: number[] = Array.from({ length: pValues.length })
  let least = 1
  for (const { p, index, rank } of ranked(pValues).toReversed()) {
    least = Math.min(least, (p * pValues.length) / rank)
    adjusted[index] = least
  }
  return adjusted
}

/** Adjusted p-values of Holm, Scand. J. Stat. 6 (1979) 65–70: the chance of any false one among those at or below α is α. */
export function holm(pValues: readonly number[]): number[] {
  const adjusted: number[] = Array.from({ length: pValues.length })
  let most = 0
  for (const { p, index, rank } of ranked(pValues)) {
    most = Math.max(most, Math.min(1, p * (pValues.length - rank + 1)))
    adjusted[index] = most
  }
  return adjusted
}

function ranked(pValues: readonly number[]) {
  for (const p of pValues) if (!(p >= 0 && p <= 1)) throw new RangeError(`${p} is no p-value`)
  return pValues
    .map((p, index) => ({ p, index }))
    .sort((a, b) => a.p - b.p)
    .map((entry, at) => ({ ...entry, rank: at + 1 }))
}
