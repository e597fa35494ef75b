// Calibration, bias, slices, leaks, robustness, contract, cost and out-of-scope: what else stands between a pilot and its use.

import type { Finding } from '#core/monitoring/assessment.ts'
import { otherUnits } from '../disturb.ts'
import type { FindingFamily, FindingInput } from './evidence.ts'
import { count, figure, list, numberWithin, percent, shareWithin } from './figures.ts'

export const modelFindings: FindingFamily = (input) => [
  ...leaks(input),
  ...calibration(input.assessment),
  ...bias(input.assessment),
  ...undecidedGroups(input.assessment),
  ...slices(input.assessment),
  ...scope(input),
  ...robustness(input.assessment),
  ...contract(input.assessment),
  ...cost(input.assessment),
]

type Judged = FindingInput['assessment']

function leaks({ leaks: found }: FindingInput): Finding[] {
  const strong = found.filter(({ sign }) => sign === 'predicts')
  const weak = found.filter(({ sign }) => sign !== 'predicts')
  return [
    ...strong.map(({ column, strength, measure, n }): Finding => ({
      severity: 'critical',
      code: 'leak',
      message: `“${column}” alone gives the answer away (${measure === 'r2' ? 'explains' : 'ROC area'} ${measure === 'r2' ? percent(strength) : figure(strength)}): the pilot’s figures mean nothing if the model reads it.`,
      evidence: { column, strength, measure, n },
      advice: 'Check whether it is known before the decision. If not, take it out, train again and repeat the pilot.',
    })),
    ...weak.map(({ column, sign, strength, measure, n }): Finding => ({
      severity: sign === 'name' ? 'notice' : 'warning',
      code: 'leak',
      message:
        sign === 'name'
          ? `“${column}” may hold a decision or a score that somebody else has already reached.`
          : `“${column}” seems to be filled in after the outcome is known: where it is filled in, nearly all rows have the same label.`,
      evidence: { column, sign, strength, measure, n },
      advice: 'Check whether it is known before the decision. If not, take it out of the model’s inputs.',
    })),
  ]
}

function calibration({ calibration: judged }: Judged): Finding[] {
  if (judged === null || judged.verdict !== 'miscalibrated') return []
  const [worst] = judged.gaps.toSorted((a, b) => Math.abs(b.gap) - Math.abs(a.gap))
  const example =
    worst === undefined ? '' : ` Where it says ${percent(worst.said)}, ${shareWithin(worst.came)} come true.`
  return [
    {
      severity: 'warning',
      code: 'miscalibrated',
      message: `The score does not mean what it says ${judged.data === 'live' ? 'live' : 'in the pilot'} (off by ${percent(judged.ece)} on average).${example}`,
      evidence: { ece: judged.ece, n: judged.n, evidence: judged.evidence, data: judged.data, gaps: judged.gaps },
      advice:
        judged.recalibrated === undefined
          ? 'Calibrate the score on labelled rows before thresholds are set by it.'
          : `Use the recalibrated score of the report: it brings the gap to ${percent(judged.recalibrated.ece)}.`,
    },
  ]
}

function bias({ fairness, data }: Judged): Finding[] {
  const failed = fairness.filter(({ verdict }) => verdict === 'fail')
  const byColumn = Map.groupBy(failed, ({ column }) => column)
  return [...byColumn].flatMap(([column, found]): Finding[] => {
    // Live says more than the pilot, where both fail.
    const [worst] = found.toSorted((a, b) =>
      a.data === b.data ? (a.ratio.value ?? 1) - (b.ratio.value ?? 1) : a.data === 'live' ? -1 : 1,
    )
    if (worst === undefined) return []
    const { ratio, group, comparedTo, selectionRate } = worst
    const best = fairness.find((row) => row.column === column && row.data === worst.data && row.group === comparedTo)
    const interval =
      ratio.low === null || ratio.high === null ? '' : ` (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`
    const answer = data.positive === null ? 'the positive answer' : `“${data.positive}”`
    return [
      {
        severity: 'critical',
        code: 'bias',
        message: `By ${column}, “${group}” gets ${answer} in ${percent(selectionRate.value)}, “${comparedTo}” in ${percent(best?.selectionRate.value ?? null)}: ${(ratio.value ?? 0).toFixed(2)} times as often${interval}${worst.data === 'live' ? '' : ', in the pilot'}.`,
        evidence: { column, failed: found },
        advice:
          'Have the cause looked at by the owner and whoever is responsible for equal treatment, before these people are decided on automatically.',
      },
    ]
  })
}

