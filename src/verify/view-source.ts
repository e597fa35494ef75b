// What a verifier reads of the view, whatever keeps it: the database itself, or the server that answers from it.

export type ViewedDecision = {
  /** Of the entry that it was made from. */
  readonly index: number
  readonly id: string
  readonly useCase: string
  readonly revision: number
  readonly origin: string
  /** RFC 3339 UTC, milliseconds. */
  readonly at: string
  readonly status: string
  readonly route: string
  readonly arm: string
  readonly model: { readonly name: string; readonly version: string } | null
  readonly durationMs: number
  /** Undefined where the server keeps it back, because somebody is to look at the decision without knowing it. */
  readonly reason: string | undefined
  readonly confidence: number | null | undefined
  readonly value: unknown
  readonly finalValue: unknown
}

export type ViewSource = {
  /** For people: the database or address. */
  readonly name: string
  /** The log that it was made from, and up to which entry; undefined when nothing was projected yet. */
  projection(): Promise<{ readonly origin: string; readonly position: number } | undefined>
  /** All of them in pages, in the order of the log or against it. Errors: NotCheckable. */
  decisions(): AsyncIterable<readonly ViewedDecision[]>
  close(): Promise<void>
}
