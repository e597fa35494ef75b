// The assessments of the mock API: some that are kept, and one that is made by sending anything.
//
// Failures come by names, through the real UI: a file called broken.csv cannot be read, one called slow.csv never ends.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AssessmentDetail, AssessmentLine, AssessmentSummary } from '#wire/assessment-kept.ts'
import { sampleAssessment, sparseAssessment } from './assessment-samples.ts'
import { ok, page, problem, type MockAnswer, type MockParts } from './mock-answers.ts'
import { principals } from './mock-principals.ts'
import type { MockStore } from './mock-store.ts'

const hour = 3_600_000

/** Newest first; made anew for each answer, so that its times are fresh. */
function keptAssessments(now: number, made: readonly AssessmentDetail[]): AssessmentDetail[] {
  return [
    ...made,
    detailOf(2, { now: now - 3 * hour, useCase: 'inbox-triage', result: sampleAssessment() }),
    detailOf(1, { now: now - 200 * hour, useCase: 'credit-approval', result: sparseAssessment() }),
  ]
}

type Kept = { readonly now: number; readonly useCase: string; readonly result: AssessmentDetail['result'] }

function detailOf(n: number, { now, useCase, result }: Kept): AssessmentDetail {
  const { verdict, headline, findings, data } = result
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length
  return {
    id: `0198bbbb-0000-7000-8000-${String(n).padStart(12, '0')}`,
    useCase,
    at: new Date(now).toISOString(),
    by: { key: 'k-admin', name: 'admin' },
    source: 'files',
    verdict,
    headline,
    findings: { critical: count('critical'), warning: count('warning'), notice: count('notice') },
    reference: { rows: data.reference.rows, from: data.reference.from, to: data.reference.to },
    live: { rows: data.live.rows, from: data.live.from, to: data.live.to },
    digest: `sha256:${String(n).repeat(8)}7d1e4486b3f0a1c2d3e4f5061728394a5b6c7d8e9f0011223344c2d3`,
    log: { index: 48_100 + n },
    result,
  }
}

export function answerAssessments({
  store,
  request,
  rest: [id, what],
  now,
  isEmpty,
}: MockParts): MockAnswer | undefined {
  const all = isEmpty ? [] : keptAssessments(now, store.madeAssessments)
  if (id === undefined) {
    const useCase = request.query.get('useCase')
    const items = all.filter((item) => useCase === null || item.useCase === useCase)
    return page(items.map(summaryOf), request.query)
  }
  const found = all.find((item) => item.id === id)
  if (found === undefined)
    return problem(404, 'not_found', { detail: `There is no assessment ${id}.`, hint: 'Check the id.' })
  return what === 'report' ? { kind: 'text', body: `<!doctype html><title>${found.headline}</title>` } : ok(found)
}

function summaryOf({ result, ...summary }: AssessmentDetail): AssessmentSummary {
  return { ...summary, verdict: result.verdict }
}

type Making = {
  readonly store: MockStore
  readonly key: string | undefined
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Answers in lines, as the real one does. */
export async function makeAssessment({ store, key, request, response }: Making): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const sent = Buffer.concat(chunks).toString('utf8')
  const me = principals[key ?? '']
  if (me === undefined || !me.permissions.some(({ permission }) => permission === 'assess')) {
    response.writeHead(403, { 'content-type': 'application/problem+json' }).end(JSON.stringify(bodyOf(refused)))
    return
  }
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  const say = (line: AssessmentLine) => response.write(`${JSON.stringify(line)}\n`)
  say({ progress: { step: 'Counting', share: 0.4 } })
  if (sent.includes('filename="slow.csv"')) return
  if (sent.includes('filename="broken.csv"')) {
    say({ error: bodyOf(unreadable) })
  } else {
    const useCase = /name="useCase"\r\n\r\n([^\r]+)/.exec(sent)?.[1] ?? /"useCase":"([^"]+)"/.exec(sent)?.[1] ?? ''
    const n = 3 + store.madeAssessments.length
    const made = detailOf(n, {
      now: Date.now(),
      useCase,
      result: sampleAssessment({ isModelAsked: sent.includes('"robustness":true') }),
    })
    store.madeAssessments.unshift(made)
    say({ assessment: summaryOf(made) })
  }
  response.end()
}

const refused = problem(403, 'forbidden', {
  detail: 'The key may not have assessments made and kept.',
  hint: 'Ask an admin for a key with the role techLead.',
})
const unreadable = problem(422, 'table_unreadable', {
  detail: 'broken.csv has a header and no rows.',
  hint: 'Give a file with rows.',
})

function bodyOf(answer: MockAnswer): unknown {
  return answer.kind === 'json' ? answer.body : null
}

/** For tests of what is said of one. */
export function sampleSummary(): AssessmentSummary {
  return summaryOf(detailOf(1, { now: 0, useCase: 'inbox-triage', result: sampleAssessment() }))
}
