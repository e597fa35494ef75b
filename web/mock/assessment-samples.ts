// Assessments for the mock API and for tests of the report: of the size and shape of real ones, and of no real data. The
// figures follow from formulas, so that charts have something to show.

import type { Assessment } from '#wire/assessment.ts'
import {
  attribution,
  automation,
  calibration,
  contract,
  cost,
  day,
  fairness,
  performance,
  robustness,
  slices,
} from './assessment-sample-parts.ts'

type Column = Assessment['columns'][number]

const noRate = { reference: null, live: null, low: null, high: null, verdict: 'none' } as const

type Sample = { readonly columns?: number; readonly isModelAsked?: boolean }

/** A gap as teams meet it: ready in the pilot, worse on live data, with each part of the report filled. */
export function sampleAssessment({ columns = 12, isModelAsked = false }: Sample = {}): Assessment {
  const named = sampleColumns(columns)
  return {
    verdict: 'gap',
    headline:
      'In the pilot 91.8 % were right, live 74.1 % ± 1.2; half of the loss is in messages with words that the pilot never saw, a sixth in the new channel.',
    findings: findings(),
    data: data(columns),
    columns: named,
    drift: {
      columns,
      drifted: named.filter(({ drift }) => drift.verdict === 'act').length,
      verdict: 'act',
      falseAlarmDaysPerMonth: { value: 0.31, low: 0.2, high: 0.45 },
      method:
        'Two-sample test on cells fixed by the pilot, Benjamini-Hochberg over the columns, and a floor on the size of the effect.',
    },
    performance: performance(),
    calibration: calibration(),
    fairness: fairness(),
    slices: slices(),
    robustness: isModelAsked ? robustness() : null,
    contract: contract(),
    automation: automation(),
    cost: cost(),
    attribution: attribution(),
  }
}

/** Too little to say anything. */
export function sparseAssessment(): Assessment {
  const whole = sampleAssessment({ columns: 2 })
  return {
    ...whole,
    verdict: 'insufficient',
    headline: 'Nothing can be said yet: live has 41 rows, and 200 are needed.',
    findings: [
      {
        severity: 'warning',
        code: 'too-little-data',
        message: 'Live has 41 rows; below 200 a difference says more about chance than about production.',
        evidence: { rows: 41, needed: 200 },
        advice: 'Collect two or three more days and run it again.',
      },
    ],
    performance: null,
    calibration: null,
    fairness: [],
    slices: [],
    contract: null,
    automation: null,
    cost: null,
    attribution: null,
  }
}

function findings(): Assessment['findings'] {
  return [
    {
      severity: 'critical',
      code: 'performance-drop',
      message: 'The model is right in 74.1 % of live messages; in the pilot it was 91.8 %.',
      evidence: { metric: 'accuracy', reference: 0.918, live: 0.741, low: 0.729, high: 0.753, n: 5210 },
      advice: 'Do not automate yet. Retrain with live messages, then assess again.',
    },
    {
      severity: 'critical',
      code: 'text-drift',
      message: '34 % of the words in live messages never occurred in the pilot; in the pilot’s own test it was 6 %.',
      evidence: { column: 'text', feature: 'unseen-words', reference: 0.06, live: 0.34 },
      advice: 'Have 300 live messages labelled and add them to training; look at the examples first.',
    },
    {
      severity: 'warning',
      code: 'bias',
      message: 'Applicants under 25 are accepted at 0.72 of the rate of the largest group; 0.8 is the usual limit.',
      evidence: { column: 'age_group', group: 'under 25', ratio: 0.72, low: 0.65, high: 0.79, n: 612 },
      advice: 'Let people decide these cases until the cause is known.',
    },
    {
      severity: 'warning',
      code: 'not-trustworthy',
      message: 'The estimate for March is not trustworthy: the score itself moved beyond what the pilot covers.',
      evidence: { chunk: 9 },
      advice: 'Get labels for March; an estimate cannot replace them here.',
    },
    {
      severity: 'notice',
      code: 'nulls',
      message: 'channel is empty in 4.1 % of live rows; in the pilot it never was.',
      evidence: { column: 'channel', reference: 0, live: 0.041 },
      advice: 'Ask who fills channel; make it required in the contract.',
    },
  ]
}

