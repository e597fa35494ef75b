// What `airworthy demo` needs to be told by an example, and where it finds the one it shows.
//
// The examples stand beside src in a clone and are not part of the package: they are found when the verb runs.

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AssessmentSettings } from '#wire/assessment-kept.ts'
import type { DecisionRequest } from '#wire/decision.ts'
import type { Proportion } from '#wire/common.ts'
import { CliError, exitCodes } from './exit-codes.ts'

export type OnProgress = (done: number, total: number) => void

export type PilotFigures = {
  readonly trainedOn: number
  readonly testedOn: number
  readonly accuracy: Proportion
  readonly isNew: boolean
  readonly seconds: number
}

/** One case that came in while live, and what turned out to be true of it. */
export type LiveCase = {
  /** Idempotency key: the same case gets the same decision however often it is sent. */
  readonly key: string
  readonly request: DecisionRequest
  readonly label: string
  /** Milliseconds since 1970 UTC. */
  readonly receivedAt: number
}

/** What the model said of a case; nulls where it was not asked, and where a blind second look is under way. */
export type CaseAnswer = { readonly value: string | null; readonly confidence: number | null }

/** The pilot's test and the live cases as tables of the same columns, for an assessment. */
export type StoryTables = {
  /** Which column is what. */
  readonly settings: AssessmentSettings
  /** NDJSON: what the pilot was tested on, with the model's answers. There once `pilot` has ended. */
  pilot(): Promise<string>
  live(cases: readonly { readonly case: LiveCase; readonly answer: CaseAnswer }[]): string
}

/** The system at the other end of the actions: it carries out what was decided. */
export type Receiver = {
  readonly url: string
  /** Cases that it filed, by where they went. */
  filed(): Readonly<Record<string, number>>
  close(): Promise<void>
}

export type DemoStory = {
  readonly useCase: string
  /** What a case is called, in the plural: `mails`. */
  readonly cases: string
  /** From here the server may run the model. */
  readonly modelDir: string
  /** Trains what must be trained, or says what an earlier training found. */
  pilot(onProgress: OnProgress): Promise<PilotFigures>
  /** All live cases in the order in which they came. */
  liveCases(onProgress: OnProgress): Promise<readonly LiveCase[]>
  /** Starts the receiver; the same folder gives the same address and secret again. */
  startReceiver(folder: string): Promise<Receiver>
  /** The manifest, ready for the API: schema files inlined, actions sent to `receiver`. */
  manifest(receiver: Receiver): unknown
  /** What an output comes to, as the manifest's `decision` says it; undefined when it comes to nothing. */
  answerOf(output: unknown): CaseAnswer | undefined
  readonly tables: StoryTables
  /** A share with its interval. */
  proportion(hits: number, n: number): Proportion
}

/** Errors: CliError where the examples are not there, as in the installed package. */
export async function loadStory(): Promise<DemoStory> {
  const url = new URL('../../examples/inbox-triage/story.ts', import.meta.url)
  if (!existsSync(fileURLToPath(url))) {
    throw new CliError(exitCodes.couldNotBeDone, 'The demonstration’s mail and model are not in this installation.', {
      hint: 'Clone the repository and run npm start there; airworthy up runs an empty server here.',
    })
  }
  const { story } = (await import(url.href)) as { story: DemoStory }
  return story
}
