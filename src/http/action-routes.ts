// Actions over HTTP: what became of them, and replaying one that was given up.

import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import type { ActionDesk, ShownAction } from '#engine/action-desk.ts'
import type { ActionStatus } from '#engine/ports.ts'
import { Page, PageQuery, Problem, UseCaseName } from '#wire/common.ts'
import { ActionState } from '#wire/decision.ts'
import { sayViewBehind } from './view-behind.ts'

type ListQuery = {
  readonly useCase?: string
  readonly status?: ActionStatus
  readonly limit: number
  readonly cursor?: string
}

export function registerActionRoutes(app: FastifyInstance, { desk }: { readonly desk: ActionDesk }): void {
  app.get('/api/v1/actions', { schema: listSchema }, async (request, reply) => {
    const page = await desk.list(request.query as ListQuery, request.principal)
    sayViewBehind(reply, page.behind)
    return { items: page.items.map(actionAnswer), next: page.next }
  })

  app.post('/api/v1/actions/:id/replay', { schema: replaySchema }, async ({ params, principal }) =>
    actionAnswer(await desk.replay((params as { id: string }).id, principal)),
  )
}

function actionAnswer({ row, target }: ShownAction): ActionState {
  return {
    id: row.id,
    decision: row.decision,
    useCase: row.useCase,
    target,
    status: row.status,
    attempts: row.attempts,
    nextAt: timeOrNull(row.nextAt),
    lastError: row.lastError,
    queuedAt: formatInstant(row.queuedAt),
    endedAt: timeOrNull(row.endedAt),
  }
}

function timeOrNull(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant)
}

const listSchema = {
  operationId: 'listActions',
  summary: 'Effects in other systems: queued, delivered, given up; newest first',
  tags: ['actions'],
  querystring: Type.Object({
    useCase: Type.Optional(UseCaseName),
    status: Type.Optional(Type.Enum(['queued', 'delivered', 'dead'])),
    ...PageQuery,
  }),
  response: { 200: Page(ActionState), 403: Problem },
}

const replaySchema = {
  operationId: 'replayAction',
  summary: 'Try an action again that was given up',
  tags: ['actions'],
  params: Type.Object({ id: Type.String({ description: '`<decision>.<position in the manifest>`' }) }),
  response: { 200: ActionState, 403: Problem, 404: Problem, 409: Problem },
}