function data(columns: number): Assessment['data'] {
  return {
    reference: {
      name: 'pilot.csv',
      rows: 3_204,
      columns,
      from: '2026-01-05T00:00:00.000Z',
      to: '2026-02-27T18:02:11.000Z',
    },
    live: { name: 'live.csv', rows: 12_870, columns, from: '2026-03-01T00:00:00.000Z', to: '2026-05-30T21:40:00.000Z' },
    roles: [
      { role: 'target', column: 'label', given: true },
      { role: 'prediction', column: 'predicted', given: false },
      { role: 'score', column: 'confidence', given: false },
      { role: 'timestamp', column: 'received', given: false },
    ],
    task: 'binary',
    positive: 'yes',
    notes: [
      'The last week has 31 rows and was joined to the one before.',
      'The column id is a row number and was not compared.',
    ],
  }
}

const kinds = ['numeric', 'categorical', 'numeric', 'text', 'boolean', 'numeric'] as const
const verdicts = ['act', 'watch', 'none', 'warn', 'none', 'none', 'none', 'none', 'insufficient', 'none'] as const

function sampleColumns(count: number): Column[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[index % kinds.length] ?? 'numeric'
    const verdict = verdicts[index % verdicts.length] ?? 'none'
    const moved = { act: 0.9, warn: 0.5, watch: 0.25, none: 0.02, insufficient: 0 }[verdict]
    const name = ['text_length', 'channel', 'amount', 'text', 'is_business', 'age'][index] ?? `feature_${index}`
    return {
      name,
      kind,
      role: null,
      drift: {
        statistic: 12 + moved * 400,
        df: 9,
        pValue: verdict === 'none' ? 0.41 : 0.000_004,
        qValue: verdict === 'none' ? 0.6 : 0.000_02,
        psi: moved * 0.5 + 0.01,
        psiCorrected: moved * 0.5,
        jensenShannon: moved * 0.2,
        wassersteinSd: kind === 'numeric' ? moved : null,
        n: { reference: 3_204, live: 12_870 },
        verdict,
        ...(kind === 'text' ? { text: textDrift() } : {}),
      },
      quality: {
        nullRate:
          index === 1
            ? { reference: 0, live: 0.041, low: 0.038, high: 0.045, verdict: 'warn' }
            : { reference: 0.01, live: 0.011, low: 0.009, high: 0.013, verdict: 'none' },
        unseenRate:
          kind === 'categorical' ? { reference: null, live: 0.034, low: 0.031, high: 0.037, verdict: 'act' } : noRate,
        outOfRangeRate: noRate,
        typeErrorRate: { reference: 0, live: 0, low: 0, high: 0.0003, verdict: 'none' },
        distinct: { reference: 40 + index, live: 52 + index },
        unseen:
          kind === 'categorical'
            ? [
                { value: 'whatsapp', n: 402 },
                { value: 'kiosk', n: 36 },
              ]
            : [],
      },
      chunks: Array.from({ length: 12 }, (_, chunk) => ({
        index: chunk,
        from: day(chunk * 7),
        to: day(chunk * 7 + 7),
        n: 1_070,
        verdict: chunk > 7 ? verdict : 'none',
        lasting: chunk > 8 ? verdict : 'none',
        psiCorrected: chunk > 7 ? moved * 0.5 : 0.004,
        qValue: chunk > 7 && verdict !== 'none' ? 0.0001 : 0.7,
      })),
      cells: cells(kind, moved),
    }
  })
}

function textDrift(): NonNullable<Column['drift']['text']> {
  return [
    { feature: 'length', psiCorrected: 0.04, qValue: 0.02, reference: 41, live: 38, verdict: 'watch' },
    { feature: 'unseen-words', psiCorrected: 0.61, qValue: 0.00001, reference: 0.06, live: 0.34, verdict: 'act' },
    { feature: 'language', psiCorrected: null, qValue: null, reference: null, live: null, verdict: 'insufficient' },
  ]
}

function cells(kind: Column['kind'], moved: number): Column['cells'] {
  const labels =
    kind === 'categorical'
      ? ['mail', 'web', 'phone', 'letter', 'never seen', 'empty']
      : kind === 'boolean'
        ? ['false', 'true']
        : ['≤ 12', '12–24', '24–31', '31–38', '38–47', '47–58', '58–71', '71–90', '90–130', '> 130']
  return labels.map((label, at) => {
    const middle = (labels.length - 1) / 2
    const tilt = (moved * (at - middle)) / Math.max(1, middle)
    return {
      label,
      reference: Math.round(3_204 / labels.length),
      live: Math.max(0, Math.round((12_870 / labels.length) * (1 + tilt))),
    }
  })
}
