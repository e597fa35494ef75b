// Decisions for people and tools: the list, and everything about one.

import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { allows, assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { formatInstant, parseInstant } from '#core/kernel/instant.ts'
import { catchUp } from '#engine/catch-up.ts'
import type { DecisionFile } from '#engine/decision-file.ts'
import type { PageOf, UseCasesAllowed, ViewPosition } from '#engine/ports.ts'
import { Page, Problem } from '#wire/common.ts'
import { DecisionDetail, DecisionListQuery, DecisionSummary } from '#wire/decision.ts'
import { sayViewBehind } from './view-behind.ts'

export type DecisionRouteParts = {
  readonly list: (
    query: DecisionListQuery & { readonly allowed: UseCasesAllowed; readonly limit: number },
  ) => Promise<PageOf<DecisionSummary>>
  readonly file: DecisionFile
  readonly log: { head(): number }
  readonly view: ViewPosition
}

export function registerDecisionRoutes(app: FastifyInstance, { list, file, log, view }: DecisionRouteParts): void {
  app.get('/api/v1/decisions', { schema: listSchema }, async (request, reply) => {
    const query = request.query as DecisionListQuery
    if (query.useCase !== undefined) assertAllowed(request.principal, 'read', query.useCase)
    const allowed = useCasesAllowed(request.principal, 'read')
    if (allowed.length === 0) assertAllowed(request.principal, 'read')
    sayViewBehind(reply, await catchUp(view, log))
    return list({ ...query, ...instants(query), allowed, limit: query.limit ?? 50 })
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

/** In UTC, as the view compares them. Errors: request_malformed for a day that does not exist. */
function instants({ from, to }: DecisionListQuery): { from?: string; to?: string } {
  return {
    ...(from === undefined ? {} : { from: utc('from', from) }),
    ...(to === undefined ? {} : { to: utc('to', to) }),
  }
}

function utc(name: string, text: string): string {
  const instant = parseInstant(text)
  if (instant !== undefined && /^(?!0000)\d{4}-/.test(formatInstant(instant))) return formatInstant(instant)
  throw new PlatformError('request_malformed', `"${name}" is no time that exists: ${text.slice(0, 40)}.`, {
    hint: 'Write RFC 3339, for example 2026-11-21T06:00:00Z.',
  })
}

const tags = ['decisions']

const listSchema = {
  operationId: 'listDecisions',
  summary: 'List decisions, newest first',
  description: 'While a blind second look at a decision is open, its value, confidence and reason are left out.',
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
