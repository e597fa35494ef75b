// What an assessment of pilot data against live data says: the shape of `airworthy assess --json`, of the report and of what
// is kept with a use case. Every figure comes with its n and its interval, or is null with the reason beside it.

import type { TextFeatureName } from './text-feature-names.ts'

export type Assessment = {
  readonly verdict: 'ready' | 'gap' | 'insufficient'
  /** The sentence a sponsor repeats. */
  readonly headline: string
  /** Most important first. */
  readonly findings: readonly Finding[]
  readonly data: DataFacts
  readonly columns: readonly ColumnAssessment[]
  readonly drift: DriftOverall
  readonly performance: PerformanceAssessment | null
  readonly calibration: CalibrationAssessment | null
  readonly fairness: readonly FairnessRow[]
  readonly slices: readonly Slice[]
  readonly robustness: RobustnessAssessment | null
  readonly contract: ContractAssessment | null
  readonly automation: AutomationAssessment | null
  readonly cost: CostAssessment | null
  /** Where the loss between pilot and live comes from, as far as the data allow. */
  readonly attribution: Attribution | null
}

export const findingCodes = [
  'drift',
  'label-drift',
  'prediction-drift',
  'text-drift',
  'unseen',
  'nulls',
  'types',
  'range',
  'duplicates',
  'shifted-rows',
  'constant',
  'leak',
  'single-class',
  'miscalibrated',
  'loses-to-baseline',
  'performance-drop',
  'not-trustworthy',
  'bias',
  'slice',
  'out-of-scope',
  'robustness',
  'contract',
  'cost',
  'too-little-data',
] as const
export type FindingCode = (typeof findingCodes)[number]

/** critical: do not go live; warning: fix or accept knowingly; notice: worth knowing. */
export type Severity = 'critical' | 'warning' | 'notice'

export type Finding = {
  readonly severity: Severity
  readonly code: FindingCode
  /** One sentence for someone who is no statistician. */
  readonly message: string
  /** What it rests on: names and figures, for whoever checks. */
  readonly evidence: Readonly<Record<string, unknown>>
  /** What to do about it. */
  readonly advice: string
}

export type DataFacts = {
  readonly reference: FileFacts
  readonly live: FileFacts
  /** Which column plays which part, and why it was chosen when nobody said. */
  readonly roles: readonly { readonly role: Role; readonly column: string; readonly given: boolean }[]
  readonly task: 'binary' | 'multiclass' | 'regression' | null
  /** The class counted as positive; null without one. */
  readonly positive: string | null
  /** What was merged, left out or assumed, in sentences. */
  readonly notes: readonly string[]
}
export type Role = 'target' | 'prediction' | 'score' | 'timestamp' | 'group' | 'ignored'
export type FileFacts = {
  readonly name: string
  readonly rows: number
  readonly columns: number
  /** ISO 8601, UTC; null without a timestamp. */
  readonly from: string | null
  readonly to: string | null
}

export type ColumnKind = 'numeric' | 'categorical' | 'boolean' | 'text' | 'datetime' | 'id'
export type DriftVerdict = 'none' | 'watch' | 'warn' | 'act' | 'insufficient'
/** Of a rate. */
export type QualityVerdict = 'none' | 'warn' | 'act' | 'insufficient'

