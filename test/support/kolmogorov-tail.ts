/**
 * Chance of a gap at least this large between the distribution of `n` draws and their true one: Kolmogorov's series with
 * Stephens' correction for finite n (J. R. Stat. Soc. B 32 (1970) 115–122).
 */
export function kolmogorovTail(gap: number, n: number): number {
  const x = gap * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n))
  let sum = 0
  for (let k = 1; k <= 100; k++) sum += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x)
  return Math.min(1, Math.max(0, sum))
}
