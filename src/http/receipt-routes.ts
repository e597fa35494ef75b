// Receipts of decisions, one by one or in bulk: what somebody keeps who wants to prove later what was decided.

import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { allows, assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { catchUp } from '#engine/catch-up.ts'
import type { LogReaders } from '#engine/log-readers.ts'
import type { FoundDecision, LogReceipts } from '#engine/log-receipts.ts'
import type { UseCasesAllowed, ViewPosition } from '#engine/ports.ts'
import type { Log } from '#log/log.ts'
import type { KeptCheckpoint } from '#log/tree.ts'
import { Problem } from '#wire/common.ts'
import { ReceiptListQuery, type ReceiptLine } from '#wire/log.ts'
import { utcInstants } from './query-instants.ts'
import { sayViewBehind } from './view-behind.ts'

type ProvableQuery = {
  readonly allowed: UseCasesAllowed
  readonly useCase?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly withBlind: boolean
  readonly after: number
  readonly below: number
  readonly limit: number
}

export type ReceiptRouteParts = {
  readonly log: Pick<Log, 'head' | 'latestHead' | 'get'>
  readonly view: ViewPosition
  readonly receipts: LogReceipts
  readonly readers: LogReaders
  /** Decisions in the log's order. */
  readonly provable: (query: ProvableQuery) => Promise<readonly { readonly id: string; readonly index: number }[]>
}

export function registerReceiptRoutes(app: FastifyInstance, parts: ReceiptRouteParts): void {
  const { log, view, receipts, readers } = parts
  const open = new Set<Readable>()
  // Before the server waits for open answers to end: whoever reads slowly would hold it.
  app.addHook('preClose', async () => open.forEach((stream) => stream.destroy()))

  app.get('/v1/decisions/:id/receipt', { schema: receiptSchema }, async (request, reply) => {
    const { id } = request.params as { id: string }
    const { record } = visible(request, await receipts.find(id))
    const receipt = await receipts.receipt(record, await receipts.checkpointFor(record.index + 1))
    return reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', `attachment; filename="${id}.tlog-proof"`)
      .send(receipt)
  })

  app.get('/api/v1/receipts', { schema: bulkSchema }, async (request, reply) => {
    const { principal } = request
    const query = request.query as ReceiptListQuery
    if (query.useCase !== undefined) assertAllowed(principal, 'read', query.useCase)
    const allowed = useCasesAllowed(principal, 'read')
    if (allowed.length === 0) assertAllowed(principal, 'read')
    const instants = utcInstants(query)
    const head = log.head()
    sayViewBehind(reply, await catchUp(view, log))
    const checkpoint = await receipts.checkpointFor(head)
    const by = { key: principal.keyId, name: principal.name }
    await readers.record({ by, via: 'receipts', from: 0, to: head })
    const withBlind = allows(principal, 'read-log')
    const lines = linesUnder(parts, checkpoint, { useCase: query.useCase, ...instants, allowed, withBlind })
    const stream = Readable.from(lines, { objectMode: false, highWaterMark: 65_536 })
    open.add(stream)
    stream.once('close', () => open.delete(stream))
    return reply.type('application/x-ndjson; charset=utf-8').send(stream)
  })
}

/** Errors: not_found like the decision itself; forbidden while it would spoil a blind second look. */
function visible({ principal }: FastifyRequest, found: FoundDecision | undefined): FoundDecision {
  const mayDecide = found !== undefined && allows(principal, 'decide', found.useCase)
  if (!found || !(mayDecide || allows(principal, 'read', found.useCase))) {
    throw new PlatformError('not_found', 'There is no such decision.', {
      hint: 'Check the id; the key must be for its use case.',
    })
  }
  if (found.isBlind && !mayDecide && !allows(principal, 'read-log')) {
    throw new PlatformError(
      'forbidden',
      'A blind second look at the decision is under way; its receipt would tell what the system decided.',
      {
        hint: 'Ask again when that review is done, or with a key that may read the log.',
      },
    )
  }
  return found
}

/** Small enough that a page is soon done, large enough that the view is asked rarely. */
const pageRows = 500
/** Receipts made before others get a turn: a few milliseconds. */
const burst = 16

async function* linesUnder(
  { log, receipts, provable }: ReceiptRouteParts,
  checkpoint: KeptCheckpoint,
  query: Pick<ProvableQuery, 'allowed' | 'useCase' | 'from' | 'to' | 'withBlind'>,
): AsyncGenerator<string> {
  for (let after = -1; ;) {
    const rows = await provable({ ...query, after, below: checkpoint.size, limit: pageRows })
    const records = await log.get(rows.map(({ index }) => index))
    for (const [at, record] of records.entries()) {
      const { id, index } = rows[at] as { id: string; index: number }
      if (at % burst === 0) await setImmediate()
      const line: ReceiptLine = { id, index, receipt: await receipts.receipt(record, checkpoint) }
      yield `${JSON.stringify(line)}\n`
    }
    const last = rows.at(-1)
    if (!last || rows.length < pageRows) return
    after = last.index
  }
}

const tags = ['log']

const receiptSchema = {
  operationId: 'readReceipt',
  summary: 'The receipt of a decision (c2sp.org/tlog-proof): its entry, and the proof that the log holds it',
  description: 'Waits for the next checkpoint when none covers the entry yet: a second, at most five.',
  tags,
  params: Type.Object({ id: Type.String({ description: 'Id of the decision.' }) }),
  produces: ['text/plain'],
  response: { 403: Problem, 404: Problem, 503: Problem },
}

const bulkSchema = {
  operationId: 'listReceipts',
  summary: 'Receipts of many decisions, all under one checkpoint: NDJSON',
  description:
    'A line is {"id", "index", "receipt"}. Decisions of which a blind second look is under way are left out for keys that may not read the log. That they were read is recorded on the log.',
  tags,
  querystring: ReceiptListQuery,
  produces: ['application/x-ndjson'],
  response: { 400: Problem, 403: Problem, 503: Problem },
}
