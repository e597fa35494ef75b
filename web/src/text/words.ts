// The words for what the API says in codes. One place, so that a route reads the same on every page.

import type { ActionState, DecisionSummary } from '#wire/decision.ts'
import type { ReviewState } from '#wire/review.ts'
import type { ModelHealth, UseCaseSummary } from '#wire/use-case.ts'
import type { Static } from 'typebox'

/** A state's meaning, never told by colour alone: each has its shape (see ui/verdict.tsx). */
export type Tone = 'holds' | 'watch' | 'fails' | 'unknown'
export type Verdict = { readonly tone: Tone; readonly word: string }

export type Route = DecisionSummary['route']
export type Stage = UseCaseSummary['stage']

/** Who decides by this route. */
export const routeWords: Record<Route, string> = {
  act: 'system decides',
  review: 'person decides',
  fallback: 'baseline rule decides',
  reject: 'refused',
}

export const statusVerdicts: Record<DecisionSummary['status'], Verdict> = {
  decided: { tone: 'holds', word: 'decided' },
  pending_review: { tone: 'watch', word: 'waits for a person' },
  rejected: { tone: 'fails', word: 'refused' },
}

export const armWords: Record<DecisionSummary['arm'], string> = {
  champion: 'champion',
  challenger: 'challenger',
  holdout: 'holdout (no AI)',
}

export const actionVerdicts: Record<ActionState['status'], Verdict> = {
  queued: { tone: 'watch', word: 'queued' },
  delivered: { tone: 'holds', word: 'delivered' },
  dead: { tone: 'fails', word: 'given up' },
}

export const reviewVerdicts: Record<ReviewState['status'], Verdict> = {
  open: { tone: 'watch', word: 'open' },
  claimed: { tone: 'watch', word: 'being decided' },
  done: { tone: 'holds', word: 'done' },
}

export const modelVerdicts: Record<Static<typeof ModelHealth>['state'], Verdict> = {
  ready: { tone: 'holds', word: 'ready' },
  'circuit-open': { tone: 'fails', word: 'circuit open: calls go to the fallback' },
  unavailable: { tone: 'fails', word: 'unavailable' },
}

export const stages: readonly Stage[] = ['draft', 'pilot', 'shadow', 'canary', 'production', 'retired']

export const ownerWords = {
  sponsor: 'Sponsor',
  productOwner: 'Product owner',
  techLead: 'Tech lead',
  riskCompliance: 'Risk and compliance',
  changeManager: 'Change manager',
} as const

export const riskWords: Record<UseCaseSummary['riskClass'], string> = {
  minimal: 'minimal risk',
  limited: 'limited risk',
  high: 'high risk',
}

const knownReasons: Record<string, string> = {
  otherwise: 'no rule matched',
  'contract-violation': 'broke the data contract',
  holdout: 'drawn for the holdout, where no AI decides',
  audit: 'hidden while a blind audit is open',
  'rule-failed': 'a rule could not be evaluated',
  'no-confidence': 'the model gave no usable confidence',
  'model-timeout': 'the model did not answer in time',
  'model-unreachable': 'the model could not be reached',
  'model-circuit-open': 'the model had failed too often and was not called',
  'model-busy': 'too many calls to the model at once',
  'model-bad-status': 'the model answered with an error',
  'model-bad-answer': 'the model’s answer broke its contract',
  'model-too-large': 'the model’s answer was too large',
  'model-failed': 'the model failed',
}

/** A reason code in words; codes of a manifest's own are readable already, once the dashes are gone. */
export function reasonWords(reason: string): string {
  return knownReasons[reason] ?? reason.replaceAll('-', ' ')
}
