// Whether the model beats the simplest rules: a model that does not is the first thing to say.

import type { Finding, PerformanceAssessment } from '#core/monitoring/assessment.ts'
import type { FindingFamily, FindingInput } from './evidence.ts'
import { rows, show } from './figures.ts'

type Rival = PerformanceAssessment['baselines'][number]

export const rivalFindings: FindingFamily = (input) => {
  const { performance } = input.assessment
  if (performance === null) return []
  // Live says more than the pilot.
  const strongest = (['live', 'reference'] as const).flatMap((data) => strongestIn(performance, data))
  const lost = strongest.filter(({ model, beaten }) => model.value !== null && beaten === false)
  const alone = strongest.filter(({ model }) => model.value === null)
  const open = strongest.filter(({ model, beaten }) => model.value !== null && beaten === null)
  return [
    ...(lost.length > 0 ? [losing(lost, input, performance)] : []),
    ...(lost.length === 0 && open.length > 0 ? open.slice(0, 1).map((rival) => undecided(rival, input)) : []),
    ...(alone.length === strongest.length && !isPlaceholder(input)
      ? alone.slice(0, 1).map((rival) => toBeat(rival, input))
      : []),
  ]
}

/** A word for "not known yet" is nothing to be beaten. */
function isPlaceholder({ facts, majority, assessment }: FindingInput): boolean {
  const target = assessment.data.roles.find(({ role }) => role === 'target')?.column
  return facts.placeholders.some(({ column, word }) => column === target && word === majority)
}

/** The strongest rival that the model does not beat live; for headlines. */
export function winningRival(performance: PerformanceAssessment): Rival | undefined {
  return (['live', 'reference'] as const)
    .flatMap((data) => strongestIn(performance, data))
    .find(({ model, beaten }) => model.value !== null && beaten === false)
}

function strongestIn({ baselines }: PerformanceAssessment, data: Rival['data']): Rival[] {
  const strength = ({ metric, rival }: Rival) => (metric === 'mae' ? -1 : 1) * (rival.value ?? 0)
  return baselines
    .filter((baseline) => baseline.data === data)
    .toSorted((a, b) => strength(b) - strength(a))
    .slice(0, 1)
}

/** "always answering “no”". */
export function rivalWords({ name }: Pick<Rival, 'name'>, majority: FindingInput['majority']): string {
  if (name === 'last-value') return 'repeating the last known answer'
  if (name === 'mean') return 'always giving the pilot’s mean'
  return majority === null ? 'always giving the most frequent answer' : `always answering “${majority}”`
}

function placeOf({ data }: Rival): string {
  return data === 'live' ? 'live' : 'in the pilot'
}

function losing(lost: readonly Rival[], { majority }: FindingInput, performance: PerformanceAssessment): Finding {
  const [first, second] = lost as readonly [Rival, Rival?]
  const against = ({ metric, model, rival }: Rival) => `${show(metric, model)} against ${show(metric, rival)}`
  const also = second === undefined ? '' : second.name === first.name ? `; nor in the pilot (${against(second)})` : ''
  return {
    severity: 'critical',
    code: 'loses-to-baseline',
    message: `The model does no better ${placeOf(first)} than ${rivalWords(first, majority)}: ${against(first)}${also}.`,
    evidence: { rival: first, n: first.n, all: lost },
    advice: ranksAnyway(first, performance)
      ? 'Its yes and no add nothing, but its score does tell cases apart: use it to rank them, or set the threshold by what errors cost.'
      : 'Do not take it into use for this; use the simple rule, or find what the model is missing.',
  }
}

const usefulArea = 0.6

/** Of a rare class a model may be worth much and still say “no” to every case. */
function ranksAnyway({ name }: Rival, { live, referenceIntervals }: PerformanceAssessment): boolean {
  const area = live.realised?.rocAuc ?? referenceIntervals.rocAuc
  return name === 'majority' && (area?.low ?? 0) > usefulArea
}

function undecided(rival: Rival, { majority }: FindingInput): Finding {
  const { metric, model, n } = rival
  return {
    severity: 'notice',
    code: 'loses-to-baseline',
    message: `Whether the model beats ${rivalWords(rival, majority)} cannot be told from ${rows(n)} ${placeOf(rival)}: ${show(metric, model)} against ${show(metric, rival.rival)}.`,
    evidence: { rival, n },
    advice: 'Label more rows; until then the simple rule may be as good.',
  }
}

function toBeat(rival: Rival, { majority }: FindingInput): Finding {
  return {
    severity: 'notice',
    code: 'loses-to-baseline',
    message: `Any model has to beat this: ${rivalWords(rival, majority)} ${rival.metric === 'mae' ? 'is off by' : 'is right in'} ${show(rival.metric, rival.rival)} ${placeOf(rival)}.`,
    evidence: { rival },
    advice: 'Add the model’s answers (--prediction) to have it compared.',
  }
}
