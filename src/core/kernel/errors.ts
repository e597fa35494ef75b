// Failures with a stable code. Expected outcomes are values, not errors; programmer mistakes are `invariant`.
//
// The codes are what clients match on, so a code is never renamed and never reused. What HTTP status each
// becomes is decided in http/error-responses.ts, nowhere else.

/** Every code, with what it means in one line (docs/errors.md is generated from this table). */
export const errorCodes = {
  request_malformed: 'The body is not what the endpoint takes: not JSON, wrong types, or members it does not know.',
  request_too_large: 'The body is over the limit.',
  json_too_deep: 'The JSON is nested deeper, or has more members, than the limit.',
  json_name_refused: 'A member name is refused: written with an escape, or one that JavaScript treats specially.',
  json_not_canonical: 'The value has no canonical JSON form (RFC 8785).',
  manifest_invalid: 'The manifest has problems; each is listed with its line and path.',
  revision_conflict: 'Somebody else applied a revision at the same time.',
  unauthenticated: 'No key, or a key that is unknown or revoked.',
  forbidden: 'The key is known but may not do this.',
  not_found: 'There is no such thing, or the key may not see it.',
  media_type_unsupported: 'The Content-Type is not one the endpoint takes.',
  idempotency_conflict: 'The Idempotency-Key was used before with another body.',
  review_not_open: 'The review is not in a state that allows this.',
  review_claimed: 'Somebody else holds the review.',
  review_verdict_invalid: 'The verdict does not fit the review: output, reason or comment is missing or wrong.',
  outcome_unknown_decision: 'The outcome names a decision that does not exist.',
  action_not_dead: 'Only an action that was given up can be replayed.',
  contents_erased: 'What is asked for was erased: by age, or because somebody asked for it.',
  hold_not_in_force: 'The legal hold was released before.',
  overloaded: 'The queue is full; try again after the time in Retry-After.',
  log_unavailable: 'The record could not be written, so nothing was decided. Try again.',
  log_rolled_back: 'The log has fewer entries than a checkpoint that was signed for it covers.',
  log_forked: 'The log’s entries are not those that a checkpoint was signed for.',
  checkpoint_invalid: 'A kept checkpoint is not one that this log signed.',
  checkpoint_pending: 'No checkpoint covers the entry yet. Try again.',
  view_behind: 'The view has not caught up with the log yet. Try again.',
  view_unavailable: 'The database that holds the view does not answer.',
  log_in_use: 'The log in the database is used by servers, or by a command that must not meet one.',
  data_dir_in_use: 'Another server runs on this data folder.',
  data_dir_invalid: 'The data folder cannot be used.',
  address_in_use: 'Another program listens where the server was to listen.',
  configuration_invalid: 'A setting of the server is wrong.',
  model_unavailable: 'The model could not be called and the manifest declares no fallback.',
  address_refused: 'The address is internal and the server is not allowed to call it.',
  secret_unavailable: 'A secret that the manifest refers to cannot be read.',
  note_malformed: 'A signed note, checkpoint, key or receipt is not in its format.',
  entry_too_large: 'A log entry would be over 65,535 bytes.',
  assessment_failed: 'An assessment ended before it had a result.',
  table_unreadable: 'A file of data cannot be read as a table, or has not the columns that were named.',
  internal: 'A fault of the server. The id finds it in the server’s log.',
} as const

export type ErrorCode = keyof typeof errorCodes

/** A failure with a stable code, a message that says what was wrong, and a hint that says what to do. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  readonly code: ErrorCode
  /** What to do about it, one sentence. */
  readonly hint: string | undefined
  /** Figures and lists that belong to the failure, shown by clients beside the message. */
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, message: string, options: PlatformErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.details = options.details
  }
}

export type PlatformErrorOptions = {
  readonly cause?: unknown
  readonly hint?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** Stops on a programmer's mistake; never for bad input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`)
}
