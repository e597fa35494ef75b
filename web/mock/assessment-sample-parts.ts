// The parts of the sample assessments that are about the model: performance, calibration, fairness, automation, cost.

import type { Assessment } from '#wire/assessment.ts'

type Estimate = NonNullable<Assessment['attribution']>['loss']

const around = (value: number, half: number): Estimate => ({ value, low: value - half, high: value + half })
const unknown: Estimate = { value: null, low: null, high: null }

const start = Date.parse('2026-03-01T00:00:00Z')
export const day = (n: number) => new Date(start + n * 86_400_000).toISOString()

export function performance(): NonNullable<Assessment['performance']> {
  const at = (chunk: number) => 0.915 - Math.max(0, chunk - 4) * 0.028 - (chunk % 3) * 0.006
  return {
    reference: { n: 3_204, accuracy: 0.918, rocAuc: 0.961, f1: 0.902, precision: 0.911, recall: 0.893 },
    referenceIntervals: { accuracy: around(0.918, 0.0095), rocAuc: around(0.961, 0.007), f1: around(0.902, 0.012) },
    live: {
      n: 12_870,
      realised: { accuracy: around(0.741, 0.012), rocAuc: around(0.8, 0.015), f1: around(0.71, 0.016) },
      estimated: { accuracy: around(0.768, 0.02), rocAuc: around(0.82, 0.02) },
    },
    baselines: [
      {
        name: 'majority',
        data: 'live',
        metric: 'accuracy',
        model: around(0.741, 0.012),
        rival: around(0.588, 0.013),
        n: 5_210,
        beaten: true,
      },
    ],
    chunks: Array.from({ length: 12 }, (_, chunk) => ({
      index: chunk,
      from: day(chunk * 7),
      to: day(chunk * 7 + 7),
      n: 1_070,
      labelled: chunk < 8 ? 640 : 0,
      estimated: {
        accuracy: { ...around(at(chunk), 0.02), alarm: at(chunk) < 0.87 },
        rocAuc: { ...around(at(chunk) + 0.04, 0.02), alarm: at(chunk) < 0.86 },
      },
      realised:
        chunk < 8
          ? { accuracy: { ...around(at(chunk) - 0.015, 0.03), alarm: at(chunk) < 0.87 } }
          : { accuracy: { ...unknown, alarm: false } },
      trustworthy: chunk !== 9,
      why: chunk === 9 ? 'The score moved beyond what the pilot covers.' : 'Score and calibration are as in the pilot.',
    })),
    limits: { accuracy: { low: 0.87, high: 0.96 }, rocAuc: { low: 0.9, high: 1 } },
    confusion: {
      classes: ['no', 'yes'],
      reference: [
        [1_720, 130],
        [133, 1_221],
      ],
    },
  }
}

export function calibration(): NonNullable<Assessment['calibration']> {
  return {
    data: 'live',
    n: 5_210,
    ece: 0.093,
    gaps: Array.from({ length: 10 }, (_, cell) => {
      const said = 0.52 + cell * 0.05
      const came = said - 0.02 - cell * 0.015
      return { from: said - 0.025, to: said + 0.025, n: 521, said, came: around(came, 0.04), gap: came - said }
    }),
    evidence: 41_000,
    verdict: 'miscalibrated',
    recalibrated: {
      method: 'isotonic',
      ece: 0.021,
      map: [
        { score: 0.5, calibrated: 0.49 },
        { score: 0.7, calibrated: 0.62 },
        { score: 0.95, calibrated: 0.81 },
      ],
    },
  }
}

export function fairness(): Assessment['fairness'] {
  const row = (group: string, ratio: number, verdict: 'pass' | 'fail' | 'insufficient') => ({
    column: 'age_group',
    group,
    data: 'live' as const,
    n: verdict === 'insufficient' ? 48 : 1_612,
    selectionRate: around(0.41 * ratio, 0.02),
    tpr: around(0.8 * ratio, 0.03),
    fpr: around(0.09, 0.02),
    ratio: verdict === 'insufficient' ? unknown : around(ratio, 0.06),
    comparedTo: '45 to 64',
    verdict,
    why:
      verdict === 'insufficient'
        ? '48 rows; 200 are needed.'
        : verdict === 'fail'
          ? 'The whole interval lies below 0.8.'
          : 'The whole interval lies above 0.8.',
  })
  return [
    row('under 25', 0.72, 'fail'),
    row('25 to 44', 0.93, 'pass'),
    row('45 to 64', 1, 'pass'),
    row('over 85', 0.6, 'insufficient'),
  ]
}