const namedMin = 5

/** Groups that somebody asked about and of which nothing can be said. */
function undecidedGroups({ fairness }: Judged): Finding[] {
  const newest = fairness.some(({ data }) => data === 'live') ? 'live' : 'reference'
  // A group of a few rows may name one of them.
  const open = fairness.filter(({ data, verdict, n }) => data === newest && verdict === 'insufficient' && n >= namedMin)
  if (open.length === 0) return []
  const groups = open.toSorted((a, b) => b.n - a.n).map(({ column, group }) => `${column}: ${group}`)
  return [
    {
      severity: 'notice',
      code: 'too-little-data',
      message: `Whether all groups are treated alike ${newest === 'live' ? 'live' : 'in the pilot'} cannot be told yet: too few rows of ${list(groups)}.`,
      evidence: { groups: open.map(({ column, group, n, ratio, why }) => ({ column, group, n, ratio, why })) },
      advice: 'Collect more rows of these groups, or compare fewer and larger ones.',
    },
  ]
}

function slices({ slices: found, data }: Judged): Finding[] {
  const columnsOf = ({ conditions }: Judged['slices'][number]) => conditions.map(({ column }) => column).join('\t')
  const seen = found.filter(({ shareLive }) => (shareLive.value ?? 0) >= liveShareMin)
  // Neighbouring ranges of one column are one story: the worst of them stands for it.
  return [...Map.groupBy(seen, columnsOf).values()]
    .flatMap(([first]) => (first === undefined ? [] : [first]))
    .slice(0, 3)
    .map((slice) => {
      const { where, metric, performance, rest, n, shareReference, shareLive } = slice
      const [here, elsewhere] = [performance, rest].map(metric === 'accuracy' ? shareWithin : numberWithin)
      return {
        severity: 'warning',
        code: 'slice',
        message: `Where ${where}, the model ${metric === 'accuracy' ? 'is right in' : 'is off by'} ${here} (n = ${count(n)}), elsewhere ${elsewhere}: ${percent(shareReference.value)} of the pilot, ${percent(shareLive.value)} now.`,
        evidence: { ...slice, n, rows: data[slice.data].rows },
        advice: 'Send such cases to a person, or add examples of them and train again.',
      }
    })
}

/** Groups that do not come any more do not matter. */
const liveShareMin = 0.001

function scope({ newLabels, farTexts, assessment }: FindingInput): Finding[] {
  const found: Finding[] = []
  if (newLabels !== null && newLabels.n > 0) {
    const { column, labels, n, rows } = newLabels
    const share = n / rows
    const isLabel = assessment.data.roles.some((one) => one.role === 'target' && one.column === column)
    found.push({
      severity: share >= 0.05 ? 'critical' : share >= 0.01 ? 'warning' : 'notice',
      code: 'out-of-scope',
      message: isLabel
        ? `${percent(share)} of the live cases have a right answer that the pilot never had${scopeSaid(newLabels, assessment)}. New: ${list(labels)}.`
        : `${percent(share)} of the live answers in “${column}” are ones that the pilot never had: ${list(labels)}.`,
      evidence: newLabels,
      advice: 'The model cannot know these. Teach it to say “something else”, and send those to a person.',
    })
  }
  if (farTexts !== null) {
    found.push({
      severity: farTexts.live - farTexts.reference >= 0.1 ? 'warning' : 'notice',
      code: 'out-of-scope',
      message: `${percent(farTexts.live)} of the live texts in “${farTexts.column}” consist mostly of words that the pilot never had; from the pilot ${percent(farTexts.reference)} was to be expected.`,
      evidence: farTexts,
      advice: 'Look at some of them: if they are about something else, the model must be able to say so.',
    })
  }
  return found
}

