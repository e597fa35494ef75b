// Assessments that are kept with a use case: what is sent to make one, what a list says of each, and what is read.

import { Type, type Static } from 'typebox'
import { Assessment, AssessmentVerdict, type Assessment as Result } from './assessment.ts'
import { robustnessCallsMax } from './assessment-limits.ts'
import { Actor, Instant, Nullable, UseCaseName } from './common.ts'

const ColumnName = Type.String({ minLength: 1, maxLength: 500 })
const Amount = Type.Number({ minimum: 0 })

/** How to look at the data: the same choices as those of `airworthy assess`. */
export const AssessmentSettings = Type.Object(
  {
    target: Type.Optional(ColumnName),
    prediction: Type.Optional(ColumnName),
    score: Type.Optional(ColumnName),
    positive: Type.Optional(Type.String({ maxLength: 500 })),
    timestamp: Type.Optional(ColumnName),
    chunk: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,8}(d|w|mo)?$', description: 'Rows, or 1d, 1w, 1mo.' })),
    groups: Type.Optional(Type.Array(ColumnName, { maxItems: 20 })),
    ignore: Type.Optional(Type.Array(ColumnName, { maxItems: 10_000 })),
    errorMax: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
    cost: Type.Optional(
      Type.Object(
        {
          falsePositive: Type.Optional(Amount),
          falseNegative: Type.Optional(Amount),
          reviewMinutes: Type.Optional(Amount),
          costPerHour: Type.Optional(Amount),
          volumePerMonth: Type.Optional(Amount),
        },
        { additionalProperties: false },
      ),
    ),
    robustness: Type.Optional(
      Type.Boolean({
        description: `Of two periods of decisions: also ask the use case’s own model about up to 200 rows of the first period with inputs disturbed. It costs up to ${robustnessCallsMax.toLocaleString('en')} calls, at most four at once, in at most two minutes.`,
      }),
    ),
  },
  { additionalProperties: false, $id: 'AssessmentSettings' },
)
export type AssessmentSettings = Static<typeof AssessmentSettings>

const Period = Type.Object({ from: Instant, to: Instant }, { additionalProperties: false })

/** JSON body of `POST /api/v1/assessments`: two periods of a use case’s decisions; `from` is included, `to` is not. */
export const NewAssessment = Type.Object(
  {
    useCase: UseCaseName,
    reference: Period,
    live: Period,
    settings: Type.Optional(AssessmentSettings),
  },
  { additionalProperties: false, $id: 'NewAssessment' },
)
export type NewAssessment = Static<typeof NewAssessment>

const DataFile = Type.String({
  format: 'binary',
  description: 'CSV, TSV, Parquet, JSON or NDJSON; gzip too; up to 1 GiB.',
})

/** multipart/form-data of `POST /api/v1/assessments`: the fields before the files. */
export const AssessmentUpload = Type.Object(
  {
    useCase: UseCaseName,
    settings: Type.Optional(Type.String({ description: 'AssessmentSettings as JSON.' })),
    reference: DataFile,
    live: DataFile,
  },
  { $id: 'AssessmentUpload' },
)

const Compared = Type.Object({ rows: Type.Integer(), from: Nullable(Type.String()), to: Nullable(Type.String()) })

export const AssessmentSummary = Type.Object(
  {
    id: Type.String({ description: 'Of its entry on the log.' }),
    useCase: UseCaseName,
    at: Instant,
    by: Actor,
    source: Type.Enum(['files', 'decisions'], {
      description: 'What was compared: two files, or two periods of decisions.',
    }),
    verdict: AssessmentVerdict,
    headline: Type.String(),
    findings: Type.Object({ critical: Type.Integer(), warning: Type.Integer(), notice: Type.Integer() }),
    reference: Compared,
    live: Compared,
    /** Of the result, over its salt and bytes. */
    digest: Type.String(),
    log: Type.Object({ index: Type.Integer() }),
  },
  { $id: 'AssessmentSummary' },
)
export type AssessmentSummary = Static<typeof AssessmentSummary>

export const AssessmentDetail = Type.Object(
  { ...AssessmentSummary.properties, result: Assessment },
  { $id: 'AssessmentDetail' },
)
export type AssessmentDetail = AssessmentSummary & { readonly result: Result }

/** A line of the answer when it is asked for as `application/x-ndjson`; the last is `assessment` or `error`. */
export const AssessmentLine = Type.Union(
  [
    Type.Object({ progress: Type.Object({ step: Type.String(), share: Type.Number() }) }),
    Type.Object({ assessment: AssessmentSummary }),
    Type.Object({ error: Type.Unknown({ description: 'A problem, as other errors are.' }) }),
  ],
  { $id: 'AssessmentLine' },
)
export type AssessmentLine = Static<typeof AssessmentLine>
