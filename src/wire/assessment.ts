// The result of an assessment on the wire: what `airworthy assess --json` writes, what the API answers and what the report
// shows. A test holds it equal to the core's type.

import { Type, type Static, type TProperties, type TSchema } from 'typebox'
import { Nullable } from './common.ts'

const Text = Type.String()
const Figure = Type.Number()
const Count = Type.Integer()
const NullableFigure = Nullable(Figure)
const NullableText = Nullable(Text)
/** Not a tuple: that is written as a list of schemas under `items`, which OpenAPI 3.1 does not know. */
const Pair = Type.Unsafe<[number, number]>(Type.Array(Figure, { minItems: 2, maxItems: 2 }))
const List = <T extends TSchema>(item: T) => Type.Array(item)
const Shape = <T extends TProperties>(members: T) => Type.Object(members)

/** 95 % interval; null where nothing can be said. */
const Estimate = Shape({ value: NullableFigure, low: NullableFigure, high: NullableFigure })
const WatchedEstimate = Shape({ ...Estimate.properties, alarm: Type.Boolean() })
const SeenIn = Type.Enum(['reference', 'live'])
const Place = Type.Union([Text, Figure])

const Finding = Shape({
  severity: Type.Enum(['critical', 'warning', 'notice']),
  code: Type.Enum([
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
  ]),
  message: Text,
  evidence: Type.Record(Text, Type.Unknown()),
  advice: Text,
})

const Role = Type.Enum(['target', 'prediction', 'score', 'timestamp', 'group', 'ignored'])
const FileFacts = Shape({ name: Text, rows: Count, columns: Count, from: NullableText, to: NullableText })
const DataFacts = Shape({
  reference: FileFacts,
  live: FileFacts,
  roles: List(Shape({ role: Role, column: Text, given: Type.Boolean() })),
  task: Nullable(Type.Enum(['binary', 'multiclass', 'regression'])),
  positive: NullableText,
  notes: List(Text),
})

const DriftVerdict = Type.Enum(['none', 'watch', 'warn', 'act', 'insufficient'])
const QualityVerdict = Type.Enum(['none', 'warn', 'act', 'insufficient'])
const TextDrift = Shape({
  feature: Type.Enum([
    'length',
    'language',
    'script',
    'unseen-words',
    'typos',
    'non-ascii',
    'links-numbers',
    'bigrams',
  ]),
  psiCorrected: NullableFigure,
  qValue: NullableFigure,
  reference: NullableFigure,
  live: NullableFigure,
  verdict: DriftVerdict,
})
const ColumnDrift = Shape({
  statistic: NullableFigure,
  df: NullableFigure,
  pValue: NullableFigure,
  qValue: NullableFigure,
  psi: NullableFigure,
  psiCorrected: NullableFigure,
  jensenShannon: NullableFigure,
  wassersteinSd: NullableFigure,
  n: Shape({ reference: Figure, live: Figure }),
  verdict: DriftVerdict,
  text: Type.Optional(List(TextDrift)),
})
const RatePair = Shape({
  reference: NullableFigure,
  live: NullableFigure,
  low: NullableFigure,
  high: NullableFigure,
  verdict: QualityVerdict,
})
const ColumnQuality = Shape({
  nullRate: RatePair,
  unseenRate: RatePair,
  outOfRangeRate: RatePair,
  typeErrorRate: RatePair,
  distinct: Shape({ reference: Figure, live: Figure }),
  unseen: List(Shape({ value: Text, n: Figure })),
})
const Column = Shape({
  name: Text,
  kind: Type.Enum(['numeric', 'categorical', 'boolean', 'text', 'datetime', 'id']),
  role: Nullable(Role),
  drift: ColumnDrift,
  quality: ColumnQuality,
  chunks: List(
    Shape({
      index: Figure,
      from: Place,
      to: Place,
      n: Figure,
      verdict: DriftVerdict,
      lasting: DriftVerdict,
      psiCorrected: NullableFigure,
      qValue: NullableFigure,
    }),
  ),
  cells: List(Shape({ label: Text, reference: Figure, live: Figure })),
})
const Drift = Shape({
  columns: Figure,
  drifted: Figure,
  verdict: DriftVerdict,
  falseAlarmDaysPerMonth: Shape({ value: Figure, low: Figure, high: Figure }),
  method: Text,
})

/** The same member for every metric, each optional. */
const byMetric = <T extends TSchema>(each: T) => ({
  accuracy: Type.Optional(each),
  rocAuc: Type.Optional(each),
  f1: Type.Optional(each),
  precision: Type.Optional(each),
  recall: Type.Optional(each),
  specificity: Type.Optional(each),
  averagePrecision: Type.Optional(each),
  mcc: Type.Optional(each),
  brier: Type.Optional(each),
  mae: Type.Optional(each),
  rmse: Type.Optional(each),
  bias: Type.Optional(each),
  r2: Type.Optional(each),
})
const Metrics = Shape(byMetric(Estimate))
const WatchedMetrics = Shape(byMetric(WatchedEstimate))
const RatedMetric = Type.Enum(['accuracy', 'mae'])