export type ColumnAssessment = {
  readonly name: string
  readonly kind: ColumnKind
  readonly role: Role | null
  readonly drift: ColumnDrift
  readonly quality: ColumnQuality
  readonly chunks: readonly ColumnChunk[]
  /** For the chart: the same cells in both files. Empty for ids. */
  readonly cells: readonly { readonly label: string; readonly reference: number; readonly live: number }[]
}
export type ColumnDrift = {
  readonly statistic: number | null
  readonly df: number | null
  readonly pValue: number | null
  /** After Benjamini-Hochberg over this evaluation; of the chi-square or, for numbers, the rank test: the smaller. */
  readonly qValue: number | null
  readonly psi: number | null
  /** PSI less what chance alone gives at these sizes. */
  readonly psiCorrected: number | null
  readonly jensenShannon: number | null
  /** Earth mover's distance in standard deviations of the reference; null for what has no order. */
  readonly wassersteinSd: number | null
  readonly n: { readonly reference: number; readonly live: number }
  readonly verdict: DriftVerdict
  /** What of a text moved; absent for other kinds. */
  readonly text?: readonly TextDrift[]
}
export type TextDrift = {
  readonly feature: TextFeatureName
  readonly psiCorrected: number | null
  readonly qValue: number | null
  /** Mean length; share of texts in the reference's main language or script; of words unseen, mistyped, links or numbers. */
  readonly reference: number | null
  readonly live: number | null
  readonly verdict: DriftVerdict
}
export type RatePair = {
  readonly reference: number | null
  readonly live: number | null
  readonly low: number | null
  readonly high: number | null
  readonly verdict: QualityVerdict
}
export type ColumnQuality = {
  /** `low` and `high`: 95 % interval of the live rate, here as below. */
  readonly nullRate: RatePair
  /**
   * Shares of the values; null where the question does not arise. The reference's is what to expect of rows like its own: each
   * is left out of what is known and of the range.
   */
  readonly unseenRate: RatePair
  readonly outOfRangeRate: RatePair
  readonly typeErrorRate: RatePair
  readonly distinct: { readonly reference: number; readonly live: number }
  /** Values seen live and never in the pilot, most frequent first; at most 10. */
  readonly unseen: readonly { readonly value: string; readonly n: number }[]
}
export type ColumnChunk = {
  readonly index: number
  readonly from: string | number
  readonly to: string | number
  readonly n: number
  /** Of this chunk alone. */
  readonly verdict: DriftVerdict
  /** What two of the last three chunks that could be judged reach. */
  readonly lasting: DriftVerdict
  readonly psiCorrected: number | null
  readonly qValue: number | null
}

export type DriftOverall = {
  readonly columns: number
  readonly drifted: number
  readonly verdict: DriftVerdict
  /** Days with a false alarm that this setting gives in a month of daily looks without any drift, from simulation. */
  readonly falseAlarmDaysPerMonth: { readonly value: number; readonly low: number; readonly high: number }
  readonly method: string
}

export type Estimate = { readonly value: number | null; readonly low: number | null; readonly high: number | null }
/** `alarm` is false also when nothing can be said; `value` is null then. */
export type WatchedEstimate = Estimate & { readonly alarm: boolean }

/** accuracy, rocAuc, f1, precision, recall, specificity, averagePrecision, mcc, brier; regression: mae, rmse, bias, r2. */
export type Metric =
  | 'accuracy'
  | 'rocAuc'
  | 'f1'
  | 'precision'
  | 'recall'
  | 'specificity'
  | 'averagePrecision'
  | 'mcc'
  | 'brier'
  | 'mae'
  | 'rmse'
  | 'bias'
  | 'r2'
export type Metrics = Readonly<Partial<Record<Metric, Estimate>>>

export type PerformanceAssessment = {
  readonly reference: { readonly n: number } & Readonly<Partial<Record<Metric, number | null>>>
  readonly referenceIntervals: Metrics
  readonly live: { readonly n: number; readonly realised: Metrics | null; readonly estimated: Metrics | null }
  /** The simplest rivals, on the same rows as the model. */
  readonly baselines: readonly {
    readonly name: 'majority' | 'last-value' | 'mean'
    readonly data: 'reference' | 'live'
    readonly metric: 'accuracy' | 'mae'
    readonly model: Estimate
    readonly rival: Estimate
    readonly n: number
    readonly beaten: boolean | null
  }[]
  readonly chunks: readonly PerformanceChunk[]
  /** Outside these an estimate or a realised figure is an alarm. */
  readonly limits: Readonly<Partial<Record<Metric, { readonly low: number; readonly high: number }>>>
  readonly confusion: { readonly classes: readonly string[]; readonly reference: readonly (readonly number[])[] } | null
}
export type PerformanceChunk = {
  readonly index: number
  readonly from: string | number
  readonly to: string | number
  readonly n: number
  readonly labelled: number
  readonly estimated: Readonly<Partial<Record<Metric, WatchedEstimate>>>
  readonly realised: Readonly<Partial<Record<Metric, WatchedEstimate>>>
  readonly trustworthy: boolean
  /** Why the estimate is (not) to be trusted, in a sentence. */
  readonly why: string
}

