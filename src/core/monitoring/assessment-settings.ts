// How two tables are to be looked at: what somebody may choose, on the command line, over HTTP and in the UI. The wire's schema of
// it is held equal by a test; the other parts take their types from one of the two.

export type AssessmentSettings = {
  readonly target?: string
  readonly prediction?: string
  readonly score?: string
  /** The class that counts as positive, as it is written in the file. */
  readonly positive?: string
  readonly timestamp?: string
  /** Rows (`5000`), or a calendar step in UTC: `1d`, `1w`, `1mo`. */
  readonly chunk?: string
  /** Columns whose groups are compared; `sex*race` asks for their intersections. */
  readonly groups?: readonly string[]
  readonly ignore?: readonly string[]
  /** Share of wrong decisions that may be among those made automatically. */
  readonly errorMax?: number
  readonly cost?: AssessmentCost
  /** Of decisions of a use case: ask its model again with inputs disturbed, which costs calls. */
  readonly robustness?: boolean
}

/** Money in one unit, whatever it is; what is not given is not reckoned with. */
type AssessmentCost = {
  readonly falsePositive?: number
  readonly falseNegative?: number
  readonly reviewMinutes?: number
  readonly costPerHour?: number
  readonly volumePerMonth?: number
}
