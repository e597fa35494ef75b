// Use cases for people and tools: what is in force, how it fares, and what was applied before.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Instant } from '#core/kernel/instant.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { catchUp } from '#engine/catch-up.ts'
import type { Log } from '#log/log.ts'
import type { UseCasesAllowed, ViewPosition } from '#engine/ports.ts'
import { Page, PageQuery, Problem, UseCaseName, type Proportion } from '#wire/common.ts'
import {
  AccuracyRow,
  Revision,
  RevisionDetail,
  UseCaseDetail,
  UseCaseSummary,
  type RouteCounts,
} from '#wire/use-case.ts'
import { sayViewBehind } from './view-behind.ts'

/** A use case as the registry has it. */
export type UseCaseInForce = { readonly name: string; readonly revision: number; readonly manifest: ResolvedManifest }

export type UseCaseReadParts = {
  readonly useCases: {
    list(): readonly UseCaseInForce[]
    inForce(name: string): UseCaseInForce | undefined
    revision(name: string, revision: number): Promise<ResolvedManifest | undefined>
    modelHealth(name: string): Omit<UseCaseDetail['model'], 'name' | 'version'>
    describePolicy(manifest: ResolvedManifest): string[]
  }
  readonly figures: (allowed: UseCasesAllowed, now: Instant) => Promise<ReadonlyMap<string, FiguresOfUseCase>>
  readonly revisions: (
    useCase: string,
    page: { readonly limit: number; readonly before?: number },
  ) => Promise<Revision[]>
  readonly revision: (useCase: string, revision: number) => Promise<Revision | undefined>
  readonly accuracy: (useCase: string) => Promise<AccuracyRow[]>
  readonly log: Pick<Log, 'latestHead'>
  readonly view: ViewPosition
  readonly clock: () => Instant
}

export type FiguresOfUseCase = {
  readonly updatedAt: string
  readonly today: RouteCounts
  readonly allTime: RouteCounts
  readonly openReviews: number
  readonly oldestReviewAt: string | null
  readonly deadActions: number
  readonly accuracy: Proportion
}

