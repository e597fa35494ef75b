// Assessments over HTTP: two files uploaded, or two periods of a use case's decisions; listed, and read as JSON or as a page.
//
// Making one takes from seconds to minutes. Whoever accepts NDJSON is told how far it is, line by line; others wait.

import { createHash } from 'node:crypto'
import { PassThrough } from 'node:stream'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { PlatformError } from '#core/kernel/errors.ts'
import type { JsonObject } from '#core/kernel/json.ts'
import type { AssessmentDesk } from '#engine/assessment-desk.ts'
import type { AssessmentRow, Watched } from '#engine/assessment-ports.ts'
import {
  AssessmentDetail,
  AssessmentLine,
  AssessmentSummary,
  AssessmentUpload,
  NewAssessment,
} from '#wire/assessment-kept.ts'
import { Page, PageQuery, Problem, UseCaseName } from '#wire/common.ts'
import { receiveFiles } from './assessment-upload.ts'
import { problemOf, toPlatformError } from './error-responses.ts'
import { utcInstants } from './query-instants.ts'
import { compileRouteSchema } from './route-schemas.ts'
import { sayViewBehind } from './view-behind.ts'

export type AssessmentRouteParts = { readonly desk: AssessmentDesk }

export async function registerAssessmentRoutes(app: FastifyInstance, { desk }: AssessmentRouteParts): Promise<void> {
  await app.register(multipart)
  const open = new Set<AbortController>()
  // Before the server waits for open requests to end.
  app.addHook('preClose', async () => open.forEach((each) => each.abort()))

  app.post(
    '/api/v1/assessments',
    { schema: makeSchema, validatorCompiler: whatIsNoForm, bodyLimit: Number.MAX_SAFE_INTEGER },
    async (request, reply) => {
      const controller = new AbortController()
      open.add(controller)
      reply.raw.once('close', () => {
        open.delete(controller)
        if (!reply.raw.writableFinished) controller.abort()
      })
      const make = request.isMultipart() ? fromFiles : fromDecisions
      return answer(request, reply, (watched) => make(desk, request, { ...watched, signal: controller.signal }))
    },
  )

  app.get('/api/v1/assessments', { schema: listSchema }, async ({ query, principal }, reply) => {
    const { useCase, limit = 50, cursor } = query as { useCase?: string; limit?: number; cursor?: string }
    const { items, next, behind } = await desk.list({ useCase, limit, cursor }, principal)
    sayViewBehind(reply, behind)
    return { items: items.map(summaryOf), next }
  })

  app.get('/api/v1/assessments/:id', { schema: readSchema }, async ({ params, principal }, reply) => {
    const { row, text } = await desk.read((params as { id: string }).id, principal)
    // The result may have megabytes: it goes out as it lies on the log, neither parsed nor written anew.
    const head = JSON.stringify(summaryOf(row)).slice(0, -1)
    return reply.type('application/json; charset=utf-8').send(`${head},"result":${text}}`)
  })

  app.get('/api/v1/assessments/:id/report', { schema: reportSchema }, async ({ params, principal }, reply) => {
    const { html, style } = await desk.report((params as { id: string }).id, principal)
    return reply.type('text/html; charset=utf-8').headers(pageHeaders(style)).send(html)
  })
}

