// The sentence that a sponsor repeats: how right the model was and is, where the loss comes from, and the one thing beside it that
// matters most; or that it is not known.

import type { Assessment, Attribution, Finding } from '#core/monitoring/assessment.ts'
import { driftSetting } from '#core/monitoring/drift.ts'
import type { FindingInput } from './evidence.ts'
import { count, fraction, list, rows, show, showValue, wordsOf } from './figures.ts'
import { isMeasuredOnFew, labelledLive, labelsMin, liveKnown, mainCauses, mainDrop } from './main-drop.ts'
import { rivalWords, winningRival } from './rival-findings.ts'
import { isTooSmall } from './verdict.ts'

export function headlineOf(verdict: Assessment['verdict'], findings: readonly Finding[], input: FindingInput): string {
  const { assessment } = input
  if (verdict === 'insufficient') return insufficient(input)
  // That there is too little of something is no gap.
  const [first] = findings.filter(({ severity, code }) => severity !== 'notice' && code !== 'too-little-data')
  const said = performanceSaid(assessment, first)
  if (said === null) return differencesSaid(assessment, first)
  if (verdict === 'ready') {
    const isOpen = findings.some(({ evidence }) => 'groups' in evidence)
    return `${said}: no gap found${isOpen ? '; whether groups are treated alike cannot be told yet' : ''}.`
  }
  if (first === undefined || isSaid(first, assessment)) return `${said}.`
  if (first.code === 'loses-to-baseline') return `${said}; ${rivalSaid(input)}.`
  // The causes have told it.
  if (first.code === 'out-of-scope' && said.includes(places['unseen-labels'])) return `${said}.`
  return `${said}. ${withoutExamples(first.message)}`
}

/** By how much the main figure has fallen, or that it cannot be known, is what the sentence begins with. */
function isSaid({ code, evidence }: Finding, { performance }: FindingInput['assessment']): boolean {
  if (code === 'not-trustworthy') return true
  const main = performance === null ? null : mainDrop(performance)
  return code === 'performance-drop' && evidence['metric'] === main?.metric
}

function insufficient({ assessment: { data, performance }, facts }: FindingInput): string {
  if (isTooSmall(data)) {
    return `Not enough to say: ${rows(data.reference.rows)} of the pilot and ${count(data.live.rows)} of live, and ${driftSetting.rowsMin} of each are needed.`
  }
  if (facts.isSame) return 'Nothing is said of live: both files hold the same rows.'
  const likeness = 'The live data look like the pilot’s'
  const known = performance === null ? null : liveKnown(performance)
  if (performance !== null && known !== null) {
    if (isMeasuredOnFew(performance))
      return `${likeness}; ${count(labelledLive(performance))} labels are too few to tell how well the model does live (${show(known.metric, known.live)}): label at least ${labelsMin} cases.`
    return `${likeness}; how well the model does live cannot be known without labels: ${doubtsOf(performance)}.`
  }
  const has = (...wanted: readonly string[]) => data.roles.some(({ role }) => wanted.includes(role))
  const missing = !has('prediction', 'score')
    ? `give its answers (--prediction, --score)${has('target') ? '' : ' and the right ones (--target)'}`
    : !has('target')
      ? 'give the right answers (--target)'
      : `label some live cases${has('score') ? '' : ', or give its score (--score)'}`
  return `${likeness}; nothing says yet how good the model is: ${missing}.`
}

