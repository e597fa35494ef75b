// What is asked of the server, under which name it is kept, and what a change makes stale.

import type { ChangeMessage } from '#wire/system.ts'
import { infiniteQueryOptions, queryOptions, type QueryClient, type QueryKey } from '@tanstack/react-query'
import type { Api } from './api.ts'

const pageSize = 50

/** Today's breaks of the contract are counted by asking for them: no figure of the API says it. */
export function startOfUtcDay(now: number): string {
  return `${new Date(now).toISOString().slice(0, 10)}T00:00:00.000Z`
}

export function queries(api: Api) {
  return {
    me: () => queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => api.me({ signal }), staleTime: 60_000 }),
    status: () => queryOptions({ queryKey: ['status'], queryFn: ({ signal }) => api.status({ signal }) }),
    allUseCases: () => queryOptions({ queryKey: ['use-cases'], queryFn: ({ signal }) => api.allUseCases({ signal }) }),
    oneUseCase: (name: string) =>
      queryOptions({ queryKey: ['use-case', name], queryFn: ({ signal }) => api.oneUseCase(name, { signal }) }),
    revisions: (name: string) =>
      queryOptions({
        queryKey: ['use-case', name, 'revisions'],
        queryFn: ({ signal }) => api.revisions(name, { signal }),
      }),
    /** Immutable, so never asked twice. */
    revision: (name: string, revision: number) =>
      queryOptions({
        queryKey: ['revision', name, revision],
        queryFn: ({ signal }) => api.revision(name, revision, { signal }),
        staleTime: Infinity,
      }),
    accuracy: (name: string) =>
      queryOptions({
        queryKey: ['use-case', name, 'accuracy'],
        queryFn: ({ signal }) => api.accuracy(name, { signal }),
      }),
    contractBreaks: (day: string) =>
      queryOptions({
        queryKey: ['contract-breaks', day],
        // Counted by reading rows, so not at every change.
        refetchInterval: 30_000,
        queryFn: async ({ signal }) => {
          const query = new URLSearchParams({ reason: 'contract-violation', from: day, limit: '100' })
          const page = await api.decisions(query, { signal })
          return { count: page.total ?? page.items.length, isAtLeast: page.total === undefined && page.next !== null }
        },
      }),
    /** Whether the models answer: only each use case by itself says it, so it is not asked at every change. */
    models: (names: readonly string[]) =>
      queryOptions({
        queryKey: ['models', ...names],
        queryFn: async ({ signal }) => {
          const found = await Promise.all(names.map((name) => api.oneUseCase(name, { signal })))
          return found.map(({ name, model }) => ({ useCase: name, state: model.state }))
        },
        refetchInterval: 30_000,
      }),
    decision: (id: string) =>
      queryOptions({ queryKey: ['decision', id], queryFn: ({ signal }) => api.decision(id, { signal }) }),
    ...listQueries(api),
    keys: () => queryOptions({ queryKey: ['keys'], queryFn: ({ signal }) => api.keys({ signal }) }),
  }
}

/** Lists that are read page by page. */
function listQueries(api: Api) {
  return {
    decisions: (filters: URLSearchParams) =>
      infiniteQueryOptions({
        queryKey: ['decisions', filters.toString()],
        queryFn: ({ signal, pageParam }) => api.decisions(pageQuery(filters, pageParam), { signal }),
        initialPageParam: null as string | null,
        getNextPageParam: (page) => page.next,
        // New rows are announced, never slipped in: see parts/new-decisions.ts.
        staleTime: Infinity,
        gcTime: 0,
      }),
    actions: (filters: URLSearchParams) =>
      infiniteQueryOptions({
        queryKey: ['actions', filters.toString()],
        queryFn: ({ signal, pageParam }) => api.actions(pageQuery(filters, pageParam), { signal }),
        initialPageParam: null as string | null,
        getNextPageParam: (page) => page.next,
      }),
  }
}

export function pageQuery(filters: URLSearchParams, cursor: string | null): URLSearchParams {
  const query = new URLSearchParams(filters)
  query.set('limit', String(pageSize))
  if (cursor !== null) query.set('cursor', cursor)
  return query
}

/** The names under which something may have become stale. */
function staleKeys(messages: readonly ChangeMessage[]): QueryKey[] {
  const topics = new Set(messages.flatMap((message) => message.topics))
  const decisions = new Set(messages.flatMap((message) => message.decisions))
  const useCases = new Set(messages.flatMap((message) => message.useCases))
  const keys: QueryKey[] = [['status'], ...[...decisions].map((id) => ['decision', id])]
  if (topics.has('keys')) keys.push(['keys'])
  if (topics.has('actions')) keys.push(['actions'])
  if (topics.size > (topics.has('keys') ? 1 : 0))
    keys.push(['use-cases'], ...[...useCases].map((name) => ['use-case', name]))
  return keys
}

/** Asks again for what is shown and stale; what is not shown is asked for when it is. */
export function refresh(client: QueryClient, messages: readonly ChangeMessage[]): void {
  for (const queryKey of staleKeys(messages)) void client.invalidateQueries({ queryKey })
}
