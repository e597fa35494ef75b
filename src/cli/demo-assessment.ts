// The demonstration's assessment: the pilot's test against the live cases, made by the server as it makes any other (in a process
// apart, at low priority) and kept with the use case as evidence.

import type { Progress } from './assess-delivery.ts'
import { askToAssess } from './assess-request.ts'
import type { Client } from './client.ts'
import type { AnsweredCase } from './demo-figures.ts'
import type { DemoStory } from './demo-story.ts'
import { plain } from './output.ts'
import { startStep, type Step } from './step-progress.ts'

export type DemoAssessment = {
  readonly id: string
  readonly verdict: 'ready' | 'gap' | 'insufficient'
  readonly headline: string
}

type ToAssess = {
  readonly client: Client
  readonly story: DemoStory
  readonly answered: readonly AnsweredCase[]
  readonly signal: AbortSignal
}

export type Assessing = {
  /** Undefined while it is being made; null when it could not be. */
  known(): DemoAssessment | null | undefined
  /** From now on it says how far it is, once. What fails is said: the next start tries again. */
  result(): Promise<DemoAssessment | null>
}

export function madeBefore(assessment: DemoAssessment | null): Assessing {
  return { known: () => assessment, result: async () => assessment }
}

/** Begins at once. */
export function beginAssessment(wanted: ToAssess): Assessing {
  const { story, signal } = wanted
  let shown: Step | undefined
  const making = assessPilot(wanted, ({ share }) => shown?.update(Math.round(share * 100), 100))
  let known: DemoAssessment | null | undefined
  making.then(
    (made) => (known = made),
    () => (known = null),
  )
  const tell = async () => {
    shown = startStep(`Comparing the pilot with the live ${story.cases}`)
    try {
      const made = await making
      shown.end('kept as evidence')
      return made
    } catch (error) {
      shown.end(signal.aborted ? 'stopped' : `not done: ${plain((error as Error).message)}`)
      return null
    }
  }
  let told: ReturnType<typeof tell> | undefined
  return { known: () => known, result: () => (told ??= tell()) }
}

/** Errors: CliError when the server cannot. */
async function assessPilot(
  { client, story, answered, signal }: ToAssess,
  onProgress: Progress,
): Promise<DemoAssessment> {
  const { FormData } = await import('undici')
  const form = new FormData()
  form.set('useCase', story.useCase)
  form.set('settings', JSON.stringify(story.tables.settings))
  form.set('reference', new Blob([await story.tables.pilot()]), `pilot ${story.cases}.ndjson`)
  form.set('live', new Blob([story.tables.live(answered)]), `live ${story.cases}.ndjson`)
  const { id, verdict, headline } = await askToAssess(client, form, { onProgress, signal })
  return { id, verdict, headline }
}
