// Whether a score means what it says: of rows scored 0.8, do 80 % come true?
//
//   ECE = Σ n/N |came − said| over 10 cells of equal mass; by chance alone it is about Σ n/N √(2 p(1−p)/(π n)), which is taken off
//   before it is judged. Refuted when betting against the score has won 20-fold (calibration-bets.ts: finds what is off in one
//   direction), or when any cell's gap is beyond chance (χ² of one degree, Benjamini-Hochberg at 1 %: finds what is off in several).
//   Refuted but by less than 0.02 corrected is still held: nobody is hurt by it.

import { chiSquareTail } from '#core/stats/chi-square.ts'
import { benjaminiHochberg } from '#core/stats/multiple-testing.ts'
import type { CalibrationAssessment } from './assessment.ts'
import { type Bets, betEvidence } from './calibration-bets.ts'
import {
  boundsOfCell,
  type CalibrationCell,
  type CalibrationGroup,
  equalMass,
  expectedError,
} from './calibration-cells.ts'
import { proposeRecalibration } from './calibration-proposal.ts'
import { rate } from './performance-values.ts'
import type { ScoreScale } from './scored-cells.ts'

export type CalibrationInput = {
  readonly data: CalibrationAssessment['data']
  readonly scale: ScoreScale
  readonly cells: readonly CalibrationCell[]
  /** Of the same rows. */
  readonly bets: Bets
  readonly seed: number
}

const labelsMin = 500
const groupsMax = 10
const matters = 0.02

/** Null where scores are no probabilities (they leave [0,1]): nothing was said that could come true. */
export function judgeCalibration({
  data,
  scale,
  bets,
  seed,
  ...input
}: CalibrationInput): CalibrationAssessment | null {
  if (!(scale.min >= 0 && scale.max <= 1)) return null
  // Live may have some that the pilot had not.
  const cells = input.cells.filter(({ n, said }) => said >= 0 && said <= n)
  const groups = equalMass(cells, groupsMax)
  const n = groups.reduce((sum, group) => sum + group.n, 0)
  const evidence = betEvidence(bets)
  if (n === 0) return { data, n, ece: null, gaps: [], evidence, verdict: 'insufficient' }
  const ece = expectedError(groups)
  const refuted = (evidence ?? 0) >= 20 || hasGapBeyondChance(groups)
  const came = groups.reduce((sum, group) => sum + group.came, 0)
  // From one kind of answer nothing is learnt but to give always that.
  const proposal = n >= labelsMin && came > 0 && came < n ? proposeRecalibration(cells, seed) : null
  return {
    data,
    n,
    ece,
    gaps: groups.map((group) => ({
      from: boundsOfCell(scale, group.first).from,
      to: boundsOfCell(scale, group.last).to,
      n: group.n,
      said: group.said / group.n,
      came: rate(group.came, group.n),
      gap: (group.came - group.said) / group.n,
    })),
    evidence,
    verdict: verdictOf(n, refuted, ece - errorByChance(groups)),
    ...(proposal === null ? {} : { recalibrated: proposal }),
  }
}

function verdictOf(n: number, refuted: boolean, excess: number): CalibrationAssessment['verdict'] {
  if (refuted && excess >= matters) return 'miscalibrated'
  return n < labelsMin ? 'insufficient' : 'holds'
}

/** The mean of |normal| is √(2/π) standard deviations. */
function errorByChance(groups: readonly CalibrationGroup[]): number {
  const total = groups.reduce((sum, { n }) => sum + n, 0)
  return groups.reduce((sum, group) => sum + Math.sqrt((2 / Math.PI) * binomialVariance(group)), 0) / total
}

function hasGapBeyondChance(groups: readonly CalibrationGroup[]): boolean {
  const pValues = groups.map((group) => {
    const variance = binomialVariance(group)
    const miss = (group.came - group.said) ** 2
    // Said with certainty, one row that came otherwise refutes it.
    if (variance === 0) return miss === 0 ? 1 : 0
    return chiSquareTail(miss / variance, 1)
  })
  return benjaminiHochberg(pValues).some((q) => q <= 0.01)
}

/** Of the number that comes, if what was said is true; each score at its group's mean, which is at least the true variance. */
function binomialVariance({ n, said }: CalibrationGroup): number {
  const p = Math.min(1, Math.max(0, said / n))
  return n * p * (1 - p)
}
