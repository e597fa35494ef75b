// How many of a text's words the pilot did not have, in bands.

/** What a row's text is, for slices and attribution. */
export const textBands = [
  'all words known',
  'up to a fifth of its words unseen',
  'up to half of its words unseen',
  'most of its words unseen',
]

/** From this share of unseen words on a text is counted as one with unseen words. */
export const unseenShare = 0.2

export function textBand(unseen: number): number {
  if (unseen === 0) return 0
  if (unseen <= unseenShare) return 1
  return unseen <= 0.5 ? 2 : 3
}
