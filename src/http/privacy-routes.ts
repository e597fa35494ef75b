// Erasures and legal holds over HTTP, and who read the log.

import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import { catchUp } from '#engine/catch-up.ts'
import type { Log } from '#log/log.ts'
import type { Eraser, WantedErasure } from '#engine/eraser.ts'
import type { LegalHoldDesk, WantedHold } from '#engine/legal-hold-desk.ts'
import type { ViewPosition } from '#engine/ports.ts'
import type { ErasureRow, HoldRow, PrivacyReads, ReadingRow } from '#engine/privacy-ports.ts'
import { Page, PageQuery, Problem } from '#wire/common.ts'
import { LogReading } from '#wire/log.ts'
import { Erasure, ErasureDone, HoldRelease, LegalHold, NewErasure, NewLegalHold } from '#wire/privacy.ts'
import { sayViewBehind } from './view-behind.ts'

export type PrivacyRouteParts = {
  readonly eraser: Pick<Eraser, 'erase'>
  readonly holds: LegalHoldDesk
  readonly reads: Pick<PrivacyReads, 'erasures' | 'readings'>
  readonly log: Pick<Log, 'latestHead'>
  readonly view: ViewPosition
}

type PageAsked = { readonly limit?: number; readonly cursor?: string }

export function registerPrivacyRoutes(
  app: FastifyInstance,
  { eraser, holds, reads, log, view }: PrivacyRouteParts,
): void {
  app.post('/api/v1/erasures', { schema: eraseSchema }, async ({ body, principal }, reply): Promise<ErasureDone> => {
    const done = await eraser.erase(body as WantedErasure, principal)
    if (done.index !== null) void reply.code(201)
    return { ...done, holds: [...done.holds] }
  })

  app.get('/api/v1/erasures', { schema: erasuresSchema }, async ({ query, principal }, reply) => {
    const allowed = useCasesAllowed(principal, 'read')
    if (allowed.length === 0) assertAllowed(principal, 'read')
    sayViewBehind(reply, await catchUp(view, log))
    const { limit = 50, cursor } = query as PageAsked
    const page = await reads.erasures({ allowed, limit, cursor })
    return { items: page.items.map(erasureOf), next: page.next }
  })

  app.get('/api/v1/log/readings', { schema: readingsSchema }, async ({ query, principal }, reply) => {
    assertAllowed(principal, 'read-log')
    sayViewBehind(reply, await catchUp(view, log))
    const { limit = 50, cursor } = query as PageAsked
    const page = await reads.readings({ allowed: 'all', limit, cursor })
    return { items: page.items.map(readingOf), next: page.next }
  })

  app.get('/api/v1/legal-holds', { schema: holdsSchema }, async ({ query, principal }, reply) => {
    const { limit = 50, cursor } = query as PageAsked
    const page = await holds.list({ limit, cursor }, principal)
    sayViewBehind(reply, page.behind)
    return { items: page.items.map(holdOf), next: page.next }
  })

  app.post('/api/v1/legal-holds', { schema: placeSchema }, async ({ body, principal }, reply) =>
    reply.code(201).send(holdOf(await holds.place(body as WantedHold, principal))),
  )

  app.post('/api/v1/legal-holds/:id/release', { schema: releaseSchema }, async ({ params, body, principal }) => {
    const { id } = params as { id: string }
    return holdOf(await holds.release(id, (body as HoldRelease).reason, principal))
  })
}

function erasureOf({ logIndex, held, by, ...row }: ErasureRow): Erasure {
  const heldDecisions = held.reduce((most, { decisions }) => Math.max(most, decisions), 0)
  return { ...row, by: { ...by }, held: heldDecisions, log: { index: logIndex } }
}

function readingOf({ logIndex, by, ...row }: ReadingRow): LogReading {
  return { ...row, by: { ...by }, log: { index: logIndex } }
}

function holdOf({ logIndex, by, released, ...row }: HoldRow): LegalHold {
  return {
    ...row,
    by: { ...by },
    released: released && { ...released, by: { ...released.by } },
    log: { index: logIndex },
  }
}

const tags = ['privacy']

const eraseSchema = {
  operationId: 'erase',
  summary: 'Erase the contents of a person’s decisions, or of one decision, for good',
  description:
    'Inputs, outputs, comments, subjects and pseudonyms go; entries and every proof stay. 201: it is on the log. 200: nothing was to be done, or a dry run.',
  tags,
  body: NewErasure,
  response: { 200: ErasureDone, 201: ErasureDone, 400: Problem, 403: Problem, 404: Problem, 503: Problem },
}

const erasuresSchema = {
  operationId: 'listErasures',
  summary: 'Erasures, newest first',
  tags,
  querystring: Type.Object(PageQuery),
  response: { 200: Page(Erasure), 400: Problem, 403: Problem, 503: Problem },
}

const readingsSchema = {
  operationId: 'listLogReadings',
  summary: 'Who read entries or receipts of the log, newest first',
  tags: ['log'],
  querystring: Type.Object(PageQuery),
  response: { 200: Page(LogReading), 400: Problem, 403: Problem, 503: Problem },
}

const holdsSchema = {
  operationId: 'listLegalHolds',
  summary: 'Legal holds, newest first, released ones too',
  tags,
  querystring: Type.Object(PageQuery),
  response: { 200: Page(LegalHold), 400: Problem, 403: Problem, 503: Problem },
}

const placeSchema = {
  operationId: 'placeLegalHold',
  summary: 'Keep a use case or a person from being erased, by anybody and by age',
  tags,
  body: NewLegalHold,
  response: { 201: LegalHold, 400: Problem, 403: Problem, 404: Problem, 503: Problem },
}

const releaseSchema = {
  operationId: 'releaseLegalHold',
  summary: 'Let a legal hold end; retention goes on, requests that it kept are not carried out by themselves',
  tags,
  params: Type.Object({ id: Type.String() }),
  body: HoldRelease,
  response: { 200: LegalHold, 403: Problem, 404: Problem, 409: Problem, 503: Problem },
}
