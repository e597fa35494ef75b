// The API of the mock: the paths and shapes of the real one over the mock's state.
//
// Failures come by names, through the real UI: a comment `mock: taken` on a verdict finds the review decided by another,
// `mock: offline` gets no answer. See mock-principals.ts for keys that stand for states of the whole server.

import type { Me, NewKey } from '#wire/key.ts'
import type { ReviewDecision, ReviewItem } from '#wire/review.ts'
import type { Revision } from '#wire/use-case.ts'
import {
  forbidden,
  list,
  ok,
  page,
  problem,
  type MockAnswer,
  type MockParts as Parts,
  type MockRequest,
} from './mock-answers.ts'
import { answerAssessments } from './mock-assessments.ts'
import { answerLog } from './mock-log-routes.ts'
import { principals } from './mock-principals.ts'
import { answerErasures, answerHolds } from './mock-privacy-routes.ts'
import type { MockStore } from './mock-store.ts'
import { accuracyRows, status, triageManifest, sampleUseCase } from './system-samples.ts'

const useCaseNames = ['inbox-triage', 'credit-approval', 'document-routing']

export function answerMock(store: MockStore, request: MockRequest, now: number): MockAnswer {
  const me = principals[request.key ?? '']
  if (me === undefined) {
    return problem(401, 'unauthenticated', {
      detail: 'The key is unknown or was revoked.',
      hint: 'Ask an admin for a new key: airworthy key create.',
    })
  }
  const [first = '', ...rest] = request.path
    .replace(/^\/api\/v1\//, '')
    .split('/')
    .map(decodeURIComponent)
  if (first === 'me') return ok(me)
  if (request.key === 'mock-broken') {
    return problem(503, 'view_unavailable', {
      detail: 'The database that holds the view does not answer.',
      hint: 'Try again in a moment.',
    })
  }
  const handler = handlers[first]
  const parts = { store, request, me, now, rest, isEmpty: request.key === 'mock-empty' }
  return handler?.(parts) ?? problem(404, 'not_found', { detail: `There is no ${first}.`, hint: 'Check the address.' })
}

const handlers: Record<string, (parts: Parts) => MockAnswer | undefined> = {
  status: ({ store, isEmpty }) =>
    ok(isEmpty ? { ...status({ openReviews: 0, deadActions: 0, behind: 0, size: 0 }), useCases: 0 } : statusOf(store)),
  assessments: answerAssessments,
  log: answerLog,
  erasures: answerErasures,
  'legal-holds': answerHolds,
  'use-cases': onUseCases,
  decisions,
  reviews,
  actions,
  keys,
}

function statusOf(store: MockStore) {
  const openReviews = store.reviews.filter((item) => item.status !== 'done').length
  const deadActions = store.actions.filter((action) => action.status === 'dead').length
  return status({ openReviews, deadActions, behind: 0, size: store.head() })
}

function onUseCases({ store, rest: [name, what, n], now, isEmpty }: Parts): MockAnswer | undefined {
  const open = store.reviews.filter((item) => item.status !== 'done')
  const detail = (each: string) => ({
    ...sampleUseCase(each, now),
    ...(each === 'inbox-triage' ? { openReviews: open.length, oldestReviewAt: open[0]?.openedAt ?? null } : {}),
  })
  if (name === undefined) return list(isEmpty ? [] : useCaseNames.map(detail))
  if (!useCaseNames.includes(name))
    return problem(404, 'not_found', {
      detail: `There is no use case ${name}.`,
      hint: 'Names are listed under Use cases.',
    })
  if (what === undefined) return ok(detail(name))
  if (what === 'accuracy') return list(name === 'inbox-triage' ? accuracyRows(now) : [])
  if (what === 'revisions' && n !== undefined)
    return ok({ ...revision(name, Number(n), now), manifest: triageManifest(Number(n)) })
  if (what === 'revisions')
    return list(name === 'inbox-triage' ? [revision(name, 2, now), revision(name, 1, now)] : [revision(name, 1, now)])
  return undefined
}

function revision(useCase: string, n: number, now: number): Revision {
  return {
    useCase,
    revision: n,
    digest: `sha256:${String(n).repeat(8)}0c9a7d1e4486b3f0a1c2d3e4f5061728394a5b6c7d8e9f0011223344`,
    appliedAt: new Date(now - (6 - n) * 86_400_000).toISOString(),
    by: { key: 'k-admin', name: 'admin' },
    log: { index: n * 11 },
  }
}

function decisions({ store, request, rest: [id], isEmpty }: Parts): MockAnswer | undefined {
  if (id !== undefined) {
    const found = store.detail(id)
    return found === undefined
      ? problem(404, 'not_found', {
          detail: `There is no decision ${id}.`,
          hint: 'Check the id; the key must be for its use case.',
        })
      : ok(found)
  }
  const { query } = request
  const from = Date.parse(query.get('from') ?? '') || -Infinity
  const to = Date.parse(query.get('to') ?? '') || Infinity
  const found = (isEmpty ? [] : store.decisions).filter(
    (decision) =>
      (['useCase', 'route', 'status', 'arm', 'reason'] as const).every(
        (name) => (query.get(name) ?? decision[name]) === decision[name],
      ) &&
      Date.parse(decision.at) >= from &&
      Date.parse(decision.at) < to,
  )
  return page(found, query)
}

function reviews({ store, request, me, rest: [id, act], now, isEmpty }: Parts): MockAnswer | undefined {
  const shown = (item: ReviewItem) => forMe(item, me)
  if (id === undefined) {
    const wanted = request.query.get('status')
    const useCase = request.query.get('useCase')
    const found = (isEmpty ? [] : store.reviews)
      .filter((item) => (wanted === null || item.status === wanted) && (useCase === null || item.useCase === useCase))
      .map(shown)
    return page(found, request.query)
  }
  const index = store.reviews.findIndex((item) => item.id === id)
  const item = store.reviews[index]
  if (item === undefined)
    return problem(404, 'not_found', {
      detail: `There is no review ${id}.`,
      hint: 'A review has the id of its decision.',
    })
  if (act === undefined) return ok(shown(item))
  const answer = actOn(item, act, { me, now, decision: request.body as ReviewDecision })
  if (!('item' in answer)) return answer
  store.reviews[index] = answer.item
  store.changed(['reviews'], [id])
  return ok(shown(answer.item))
}

type Acting = { readonly me: Me; readonly now: number; readonly decision: ReviewDecision }

function actOn(
  item: ReviewItem,
  act: string,
  { me, now, decision }: Acting,
): MockAnswer | { readonly item: ReviewItem } {
  const free = { ...item, status: 'open', claimedBy: null, claimedUntil: null } as const
  if (act === 'release') return { item: free }
  if (act === 'claim')
    return {
      item: { ...item, status: 'claimed', claimedBy: me.name, claimedUntil: new Date(now + 900_000).toISOString() },
    }
  if (decision.comment === 'mock: offline') return { kind: 'drop' }
  if (decision.comment === 'mock: taken' || item.status === 'done') {
    return problem(409, 'review_not_open', {
      detail: 'second desk decided it first.',
      hint: 'Your verdict was not recorded. Go on with the next review.',
    })
  }
  const done = {
    doneAt: new Date(now).toISOString(),
    doneBy: me.name,
    verdict: decision.verdict,
    reason: decision.reason ?? null,
    comment: decision.comment ?? null,
  }
  return { item: { ...free, ...done, status: 'done', agrees: decision.verdict === 'approve', log: { index: 48_300 } } }
}

/** As one key sees it: whether the claim is its own, and what it may do. */
function forMe(item: ReviewItem, me: Me): ReviewItem {
  const isMine = item.status === 'claimed' && item.claimedBy === me.name
  const mayReview = me.permissions.some(({ permission }) => permission === 'review')
  const refused = mayReview
    ? null
    : 'Your key may not decide reviews of this use case; ask an admin for the role reviewer.'
  const held = item.status === 'claimed' && !isMine ? `${item.claimedBy ?? 'Somebody'} holds it.` : null
  const why = refused ?? held
  const release = why ?? (isMine ? null : 'Nobody holds it, so there is nothing to release.')
  return {
    ...item,
    claimedByMe: isMine,
    allowed: { claim: why, release, approve: why ?? item.allowed.approve, override: why },
  }
}

function actions({ store, request, rest: [id, act], me, isEmpty }: Parts): MockAnswer | undefined {
  if (id === undefined) {
    const wanted = request.query.get('status')
    return page(
      (isEmpty ? [] : store.actions).filter((action) => wanted === null || action.status === wanted),
      request.query,
    )
  }
  const index = store.actions.findIndex((action) => action.id === id)
  const action = store.actions[index]
  if (action === undefined || act !== 'replay') return undefined
  if (!me.permissions.some(({ permission }) => permission === 'replay-actions'))
    return forbidden(me, 'replay actions that were given up')
  const queued = { ...action, status: 'queued', attempts: 0, endedAt: null, nextAt: action.queuedAt } as const
  store.actions[index] = queued
  store.changed(['actions'])
  return ok(queued)
}

function keys({ store, request, rest: [id], me, now }: Parts): MockAnswer | undefined {
  if (!me.permissions.some(({ permission }) => permission === 'manage-keys'))
    return forbidden(me, 'create, list and revoke keys')
  if (request.method === 'GET') return list(store.keys)
  if (request.method === 'POST') {
    const { name, scopes = [], roles = [] } = request.body as NewKey
    const created = {
      id: `k-${store.keys.length}`,
      name,
      scopes,
      roles,
      createdAt: new Date(now).toISOString(),
      createdBy: me.name,
      revokedAt: null,
      revokedBy: null,
    }
    store.keys.push(created)
    return { kind: 'json', status: 201, body: { ...created, key: 'aw_mock-Zk3v9QxT1uYb7Rj5Ns0Lw2Hd8Ge4Pc6Fa' } }
  }
  const index = store.keys.findIndex((key) => key.id === id)
  const key = store.keys[index]
  if (key === undefined) return undefined
  store.keys[index] = { ...key, revokedAt: new Date(now).toISOString(), revokedBy: me.name }
  return ok(store.keys[index])
}
