// Decisions for people and tools: the list, and everything about one.

import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { allows, assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { catchUp } from '#engine/catch-up.ts'
import type { Log } from '#log/log.ts'
import type { DecisionFile } from '#engine/decision-file.ts'
import type { PageOf, UseCasesAllowed, ViewPosition } from '#engine/ports.ts'
import { Page, Problem } from '#wire/common.ts'
import { DecisionDetail, DecisionListQuery, DecisionSummary } from '#wire/decision.ts'
import { utcInstants } from './query-instants.ts'
import { sayViewBehind } from './view-behind.ts'

export type DecisionRouteParts = {
  readonly list: (
    query: DecisionListQuery & { readonly allowed: UseCasesAllowed; readonly limit: number },
  ) => Promise<PageOf<DecisionSummary>>
  readonly file: DecisionFile
  readonly log: Pick<Log, 'latestHead'>
  readonly view: ViewPosition
}

export function registerDecisionRoutes(app: FastifyInstance, { list, file, log, view }: DecisionRouteParts): void {
  app.get('/api/v1/decisions', { schema: listSchema }, async (request, reply) => {
    const query = request.query as DecisionListQuery
    if (query.useCase !== undefined) assertAllowed(request.principal, 'read', query.useCase)
    const allowed = useCasesAllowed(request.principal, 'read')
    if (allowed.length === 0) assertAllowed(request.principal, 'read')
    sayViewBehind(reply, await catchUp(view, log))
    return list({ ...query, ...utcInstants(query), allowed, limit: query.limit ?? 50 })
  })

  app.get('/api/v1/decisions/:id', { schema: detailSchema }, async (request, reply): Promise<DecisionDetail> => {
    const { id } = request.params as { id: string }
    const { principal } = request
    sayViewBehind(reply, await catchUp(view, log))
    const found = await file.read(id, { viewer: principal.keyId })
    if (found && allows(principal, 'read', found.useCase)) return found
    throw new PlatformError('not_found', `There is no decision ${id.slice(0, 80)}.`, {
      hint: 'Check the id; the key must be for its use case.',
    })
  })
}

const tags = ['decisions']

const listSchema = {
  operationId: 'listDecisions',
  summary: 'List decisions, newest first',
  description:
    'While a blind second look at a decision is open, its value, confidence and reason are left out. `total` is there unless it would have to be counted row by row: with `status`, or with a `from` or `to` within a day (UTC).',
  tags,
  querystring: DecisionListQuery,
  response: { 200: Page(DecisionSummary), 400: Problem, 403: Problem, 503: Problem },
}

const detailSchema = {
  operationId: 'readDecision',
  summary: 'Read everything about one decision',
  tags,
  params: Type.Object({ id: Type.String({ description: 'Id of the decision.' }) }),
  response: { 200: DecisionDetail, 404: Problem },
}
