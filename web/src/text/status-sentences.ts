// The first lines of Home, a use case, the log: a page's question answered in a sentence, before any table.

import type { Status } from '#wire/system.ts'
import type { UseCaseDetail, UseCaseSummary } from '#wire/use-case.ts'
import { formatCount, formatPart, formatProportion, formatRelative, labelsNeeded, plural } from './format.ts'

/** What Home knows; null is what could not be learnt, which never counts as good. */
export type HomeFacts = {
  readonly status: Status
  readonly useCases: readonly UseCaseSummary[]
  readonly models: readonly { readonly useCase: string; readonly state: UseCaseDetail['model']['state'] }[] | null
  readonly contractBreaks: { readonly count: number; readonly isAtLeast: boolean } | null
}

/** Things that somebody should look at, worst first, each as words that fit in a list. */
function needs({ status, useCases, models, contractBreaks }: HomeFacts, now: number): string[] {
  const found: string[] = []
  const down = (models ?? []).filter((model) => model.state !== 'ready')
  if (down.length > 0) found.push(`the model of ${listWords(down.map((model) => model.useCase))} does not answer`)
  if (models === null || contractBreaks === null) found.push('some figures cannot be read')
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
  if (contractBreaks !== null && contractBreaks.count > 0) {
    const more = contractBreaks.isAtLeast ? 'at least ' : ''
    found.push(`${more}${plural(contractBreaks.count, 'request')} that broke the data contract today`)
  }
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

export function logSentence(status: Status): string {
  const { size, view } = status.log
  const entries = `The log holds ${plural(size, 'entry', 'entries')}`
  if (!status.view.ok) return `${entries}; the view is not kept up.`
  if (view.behind === 0) return size === 0 ? 'The log is empty.' : `${entries}, and the view has read them all.`
  return `${entries}; the view has ${formatCount(view.behind)} of them still to read.`
}

const smallNumbers = ['no', 'one', 'two', 'three', 'four']

/** "a, b and c" */
export function listWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
