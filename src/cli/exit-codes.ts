// How a verb ends, for scripts: four codes that never change their meaning, and the error that carries one.

export const exitCodes = {
  /** What was asked for is done. */
  done: 0,
  /** The thing checked does not hold: a manifest with problems, a gate that fails, a log that is broken. */
  doesNotHold: 1,
  /** The command was used wrongly: an unknown verb or option, a value that cannot be read. */
  wrongUse: 2,
  /** It could not be done: the server is away, the key may not, there is no such thing. */
  couldNotBeDone: 3,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends the verb with `exitCode`; the message says what was wrong, `hint` what to do about it. */
export class CliError extends Error {
  override readonly name: string = 'CliError'
  readonly exitCode: ExitCode
  readonly hint: string | undefined

  constructor(exitCode: ExitCode, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.exitCode = exitCode
    this.hint = options.hint
  }
}
