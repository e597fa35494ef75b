// The review desk over HTTP: list, read, claim, release, decide.

import type { FastifyInstance, FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { JsonValue } from '#core/kernel/json.ts'
import type { DeskPage, ReviewDesk } from '#engine/review-desk.ts'
import type { ReviewStatus } from '#engine/ports.ts'
import { Page, PageQuery, Problem, UseCaseName } from '#wire/common.ts'
import { ReviewDecision, ReviewItem } from '#wire/review.ts'
import { reviewAnswer } from './review-answer.ts'
import { sayViewBehind } from './view-behind.ts'

type ListQuery = {
  readonly useCase?: string
  readonly status?: Exclude<ReviewStatus, 'waiting'>
  readonly kind?: 'decision' | 'audit'
  readonly limit: number
  readonly cursor?: string
}

export function registerReviewRoutes(app: FastifyInstance, { desk }: { readonly desk: ReviewDesk }): void {
  app.get('/api/v1/reviews', { schema: listSchema }, async (request, reply) => {
    const query = request.query as ListQuery
    const page = await desk.list({ ...query, status: query.status ?? 'waiting' }, request.principal)
    return sendPage(reply, page)
  })

  app.get('/api/v1/reviews/:id', { schema: schemaOf('readReview', 'Read a review') }, async ({ params, principal }) =>
    reviewAnswer(await desk.find(idOf(params), principal)),
  )

  app.post('/api/v1/reviews/:id/claim', { schema: claimSchema }, async ({ params, principal }) =>
    reviewAnswer(await desk.claim(idOf(params), principal)),
  )

  app.post('/api/v1/reviews/:id/release', { schema: releaseSchema }, async ({ params, principal }) =>
    reviewAnswer(await desk.release(idOf(params), principal)),
  )

  app.post('/api/v1/reviews/:id/decide', { schema: decideSchema }, async ({ params, principal, body }) => {
    const { verdict, output, reason, comment } = body as ReviewDecision
    const given = { verdict, output: output as JsonValue | undefined, reason, comment }
    return reviewAnswer(await desk.decide(idOf(params), given, principal))
  })
}

function sendPage(reply: FastifyReply, page: DeskPage) {
  sayViewBehind(reply, page.behind)
  return {
    items: page.items.map(reviewAnswer),
    next: page.next,
    ...(page.total === undefined ? {} : { total: page.total }),
  }
}

function idOf(params: unknown): string {
  return (params as { id: string }).id
}

const tags = ['reviews']

const listSchema = {
  operationId: 'listReviews',
  summary: 'What waits for a person, or was decided by one',
  description:
    'Open and claimed ones come first due first; done ones come last decided first. Without `status`: open and claimed.',
  tags,
  querystring: Type.Object({
    useCase: Type.Optional(UseCaseName),
    status: Type.Optional(Type.Enum(['open', 'claimed', 'done'])),
    kind: Type.Optional(Type.Enum(['decision', 'audit'])),
    ...PageQuery,
  }),
  response: { 200: Page(ReviewItem), 403: Problem },
}

function schemaOf(operationId: string, summary: string) {
  return {
    operationId,
    summary,
    tags,
    params: Type.Object({ id: Type.String({ description: 'Id of the decision.' }) }),
    response: { 200: ReviewItem, 403: Problem, 404: Problem, 409: Problem, 503: Problem },
  }
}

const claimSchema = schemaOf('claimReview', 'Hold a review until the lease ends; again to renew it')
const releaseSchema = schemaOf('releaseReview', 'Give a review back')
const decideSchema = {
  ...schemaOf('decideReview', 'Decide a review: approve the proposal, or override it with one’s own output'),
  body: ReviewDecision,
}