const Performance = Shape({
  reference: Shape({ n: Figure, ...byMetric(NullableFigure) }),
  referenceIntervals: Metrics,
  live: Shape({ n: Figure, realised: Nullable(Metrics), estimated: Nullable(Metrics) }),
  baselines: List(
    Shape({
      name: Type.Enum(['majority', 'last-value', 'mean']),
      data: SeenIn,
      metric: RatedMetric,
      model: Estimate,
      rival: Estimate,
      n: Figure,
      beaten: Nullable(Type.Boolean()),
    }),
  ),
  chunks: List(
    Shape({
      index: Figure,
      from: Place,
      to: Place,
      n: Figure,
      labelled: Figure,
      estimated: WatchedMetrics,
      realised: WatchedMetrics,
      trustworthy: Type.Boolean(),
      why: Text,
    }),
  ),
  limits: Shape(byMetric(Shape({ low: Figure, high: Figure }))),
  confusion: Nullable(Shape({ classes: List(Text), reference: List(List(Figure)) })),
})

const Calibration = Shape({
  data: SeenIn,
  n: Figure,
  ece: NullableFigure,
  gaps: List(Shape({ from: Figure, to: Figure, n: Figure, said: Figure, came: Estimate, gap: Figure })),
  evidence: NullableFigure,
  verdict: Type.Enum(['holds', 'miscalibrated', 'insufficient']),
  recalibrated: Type.Optional(
    Shape({
      method: Type.Literal('isotonic'),
      ece: Figure,
      map: List(Shape({ score: Figure, calibrated: Figure })),
    }),
  ),
})

const FairnessRow = Shape({
  column: Text,
  group: Text,
  data: SeenIn,
  n: Figure,
  selectionRate: Estimate,
  tpr: Estimate,
  fpr: Estimate,
  ratio: Estimate,
  comparedTo: NullableText,
  verdict: Type.Enum(['pass', 'fail', 'insufficient']),
  why: Text,
})

const Slice = Shape({
  where: Text,
  conditions: List(Shape({ column: Text, is: Text })),
  shareReference: Estimate,
  shareLive: Estimate,
  data: SeenIn,
  n: Figure,
  metric: RatedMetric,
  performance: Estimate,
  rest: Estimate,
  qValue: Figure,
})

const Robustness = Shape({
  n: Figure,
  calls: Type.Optional(Count),
  before: Estimate,
  metric: Type.Enum(['accuracy', 'agreement', 'mae']),
  disturbances: List(
    Shape({
      name: Text,
      column: Text,
      n: Figure,
      after: Estimate,
      drop: Estimate,
      failures: Figure,
      example: Nullable(Shape({ before: Text, after: Text })),
      verdict: Type.Enum(['holds', 'fails', 'insufficient']),
    }),
  ),
})

const Contract = Shape({
  passRate: Shape({ reference: Estimate, live: Estimate }),
  violations: List(Shape({ path: Text, rule: Text, message: Text, count: Figure, reference: Figure, example: Text })),
})

const Automation = Shape({
  data: SeenIn,
  n: Figure,
  curve: List(Shape({ threshold: Figure, coverage: Estimate, error: Estimate, n: Figure, errors: Figure })),
  recommended: Nullable(
    Shape({
      threshold: Figure,
      coverage: Figure,
      errorUpper: Figure,
      errorMax: Figure,
      minutesSaved: NullableFigure,
      moneySaved: NullableFigure,
    }),
  ),
  why: Text,
})

const Cost = Shape({
  currency: Type.Null(),
  volumePerMonth: Figure,
  perDecision: Estimate,
  perMonth: Estimate,
  pilotPerDecision: NullableFigure,
  parts: List(Shape({ name: Text, perMonth: Estimate, assumption: Text })),
  unknowns: List(Shape({ name: Text, share: Figure, range: Pair })),
})

const Attribution = Shape({
  metric: RatedMetric,
  reference: Estimate,
  live: Estimate,
  loss: Estimate,
  parts: List(Shape({ cause: Text, share: NullableFigure, loss: Estimate, message: Text })),
  unexplained: Shape({ share: NullableFigure, message: Text }),
})

export const AssessmentVerdict = Type.Enum(['ready', 'gap', 'insufficient'])

export const Assessment = Type.Object(
  {
    verdict: AssessmentVerdict,
    headline: Type.String({ description: 'The sentence a sponsor repeats.' }),
    findings: Type.Array(Finding, { description: 'Most important first.' }),
    data: DataFacts,
    columns: List(Column),
    drift: Drift,
    performance: Nullable(Performance),
    calibration: Nullable(Calibration),
    fairness: List(FairnessRow),
    slices: List(Slice),
    robustness: Nullable(Robustness),
    contract: Nullable(Contract),
    automation: Nullable(Automation),
    cost: Nullable(Cost),
    attribution: Nullable(Attribution),
  },
  { $id: 'Assessment' },
)

/** Lists and objects that nobody changes: an assessment is a record. */
type Frozen<T> = T extends object ? { readonly [Name in keyof T]: Frozen<T[Name]> } : T
export type Assessment = Frozen<Static<typeof Assessment>>