export type CalibrationAssessment = {
  readonly data: 'reference' | 'live'
  readonly n: number
  readonly ece: number | null
  /** Per cell of equal mass: what was said and what came, signed. */
  readonly gaps: readonly {
    readonly from: number
    readonly to: number
    readonly n: number
    readonly said: number
    readonly came: Estimate
    readonly gap: number
  }[]
  /** From betting against the score; at 20 the score is refuted at 5 %. */
  readonly evidence: number | null
  readonly verdict: 'holds' | 'miscalibrated' | 'insufficient'
  /** Score to use instead; present where it helps. */
  readonly recalibrated?: {
    readonly method: 'isotonic'
    readonly ece: number
    readonly map: readonly { readonly score: number; readonly calibrated: number }[]
  }
}

export type FairnessRow = {
  readonly column: string
  readonly group: string
  readonly data: 'reference' | 'live'
  readonly n: number
  readonly selectionRate: Estimate
  readonly tpr: Estimate
  readonly fpr: Estimate
  /** Of the selection rate to that of the highest-rate group that is large enough. */
  readonly ratio: Estimate
  readonly comparedTo: string | null
  readonly verdict: 'pass' | 'fail' | 'insufficient'
  readonly why: string
}

export type Slice = {
  /** One or two conditions in words: `channel = "mail" and length > 320`. */
  readonly where: string
  readonly conditions: readonly { readonly column: string; readonly is: string }[]
  readonly shareReference: Estimate
  readonly shareLive: Estimate
  readonly data: 'reference' | 'live'
  readonly n: number
  readonly metric: 'accuracy' | 'mae'
  readonly performance: Estimate
  /** On the rows outside the slice. */
  readonly rest: Estimate
  readonly qValue: number
}

export type RobustnessAssessment = {
  readonly n: number
  /** How many rows the model was asked about, disturbed or not. Results that were kept before it was counted have none. */
  readonly calls?: number
  readonly before: Estimate
  readonly metric: 'accuracy' | 'agreement' | 'mae'
  readonly disturbances: readonly {
    readonly name: string
    readonly column: string
    readonly n: number
    readonly after: Estimate
    readonly drop: Estimate
    /** Answers that failed or broke the protocol. */
    readonly failures: number
    readonly example: { readonly before: string; readonly after: string } | null
    readonly verdict: 'holds' | 'fails' | 'insufficient'
  }[]
}

export type ContractAssessment = {
  readonly passRate: { readonly reference: Estimate; readonly live: Estimate }
  readonly violations: readonly {
    readonly path: string
    readonly rule: string
    readonly message: string
    readonly count: number
    readonly reference: number
    readonly example: string
  }[]
}

export type AutomationAssessment = {
  readonly data: 'reference' | 'live'
  readonly n: number
  readonly curve: readonly {
    readonly threshold: number
    readonly coverage: Estimate
    readonly error: Estimate
    readonly n: number
    readonly errors: number
  }[]
  /** The largest share whose error is bounded at 95 % confidence by `errorMax`; null where no threshold reaches that. */
  readonly recommended: {
    readonly threshold: number
    readonly coverage: number
    readonly errorUpper: number
    readonly errorMax: number
    readonly minutesSaved: number | null
    readonly moneySaved: number | null
  } | null
  readonly why: string
}

export type CostAssessment = {
  readonly currency: null
  readonly volumePerMonth: number
  readonly perDecision: Estimate
  readonly perMonth: Estimate
  readonly pilotPerDecision: number | null
  readonly parts: readonly { readonly name: string; readonly perMonth: Estimate; readonly assumption: string }[]
  /** What the range depends on most, with the share of its variance; at most three. */
  readonly unknowns: readonly {
    readonly name: string
    readonly share: number
    readonly range: readonly [number, number]
  }[]
}

export type Attribution = {
  readonly metric: 'accuracy' | 'mae'
  readonly reference: Estimate
  readonly live: Estimate
  readonly loss: Estimate
  readonly parts: readonly {
    readonly cause: string
    readonly share: number | null
    readonly loss: Estimate
    readonly message: string
  }[]
  /** What the data cannot tell apart, in a sentence. */
  readonly unexplained: { readonly share: number | null; readonly message: string }
}