export function registerUseCaseReadRoutes(app: FastifyInstance, parts: UseCaseReadParts): void {
  const { useCases, figures, log, view, clock } = parts
  const modelOf = ({ name, manifest: { model } }: UseCaseInForce): UseCaseSummary['model'] => {
    return { name: model.name, version: model.version, ...useCases.modelHealth(name) }
  }

  app.get('/api/v1/use-cases', { schema: listSchema }, async ({ principal }, reply) => {
    const allowed = useCasesAllowed(principal, 'read')
    if (allowed.length === 0) assertAllowed(principal, 'read')
    sayViewBehind(reply, await catchUp(view, log))
    const byName = await figures(allowed, clock())
    const visible = useCases.list().filter(({ name }) => allowed === 'all' || allowed.includes(name))
    const items = visible
      .map((useCase) => ({ ...summaryOf(useCase, byName.get(useCase.name), clock()), model: modelOf(useCase) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    return { items, next: null, total: items.length }
  })

  app.get('/api/v1/use-cases/:useCase', { schema: detailSchema }, async (request, reply): Promise<UseCaseDetail> => {
    const useCase = inForce(request, parts)
    sayViewBehind(reply, await catchUp(view, log))
    const { name, manifest } = useCase
    const byName = await figures([name], clock())
    return {
      ...summaryOf(useCase, byName.get(name), clock()),
      manifest,
      policy: useCases.describePolicy(manifest),
      model: modelOf(useCase),
      outcome: manifest.outcome ?? null,
    }
  })

  app.get('/api/v1/use-cases/:useCase/revisions', { schema: revisionsSchema }, async (request, reply) => {
    const { name } = inForce(request, parts)
    const { limit = 50, cursor } = request.query as { limit?: number; cursor?: string }
    sayViewBehind(reply, await catchUp(view, log))
    const found = await parts.revisions(name, {
      limit: limit + 1,
      ...(cursor === undefined ? {} : { before: Number(cursor) }),
    })
    const items = found.slice(0, limit)
    return { items, next: found.length > limit ? String(items.at(-1)?.revision) : null }
  })

  app.get('/api/v1/use-cases/:useCase/revisions/:revision', { schema: revisionSchema }, async (request, reply) => {
    const { name } = inForce(request, parts)
    const { revision } = request.params as { revision: number }
    sayViewBehind(reply, await catchUp(view, log))
    const [line, manifest] = await Promise.all([parts.revision(name, revision), useCases.revision(name, revision)])
    if (line && manifest) return { ...line, manifest }
    throw new PlatformError('not_found', `${name} has no revision ${revision}.`, {
      hint: `List them: /api/v1/use-cases/${name}/revisions`,
    })
  })

  app.get('/api/v1/use-cases/:useCase/accuracy', { schema: accuracySchema }, async (request, reply) => {
    const { name } = inForce(request, parts)
    sayViewBehind(reply, await catchUp(view, log))
    const items = await parts.accuracy(name)
    return { items, next: null, total: items.length }
  })
}

/** Errors: not_found, also for a use case that the key may not see. */
function inForce({ params, principal }: FastifyRequest, { useCases }: UseCaseReadParts): UseCaseInForce {
  const { useCase } = params as { useCase: string }
  assertAllowed(principal, 'read', useCase)
  const found = useCases.inForce(useCase)
  if (found) return found
  throw new PlatformError('not_found', `There is no use case "${useCase}".`, {
    hint: 'Apply its manifest first: airworthy apply -f airworthy.yaml.',
  })
}

const unknown: Proportion = { n: 0, hits: 0, value: null, low: null, high: null }
const none: RouteCounts = { total: 0, act: 0, review: 0, fallback: 0, reject: 0 }

/** `figures` are undefined while the view does not know the use case. */
function summaryOf(
  useCase: UseCaseInForce,
  figures: FiguresOfUseCase | undefined,
  now: Instant,
): Omit<UseCaseSummary, 'model'> {
  const { name, revision, manifest } = useCase
  const allTime = figures?.allTime ?? none
  return {
    name,
    purpose: manifest.purpose,
    team: manifest.metadata.team ?? null,
    // Nothing is promoted further yet; a pilot begins with its first decision.
    stage: allTime.total === 0 ? 'draft' : 'pilot',
    riskClass: manifest.risk.class,
    owners: manifest.owners,
    revision,
    updatedAt: figures?.updatedAt ?? new Date(now).toISOString(),
    today: figures?.today ?? none,
    allTime,
    openReviews: figures?.openReviews ?? 0,
    oldestReviewAt: figures?.oldestReviewAt ?? null,
    deadActions: figures?.deadActions ?? 0,
    accuracy: figures?.accuracy ?? unknown,
  }
}

const tags = ['use cases']
const params = Type.Object({ useCase: UseCaseName })
const refusals = { 403: Problem, 404: Problem, 503: Problem }

const listSchema = {
  operationId: 'listUseCases',
  summary: 'List use cases with their figures',
  tags,
  response: { 200: Page(UseCaseSummary), 403: Problem, 503: Problem },
}
const detailSchema = {
  operationId: 'readUseCase',
  summary: 'Read one use case: manifest, policy in words, figures, model',
  tags,
  params,
  response: { 200: UseCaseDetail, ...refusals },
}
const revisionsSchema = {
  operationId: 'listRevisions',
  summary: 'List the revisions of a manifest, newest first',
  tags,
  params,
  querystring: Type.Object(
    { limit: PageQuery.limit, cursor: Type.Optional(Type.String({ pattern: '^\\d{1,9}$' })) },
    { additionalProperties: false },
  ),
  response: { 200: Page(Revision), ...refusals },
}
const revisionSchema = {
  operationId: 'readRevision',
  summary: 'Read one revision with its manifest',
  tags,
  params: Type.Object({ useCase: UseCaseName, revision: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }) }),
  response: { 200: RevisionDetail, ...refusals },
}
const accuracySchema = {
  operationId: 'readAccuracy',
  summary: 'Accuracy by model version and week, with 95 % intervals (Wilson)',
  description: 'Only decisions with a label count; a week is the one in which the decision was made.',
  tags,
  params,
  response: { 200: Page(AccuracyRow), ...refusals },
}
