// Is an unknown word one slip of the keys away from a frequent one: a letter missing, added, wrong, or two exchanged?
//
// Damerau, Commun. ACM 7 (1964) 171–176 found four of five misspellings to be one of these. Found by deletions, as SymSpell does:
// two words are one slip apart only if they, or what is left after deleting a letter of each, are equal.

/** Below this length too many real words are one letter apart. */
const lettersMin = 4

export function typoFinder(frequent: readonly string[]): (word: string) => boolean {
  const byRemainder = new Map<string, string[]>()
  for (const word of frequent) {
    if (word.length < lettersMin) continue
    for (const remainder of remainders(word)) byRemainder.set(remainder, [...(byRemainder.get(remainder) ?? []), word])
  }
  return (word) =>
    word.length >= lettersMin &&
    word.length <= 40 &&
    remainders(word).some((remainder) => byRemainder.get(remainder)?.some((known) => isOneSlip(word, known)) === true)
}

/** The word itself and what is left of it without each one letter. */
function remainders(word: string): string[] {
  const found = new Set([word])
  for (let at = 0; at < word.length; at++) found.add(word.slice(0, at) + word.slice(at + 1))
  return [...found]
}

export function isOneSlip(a: string, b: string): boolean {
  if (a === b) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const fromA = a.slice(start, a.length - end)
  const fromB = b.slice(start, b.length - end)
  if (fromA.length <= 1 && fromB.length <= 1) return true
  return fromA.length === 2 && fromB.length === 2 && fromA[0] === fromB[1] && fromA[1] === fromB[0]
}
