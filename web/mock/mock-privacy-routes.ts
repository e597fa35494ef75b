// Erasures and legal holds in the mock API.

import type { NewErasure, NewLegalHold } from '#wire/privacy.ts'
import { forbidden, list, ok, page, problem, type MockAnswer, type MockParts } from './mock-answers.ts'

const what = 'erase payloads and place or release legal holds'

export function answerErasures({ store, request, me, isEmpty }: MockParts): MockAnswer {
  if (request.method === 'GET') return page(isEmpty ? [] : store.privacy.erasures, request.query)
  if (!me.permissions.some(({ permission }) => permission === 'erase')) return forbidden(me, what)
  const wanted = request.body as NewErasure
  if (wanted.decision !== undefined && store.detail(wanted.decision) === undefined) {
    return problem(404, 'not_found', {
      detail: `There is no decision ${wanted.decision}.`,
      hint: 'Check the id.',
    })
  }
  const done = store.privacy.erase(wanted, { key: me.key, name: me.name })
  store.changed(['contents', 'erasures', 'reviews', 'actions'])
  return { kind: 'json', status: done.index === null ? 200 : 201, body: done }
}

export function answerHolds({ store, request, me, rest: [id], isEmpty }: MockParts): MockAnswer | undefined {
  if (request.method === 'GET') return list(isEmpty ? [] : store.privacy.holds)
  if (!me.permissions.some(({ permission }) => permission === 'erase')) return forbidden(me, what)
  const by = { key: me.key, name: me.name }
  if (id === undefined) {
    const placed = store.privacy.place(request.body as NewLegalHold, by)
    store.changed(['holds'])
    return { kind: 'json', status: 201, body: placed }
  }
  const released = store.privacy.release(id, (request.body as { reason: string }).reason, by)
  if (released === undefined) return undefined
  store.changed(['holds'])
  return ok(released)
}
