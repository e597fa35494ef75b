// The first line of a decision's page: what was decided, by whom, on what basis, and where it is proven.

import type { DecisionDetail } from '#wire/decision.ts'
import { formatConfidence, formatCount, formatExact, formatValue } from './format.ts'
import { reasonWords } from './words.ts'

/** One or two sentences. `timeZone` only for tests; people read their own. */
export function decisionSentence(decision: DecisionDetail, timeZone?: string): string {
  const when = formatExact(decision.at, timeZone).replace(/:\d\d (?=\S+$)/, ' ')
  const place = `On the log at ${formatCount(decision.log.index)}.`
  if (decision.origin === 'observation') {
    return `Decided elsewhere${asValue(decision)} and reported on ${when}${byModel(decision)}. ${place}`
  }
  return `${whatHappened(decision, when)} ${place}`
}

function whatHappened(decision: DecisionDetail, when: string): string {
  const why = basis(decision)
  if (decision.status === 'rejected') return `Refused on ${when}, ${why}.`
  if (decision.review?.kind === 'decision') {
    const review = decision.review
    if (decision.status === 'pending_review') {
      const held = review.status === 'claimed' ? `; ${review.claimedBy ?? 'somebody'} is at it` : ''
      return `Waits for a person since ${when}, ${why}${held}.`
    }
    const by = review.doneBy ?? 'a person'
    if (review.agrees === true)
      return `Decided by ${by}${asValue(decision)}, as ${modelName(decision)} had proposed. Asked on ${when}, ${why}.`
    if (review.agrees === false) {
      const proposed = decision.value === null ? '' : ` (${formatValue(decision.value)})`
      return `Decided by ${by}${asValue(decision)}, otherwise than ${modelName(decision)} had proposed${proposed}. Asked on ${when}, ${why}.`
    }
    return `Decided by ${by}${asValue(decision)}. Asked on ${when}, ${why}.`
  }
  if (decision.route === 'fallback') return `Decided by the baseline rule on ${when}${asValue(decision)}, ${why}.`
  return `Decided by the system on ${when}${asValue(decision)}${byModel(decision)}, ${why}.`
}

/** The rule as the manifest writes it, where one matched; else the reason in words. */
function basis(decision: DecisionDetail): string {
  if (decision.withheld === 'blind-audit') return 'on what basis is hidden while a blind audit of it is open'
  if (decision.rule !== null && decision.rule !== '') return `by the rule “${decision.rule}”`
  return `because ${asClause(reasonWords(decision.reason))}`
}

function asClause(words: string): string {
  if (words === 'broke the data contract' || words.startsWith('drawn ')) {
    return words.startsWith('drawn ') ? `it was ${words}` : `the input ${words}`
  }
  return words.includes(' ') && /\b(a|the|no|too)\b/.test(words) ? words : `of “${words}”`
}

function asValue(decision: DecisionDetail): string {
  const value = decision.finalValue ?? decision.value
  return value === null ? '' : ` as “${formatValue(value)}”`
}

function byModel(decision: DecisionDetail): string {
  if (decision.model === null) return ''
  const confidence =
    decision.confidence === null ? 'no confidence' : `confidence ${formatConfidence(decision.confidence)}`
  return ` by ${modelName(decision)} (${confidence})`
}

function modelName(decision: DecisionDetail): string {
  return decision.model === null ? 'the system' : `${decision.model.name} ${decision.model.version}`
}
