// Assessments by the API: making one is a long answer in lines, which tell how far it is.

import type { AssessmentDetail, AssessmentLine, AssessmentSummary, NewAssessment } from '#wire/assessment-kept.ts'
import type { Problem } from '#wire/common.ts'
import type { Call, Page } from './api.ts'
import { ApiFailure, problemOf } from './failure.ts'

export type AssessmentProgress = { readonly step: string; readonly share: number }
export type Making = { readonly signal: AbortSignal; readonly onProgress: (progress: AssessmentProgress) => void }

type Calls = {
  readonly call: <T>(path: string, options?: Call) => Promise<T>
  readonly read: (path: string, type: string, options?: Call) => Promise<string>
  readonly send: (path: string, body: FormData | string, signal: AbortSignal) => Promise<Response>
}

export function assessmentCalls({ call, read, send }: Calls) {
  return {
    assessments: (query: URLSearchParams, options?: Call) =>
      call<Page<AssessmentSummary>>(`assessments?${query}`, options),
    assessment: (id: string, options?: Call) =>
      call<AssessmentDetail>(`assessments/${encodeURIComponent(id)}`, options),
    /** A page of HTML. */
    assessmentReport: (id: string, options?: Call) =>
      read(`/api/v1/assessments/${encodeURIComponent(id)}/report`, 'text/html', options),
    /** Errors: ApiFailure, also for what went wrong on the way. */
    async assess(wanted: FormData | NewAssessment, { signal, onProgress }: Making): Promise<AssessmentSummary> {
      const body = wanted instanceof FormData ? wanted : JSON.stringify(wanted)
      const response = await send('assessments', body, signal)
      for await (const line of linesOf(response)) {
        const said = JSON.parse(line) as AssessmentLine
        if ('progress' in said) onProgress(said.progress)
        else if ('assessment' in said) return said.assessment
        else throw new ApiFailure(said.error as Problem)
      }
      throw new ApiFailure(problemOf(502, undefined))
    },
  }
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return
  let rest = ''
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield line
  }
  if (rest !== '') yield rest
}
