/** What of a text column can drift. */
export type TextFeatureName =
  | 'length'
  | 'language'
  | 'script'
  | 'unseen-words'
  | 'typos'
  | 'non-ascii'
  | 'links-numbers'
  | 'bigrams'