/** A page that may do nothing but be read. */
function pageHeaders(style: string): Record<string, string> {
  const digest = createHash('sha256').update(style).digest('base64')
  return {
    'content-security-policy': `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }
}

type Maker = (desk: AssessmentDesk, request: FastifyRequest, watched: Received) => Promise<AssessmentRow>
/** `begun`: all that the caller sends is here; what follows may be told as it goes. */
type Received = Watched & { readonly begun: () => void }

const fromFiles: Maker = (desk, request, watched) =>
  desk.inFolder(async (folder) => {
    const admit = (useCase: string) => desk.admit(useCase, request.principal)
    const wanted = await receiveFiles(request, { folder, admit })
    watched.begun()
    return desk.ofFiles(wanted, request.principal, watched)
  })

const fromDecisions: Maker = async (desk, request, watched) => {
  const { useCase, reference, live, settings = {} } = request.body as NewAssessment
  desk.admit(useCase, request.principal)
  const period = (given: { from: string; to: string }) => ({ ...given, ...utcInstants(given) })
  const wanted = { useCase, reference: period(reference), live: period(live), settings: settings as JsonObject }
  for (const [name, { from, to }] of [
    ['reference', wanted.reference],
    ['live', wanted.live],
  ] as const) {
    if (from >= to) throw new PlatformError('request_malformed', `"${name}": the end must come after the start.`)
  }
  watched.begun()
  return desk.ofDecisions(wanted, request.principal, watched)
}

type Make = (watched: Omit<Received, 'signal'>) => Promise<AssessmentRow>

/** Refusals that come before the work keep their status, also where lines are asked for. */
async function answer(request: FastifyRequest, reply: FastifyReply, make: Make): Promise<FastifyReply> {
  if (!request.headers.accept?.includes('application/x-ndjson')) {
    const row = await make({ onProgress: () => undefined, begun: () => undefined })
    return reply.code(201).send(summaryOf(row))
  }
  const lines = new PassThrough()
  const say = (line: AssessmentLine) => lines.write(`${JSON.stringify(line)}\n`)
  const begun = Promise.withResolvers<void>()
  const made = make({ onProgress: (progress) => say({ progress }), begun: begun.resolve })
  await Promise.race([begun.promise, made])
  void made.then(
    (row) => lines.end(`${JSON.stringify({ assessment: summaryOf(row) } satisfies AssessmentLine)}\n`),
    (error: unknown) => {
      const problem = toPlatformError(error)
      if (problem.code === 'internal') request.log.error({ err: problem.cause, request: request.id }, problem.message)
      lines.end(`${JSON.stringify({ error: problemOf(problem, request.id) } satisfies AssessmentLine)}\n`)
    },
  )
  return reply.type('application/x-ndjson; charset=utf-8').send(lines)
}

function summaryOf({ logIndex, by, findings, reference, live, ...row }: AssessmentRow): AssessmentSummary {
  return {
    ...row,
    by: { ...by },
    findings: { ...findings },
    reference: { ...reference },
    live: { ...live },
    log: { index: logIndex },
  }
}

/** Of a form there is no body to check here: its parts are checked as they come. */
function whatIsNoForm(task: Parameters<typeof compileRouteSchema>[0]) {
  const check = compileRouteSchema(task)
  if (task.httpPart !== 'body') return check
  return Object.assign((body: unknown) => {
    if (body === undefined || body === null) return true
    return check(body) ? true : { error: Object.assign(new Error(), { validation: check.errors }) }
  })
}

const tags = ['assessments']
const refusals = { 403: Problem, 404: Problem, 503: Problem }

const makeSchema = {
  operationId: 'makeAssessment',
  summary: 'Assess live data against a pilot’s, and keep the result with the use case',
  description:
    'JSON names two periods of the use case’s own decisions; its data contract is tried on them, and its model where `robustness` asks for it. multipart/form-data brings two files. With `Accept: application/x-ndjson` the answer is lines that tell how far it is.',
  tags,
  body: {
    content: {
      'application/json': { schema: NewAssessment },
      'multipart/form-data': { schema: AssessmentUpload },
    },
  },
  response: {
    201: {
      description: 'Made, and kept',
      content: {
        'application/json': { schema: AssessmentSummary },
        'application/x-ndjson': { schema: AssessmentLine },
      },
    },
    400: Problem,
    413: Problem,
    422: Problem,
    429: Problem,
    ...refusals,
  },
}

const listSchema = {
  operationId: 'listAssessments',
  summary: 'Assessments that are kept, newest first',
  tags,
  querystring: Type.Object({ useCase: Type.Optional(UseCaseName), ...PageQuery }),
  response: { 200: Page(AssessmentSummary), 400: Problem, 403: Problem, 503: Problem },
}

const params = Type.Object({ id: Type.String() })

const readSchema = {
  operationId: 'readAssessment',
  summary: 'One assessment with all that was found',
  tags,
  params,
  response: { 200: AssessmentDetail, 410: Problem, ...refusals },
}

const reportSchema = {
  operationId: 'readAssessmentReport',
  summary: 'One assessment as a page to read: no scripts, nothing fetched',
  tags,
  params,
  produces: ['text/html'],
  response: { 410: Problem, ...refusals },
}