/** "; the model gets none of them right, of all others 72 % ± 6 (81 % in the pilot)" */
function scopeSaid({ scope: figures }: NonNullable<FindingInput['newLabels']>, { performance }: Judged): string {
  if (figures === null || figures.inScopeAccuracy.value === null) return ''
  const recognised = figures.outOfScopeRecall.value ?? 0
  const before = performance?.referenceIntervals.accuracy?.value ?? null
  const pilot = before === null ? '' : ` (${percent(before)} in the pilot)`
  return `; the model gets ${recognised === 0 ? 'none' : percent(recognised)} of them right, of all others ${shareWithin(figures.inScopeAccuracy)}${pilot}`
}

function robustness({ robustness: judged }: Judged): Finding[] {
  const failing = (judged?.disturbances ?? []).filter(({ verdict }) => verdict === 'fails')
  const refused = (judged?.disturbances ?? []).filter(({ failures, n }) => failures > 0.05 * Math.max(1, n + failures))
  const found: Finding[] = []
  const isUnit = ({ name }: Robustness['disturbances'][number]) => otherUnits.has(name)
  const [worst] = failing.toSorted(
    (a, b) => Number(isUnit(a)) - Number(isUnit(b)) || (b.drop.value ?? 0) - (a.drop.value ?? 0),
  )
  if (judged !== null && worst !== undefined) {
    const more = failing.length - 1
    found.push({
      severity: !isUnit(worst) && (worst.drop.value ?? 0) >= breaking(judged) ? 'critical' : 'warning',
      code: 'robustness',
      message: `The model breaks easily: with ${worst.name} in “${worst.column}” ${disturbed(judged, worst)}${more > 0 ? `, and ${more} more ${more === 1 ? 'disturbance hurts' : 'disturbances hurt'} it` : ''}.`,
      evidence: { disturbances: failing, n: worst.n },
      advice: 'Clean such input before the model, refuse it, or train with examples of it.',
    })
  }
  if (refused.length > 0) {
    found.push({
      severity: 'warning',
      code: 'robustness',
      message: `The model gives no answer to some disturbed rows: ${list(refused.map(({ name, column }) => `${name} in ${column}`))}.`,
      evidence: { disturbances: refused },
      advice: 'Decide what happens to such rows: a person, or a rule.',
    })
  }
  return found
}

/** From here on one disturbed column makes the model useless: a fifth of the answers lost, or an error twice as large. */
function breaking({ metric, before }: Robustness): number {
  return metric === 'mae' ? before.value || Infinity : 0.2
}

function disturbed({ metric, before }: Robustness, { after }: Robustness['disturbances'][number]): string {
  if (metric === 'agreement') return `it gives the same answer in only ${shareWithin(after)}`
  if (metric === 'accuracy') return `${percent(before.value)} right answers become ${shareWithin(after)}`
  if (before.value === 0) return `its answers change by ${numberWithin(after)} on average`
  return `its mean error goes from ${figure(before.value ?? 0)} to ${numberWithin(after)}`
}

type Robustness = NonNullable<Judged['robustness']>

function contract({ contract: judged }: Judged): Finding[] {
  if (judged === null || judged.violations.length === 0) return []
  const live = judged.passRate.live.value ?? 1
  const newly = judged.violations.filter((violation) => violation.count > 0)
  if (newly.length === 0) return []
  const [worst] = newly
  return [
    {
      severity: live < 0.9 ? 'critical' : live < 0.99 ? 'warning' : 'notice',
      code: 'contract',
      message: `${percent(1 - live)} of the live rows break the data contract; most often ${worst?.path} ${worst?.message} (${count(worst?.count ?? 0)} rows, such as ${worst?.example}).`,
      evidence: { passRate: judged.passRate, violations: newly.slice(0, 20) },
      advice: 'Correct the source or the contract; until then such rows go to a person.',
    },
  ]
}

function cost({ cost: judged }: Judged): Finding[] {
  if (judged === null) return []
  const { perMonth, unknowns } = judged
  const range = `${figure(perMonth.low ?? 0)} to ${figure(perMonth.high ?? 0)}`
  const main = unknowns[0]
  return [
    {
      severity: 'notice',
      code: 'cost',
      message: `At ${count(judged.volumePerMonth)} decisions a month it costs ${figure(perMonth.value ?? 0)} a month (${range})${main === undefined ? '' : `; most depends on the ${main.name}`}.`,
      evidence: { perMonth, perDecision: judged.perDecision, pilotPerDecision: judged.pilotPerDecision, unknowns },
      advice: 'Find out the largest unknown first: it narrows the range most.',
    },
  ]
}
