// Asks a server to make an assessment. The answer is long and comes in lines that tell how far it is.

import { createInterface } from 'node:readline'
import type { FormData } from 'undici'
import type { AssessmentLine, AssessmentSummary, NewAssessment } from '#wire/assessment-kept.ts'
import type { Problem } from '#wire/common.ts'
import type { Progress } from './assess-delivery.ts'
import { ServerProblem, type Client } from './client.ts'
import { CliError, exitCodes } from './exit-codes.ts'

type Watch = {
  readonly onProgress: Progress
  /** Aborted: the server stops, and nothing is kept. */
  readonly signal?: AbortSignal
}

/** Errors: ServerProblem when the server refuses or cannot; CliError when it ends its answer early. */
export async function askToAssess(
  client: Client,
  body: NewAssessment | FormData,
  { onProgress, signal }: Watch,
): Promise<AssessmentSummary> {
  const answer = await client.stream({
    method: 'POST',
    path: '/api/v1/assessments',
    body,
    headers: { accept: 'application/x-ndjson' },
  })
  const stop = () => answer.destroy()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    for await (const text of createInterface({ input: answer })) {
      const line = JSON.parse(text) as AssessmentLine
      if ('progress' in line) onProgress(line.progress)
      else if ('assessment' in line) return line.assessment
      else throw problemOf(line.error as Problem)
    }
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  throw new CliError(exitCodes.couldNotBeDone, `${client.server} ended its answer before the result came.`, {
    hint: 'Look at the list: airworthy assess list. If it is not there, run it again.',
  })
}

function problemOf(problem: Problem): ServerProblem {
  return new ServerProblem(problem.status, problem)
}
