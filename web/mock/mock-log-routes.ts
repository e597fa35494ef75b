// The log's part of the mock API: its state, checkpoints, receipts.

import type { LogReading } from '#wire/log.ts'
import {
  forbidden,
  list,
  ok,
  page,
  problem,
  type MockAnswer,
  type MockParts,
  type MockRequest,
} from './mock-answers.ts'
import { principals } from './mock-principals.ts'
import type { MockStore } from './mock-store.ts'

export function answerLog({ store, request, me, rest: [what], isEmpty }: MockParts): MockAnswer | undefined {
  const kind = isEmpty
    ? 'empty'
    : request.key === 'mock-alone'
      ? 'alone'
      : request.key === 'mock-trouble'
        ? 'trouble'
        : 'usual'
  if (what === undefined) return ok({ ...store.log.state(kind), ...store.privacy.counts(isEmpty) })
  if (what === 'rotate-key') return ok({ vkey: store.log.state(kind).vkey, log: { index: store.head() } })
  if (what === 'readings') {
    const mayRead = me.permissions.some(({ permission }) => permission === 'read-log')
    return mayRead
      ? page(isEmpty ? [] : readingsAt(Date.now()), request.query)
      : forbidden(me, 'read entries of the log')
  }
  if (what !== 'checkpoints') return undefined
  if (isEmpty) return list([])
  const limit = Number(request.query.get('limit') ?? 50)
  const found = store.log.history(Number(request.query.get('before') ?? Infinity), limit + 1)
  const items = found.slice(0, limit)
  return ok({ items, next: found.length > limit ? (items.at(-1)?.size ?? null) : null })
}

/** The 11th decision's receipt is forged, the 13th's cannot be had. */
export async function answerReceipt(store: MockStore, { path, key }: MockRequest): Promise<MockAnswer> {
  const id = /^\/v1\/decisions\/([^/]+)\/receipt$/.exec(path)?.[1] ?? ''
  const decision = store.detail(id)
  if (principals[key ?? ''] === undefined || decision === undefined)
    return problem(404, 'not_found', { detail: `There is no decision ${id}.`, hint: 'Check the id.' })
  const n = Number.parseInt(id.slice(-6), 16)
  if (n === 13) {
    return problem(503, 'checkpoint_pending', {
      detail: 'No checkpoint covers it yet.',
      hint: 'Try again in a moment.',
    })
  }
  await store.log.whenCovered(decision.log.index)
  return { kind: 'text', body: store.log.receipt(decision.log.index, { isForged: n === 11 }) }
}

function readingsAt(now: number): LogReading[] {
  const reading = (days: number, index: number): LogReading => ({
    at: new Date(now - days * 86_400_000).toISOString(),
    by: { key: 'k-auditor', name: 'external auditor' },
    via: 'entries',
    from: 0,
    to: index,
    log: { index },
  })
  return [
    { ...reading(1, 47_998), from: 47_000, to: 47_100 },
    { ...reading(3, 47_701), via: 'receipts', from: 31_000 },
    { ...reading(30, 40_112), via: 'export' },
  ]
}