/** Why an estimate is not to be trusted: the first reason, inside a sentence. */
function doubtsOf({ chunks }: NonNullable<Assessment['performance']>): string {
  const [first = ''] = (chunks.find(({ trustworthy }) => !trustworthy)?.why ?? '').split('; ')
  return `${first.charAt(0).toLowerCase()}${first.slice(1)}`.replace(/(?: \(by .*)?\.?$/, '')
}

/** Without its full stop; null where nothing is known of the model. Where a simple rule does as well, that is said rather than what cannot be. */
function performanceSaid(
  { performance, attribution }: FindingInput['assessment'],
  first: Finding | undefined,
): string | null {
  if (performance === null) return null
  const main = mainDrop(performance)
  if (main === null) return liveSaid(performance)
  const { metric, reference, live, drop, isEstimated, isTrusted } = main
  const before = showValue(metric, reference, live)
  const pilot =
    metric === 'accuracy'
      ? `In the pilot ${before} of the answers were right`
      : `${wordsOf(metric)} was ${before} in the pilot`
  if (!isTrusted) return `${pilot}; how it is live cannot be known without labels`
  const labels = labelledLive(performance)
  const few = isEstimated || labels >= labelsMin ? '' : ` by ${count(labels)} labels`
  const sentence = `${pilot}, live ${isEstimated ? 'an estimated ' : ''}${show(metric, live)}${few}`
  const causes = (drop.low ?? -1) > 0 ? causesOf(attribution, first?.code === 'loses-to-baseline') : ''
  return causes === '' ? sentence : `${sentence}; ${causes}`
}

/** Where the pilot was not labelled. */
function liveSaid(performance: NonNullable<Assessment['performance']>): string | null {
  const known = liveKnown(performance)
  if (known === null || !known.isTrusted) return null
  const { metric, live } = known
  const said =
    metric === 'accuracy'
      ? `Live ${show(metric, live)} of the answers are right`
      : `${wordsOf(metric)} is ${show(metric, live)} live`
  return `${said}; what it was in the pilot is not known`
}

/** "repeating the last known answer would be right in 85 %". */
function rivalSaid({ assessment, majority }: FindingInput): string {
  const rival = assessment.performance === null ? undefined : winningRival(assessment.performance)
  if (rival === undefined) return 'a simple rule does as well'
  const { metric, rival: figure } = rival
  const how =
    metric === 'accuracy'
      ? `would be right in ${showValue(metric, figure)}`
      : `would be off by ${showValue(metric, figure)}`
  return `${rivalWords(rival, majority)} ${how}`
}

/** "half of the loss is in messages with unseen words, a sixth in …" */
function causesOf(attribution: Attribution | null, isBrief: boolean): string {
  if (attribution === null) return ''
  const said = mainCauses(attribution).map(
    ({ share, cause }, at) =>
      `${fraction(share ?? 0)}${at === 0 ? ' of the loss is' : ''} ${places[cause] ?? `in ${cause}`}`,
  )
  const rest = attribution.unexplained.share ?? 0
  const told = mainCauses(attribution).reduce((sum, { share }) => sum + (share ?? 0), 0)
  if (attribution.parts.length === 0 && rest > 0)
    return 'nearly all live cases are of a kind that the pilot did not have'
  if (said.length === 0) return rest >= 0.5 ? 'most of the loss these data cannot explain' : ''
  return !isBrief && rest >= 0.25 && told + rest <= 1.03
    ? `${said.join(', ')}; ${fraction(rest)} these data cannot explain`
    : said.join(', ')
}

const places: Readonly<Record<string, string>> & { readonly 'unseen-labels': string } = {
  'unseen-labels': 'in cases whose right answer the pilot never had',
  'unseen-words': 'in texts with words that the pilot never had',
  'unseen-values': 'in cases with values that the pilot never had',
  nulls: 'in cases with missing values',
  'out-of-range': 'in cases outside the range of the pilot',
  mix: 'in kinds of cases that were hard already and have become more frequent',
  labels: 'in answers that have become more frequent',
}

/** Where only the data can be compared. */
function differencesSaid({ columns, drift }: FindingInput['assessment'], first: Finding | undefined): string {
  const moved = columns
    .filter((column) => ['warn', 'act'].includes(column.drift.verdict))
    .toSorted((a, b) => (b.drift.psiCorrected ?? 0) - (a.drift.psiCorrected ?? 0))
  const names = list(
    moved.map(({ name }) => name),
    2,
  )
  const said =
    moved.length === 0
      ? ''
      : `Live differs from the pilot in ${moved.length} of ${drift.columns} ${drift.columns === 1 ? 'column' : 'columns'} (${names}).`
  const more = first === undefined || (first.code === 'drift' && said !== '') ? '' : withoutExamples(first.message)
  return `${said} ${more}`.trim()
}

/** Findings name examples last, after "such as"; figures and remarks in brackets are for the report as well. */
function withoutExamples(message: string): string {
  return message.replace(/\s*\(such as [^)]*\)/, '')
}
