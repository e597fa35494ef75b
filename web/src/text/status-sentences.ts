// The first lines of Home and a use case: a page's question answered in a sentence, before any table.

import type { LogState } from '#wire/log.ts'
import type { Status } from '#wire/system.ts'
import type { UseCaseDetail, UseCaseSummary } from '#wire/use-case.ts'
import { formatCount, formatPart, formatProportion, formatRelative, labelsNeeded, plural } from './format.ts'
import { capital, listWords } from './list-words.ts'
import { logTroubles } from './log-words.ts'

/** What Home knows; null is what could not be learnt, which never counts as good. */
export type HomeFacts = {
  readonly status: Status
  readonly log: LogState | null
  readonly useCases: readonly UseCaseSummary[]
  readonly contractBreaks: number | null
}

/** Those whose model does not answer now. */
export function withoutModel(useCases: readonly UseCaseSummary[]): UseCaseSummary[] {
  return useCases.filter(({ model }) => model.state !== 'ready')
}

/** Things that somebody should look at, worst first, each as words that fit in a list. */
function needs({ status, log, useCases, contractBreaks }: HomeFacts, now: number): string[] {
  const found: string[] = []
  const down = withoutModel(useCases).map(({ name }) => name)
  if (down.length > 0) found.push(`the model of ${listWords(down)} does not answer`)
  if (log !== null) found.push(...logTroubles(log))
  if (log === null || contractBreaks === null) found.push('some figures cannot be read')
  if (!status.view.ok) found.push('the view is not kept up')
  else if (isBehind(status))
    found.push(`the view is ${plural(status.log.view.behind, 'entry', 'entries')} behind the log`)
  if (status.deadActions > 0) found.push(`${plural(status.deadActions, 'action')} given up`)
  if (status.openReviews > 0) {
    const oldest = useCases
      .map((useCase) => useCase.oldestReviewAt)
      .filter((at) => at !== null)
      .sort()[0]
    const since = oldest === undefined ? '' : ` (the oldest for ${formatRelative(oldest, now).replace(' ago', '')})`
    found.push(`${plural(status.openReviews, 'review')} waiting${since}`)
  }
  if (contractBreaks !== null && contractBreaks > 0)
    found.push(`${plural(contractBreaks, 'request')} that broke the data contract today`)
  return found
}

/** A view that trails by a moment's work is no news; one that trails by more is. */
export function isBehind(status: Status): boolean {
  return status.log.view.behind > 500
}

export function homeSentence(facts: HomeFacts, now: number): string {
  if (facts.useCases.length === 0) return 'Nothing runs here yet: apply a manifest to begin.'
  const decisions = facts.useCases.reduce((sum, useCase) => sum + useCase.today.total, 0)
  const made = decisions === 0 ? 'no decision today' : `${plural(decisions, 'decision')} today`
  const found = needs(facts, now)
  if (found.length === 0)
    return `All is well and nothing needs you: ${plural(facts.useCases.length, 'use case')}, ${made}.`
  const count =
    found.length === 1
      ? 'One thing needs'
      : `${capital(smallNumbers[found.length] ?? String(found.length))} things need`
  return `${count} somebody: ${listWords(found)}.`
}

export function sentenceOfUseCase(useCase: UseCaseDetail): string {
  const { today, allTime, accuracy } = useCase
  const stage = useCase.stage === 'draft' ? 'A draft' : `In ${useCase.stage}`
  if (allTime.total === 0) return `${stage}, with no decision yet.`
  const flow =
    today.total === 0
      ? `no decision today, ${formatCount(allTime.total)} in all`
      : `${plural(today.total, 'decision')} today, ${formatPart(today.act, today.total)} by the system alone`
  const right = accuracy.n < labelsNeeded ? 'Whether they are right is not known yet' : 'Right in'
  return `${stage}: ${flow}. ${right}${accuracy.n < labelsNeeded ? ': ' : ' '}${formatProportion(accuracy)}.`
}

const smallNumbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