export function slices(): Assessment['slices'] {
  return [
    {
      where: 'channel = "whatsapp" and text_length > 320',
      conditions: [
        { column: 'channel', is: '= "whatsapp"' },
        { column: 'text_length', is: '> 320' },
      ],
      shareReference: around(0.001, 0.0008),
      shareLive: around(0.034, 0.003),
      data: 'live',
      n: 402,
      metric: 'accuracy',
      performance: around(0.43, 0.05),
      rest: around(0.755, 0.012),
      qValue: 0.0002,
    },
  ]
}

export function contract(): NonNullable<Assessment['contract']> {
  return {
    passRate: { reference: around(0.999, 0.0009), live: around(0.957, 0.004) },
    violations: [
      {
        path: '/channel',
        rule: 'required',
        message: 'must have required property channel',
        count: 528,
        reference: 0,
        example: '(empty)',
      },
      { path: '/amount', rule: 'maximum', message: 'must be <= 10000', count: 25, reference: 3, example: '48200' },
    ],
  }
}

export function automation(): NonNullable<Assessment['automation']> {
  return {
    data: 'live',
    n: 5_210,
    curve: Array.from({ length: 20 }, (_, step) => {
      const coverage = 1 - step * 0.045
      const error = 0.26 * coverage ** 2.4
      const n = Math.round(5_210 * coverage)
      return {
        threshold: 0.5 + step * 0.025,
        coverage: around(coverage, 0.01),
        error: { value: error, low: Math.max(0, error - 0.01), high: error + 0.012 },
        n,
        errors: Math.round(n * error),
      }
    }),
    recommended: {
      threshold: 0.875,
      coverage: 0.412,
      errorUpper: 0.049,
      errorMax: 0.05,
      minutesSaved: 21_200,
      moneySaved: 14_100,
    },
    why: 'Thresholds were tested from the strictest on; at 0.85 the bound passes 5 %.',
  }
}

export function cost(): NonNullable<Assessment['cost']> {
  return {
    currency: null,
    volumePerMonth: 40_000,
    perDecision: { value: 0.84, low: 0.61, high: 1.22 },
    perMonth: { value: 33_600, low: 24_400, high: 48_800 },
    pilotPerDecision: 0.31,
    parts: [
      {
        name: 'review',
        perMonth: { value: 19_800, low: 14_100, high: 27_900 },
        assumption: '58 % are reviewed, 1.5 to 2.5 minutes each.',
      },
      {
        name: 'wrong decisions',
        perMonth: { value: 8_100, low: 5_200, high: 13_000 },
        assumption: 'Each costs what --cost-fp and --cost-fn say.',
      },
      {
        name: 'monitoring',
        perMonth: { value: 2_700, low: 1_500, high: 4_600 },
        assumption: 'Half a day to two days a week.',
      },
    ],
    unknowns: [
      { name: 'minutes of a review', share: 0.52, range: [1.5, 2.5] },
      { name: 'share that needs review', share: 0.27, range: [0.5, 0.65] },
      { name: 'integration', share: 0.11, range: [10_000, 60_000] },
    ],
  }
}

export function attribution(): NonNullable<Assessment['attribution']> {
  return {
    metric: 'accuracy',
    reference: around(0.918, 0.0095),
    live: around(0.741, 0.012),
    loss: around(0.177, 0.015),
    parts: [
      {
        cause: 'text: unseen words',
        share: 0.51,
        loss: around(0.09, 0.012),
        message: 'Half of the loss is in messages with words that the pilot never saw.',
      },
      {
        cause: 'channel',
        share: 0.16,
        loss: around(0.028, 0.008),
        message: 'A sixth is in the channel whatsapp, which the pilot did not have.',
      },
    ],
    unexplained: {
      share: 0.33,
      message: 'The rest cannot be tied to a column: the same inputs get other labels than in the pilot.',
    },
  }
}

export function robustness(): NonNullable<Assessment['robustness']> {
  const tried = ([name, column]: readonly [string, string], hits: number, failures = 0) => {
    const drop = (180 - hits) / 200
    return {
      name,
      column,
      n: 200,
      after: { value: hits / 200, low: hits / 200 - 0.05, high: Math.min(1, hits / 200 + 0.05) },
      drop: { value: drop, low: drop - 0.03, high: drop + 0.03 },
      failures,
      example: null,
      verdict: drop > 0.08 ? ('fails' as const) : drop < 0.02 ? ('holds' as const) : ('insufficient' as const),
    }
  }
  return {
    n: 200,
    calls: 1_000,
    before: { value: 0.9, low: 0.851, high: 0.934 },
    metric: 'accuracy',
    disturbances: [
      tried(['typing errors', 'text'], 150),
      tried(['another language mixed in', 'text'], 168),
      tried(['a missing value', 'channel'], 20, 178),
      tried(['capital letters', 'channel'], 179),
    ],
  }
}
