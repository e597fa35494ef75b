// Sentences that come with an assessment, as people read them: no instants and names of programs, and figures that stay whole where
// a line ends. What stands between quotation marks is the data's own and stays as it is.

import { formatPlace, metricWords, type Metric } from './figures.ts'

const quoted = /(“[^”]*”)/

export function readable(text: string): string {
  return text
    .split(quoted)
    .map((piece, at) => (at % 2 === 1 ? piece : bound(inWords(piece))))
    .join('')
}

function inWords(text: string): string {
  return text
    .replaceAll(/\b\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?\b/g, formatPlace)
    .replaceAll(/\b(rocAuc|averagePrecision|f1|mae|rmse)\b/g, (name) => metricWords[name as Metric])
    .replaceAll(/(?<=\p{L})'(?=\p{L})/gu, '’')
}

/** A figure, its unit, its interval and its n are never parted by the end of a line. */
export function bound(text: string): string {
  return text
    .replaceAll(/(?<=\d) (?=%)/g, '\u00a0')
    .replaceAll(/ ± (?=\d)/g, '\u00a0±\u00a0')
    .replaceAll(/\bn = (?=\d)/g, 'n\u00a0=\u00a0')
}
