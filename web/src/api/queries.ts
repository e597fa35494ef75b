// What is asked of the server, under which name it is kept, and what a change makes stale.

import type { NewErasure } from '#wire/privacy.ts'
import type { ChangeMessage } from '#wire/system.ts'
import { infiniteQueryOptions, queryOptions, type QueryClient, type QueryKey } from '@tanstack/react-query'
import type { Api } from './api.ts'
import { mayPass } from './failure.ts'

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
        refetchInterval: 30_000,
        queryFn: async ({ signal }) => {
          const query = new URLSearchParams({ reason: 'contract-violation', from: day, limit: '1' })
          const { total } = await api.decisions(query, { signal })
          // Given for whole days. Without it nothing is known, which must not look like none.
          if (total === undefined) throw new Error('The list of decisions came without its total.')
          return total
        },
      }),
    decision: (id: string) =>
      queryOptions({ queryKey: ['decision', id], queryFn: ({ signal }) => api.decision(id, { signal }) }),
    /** It never changes; only its result may be erased by age. */
    assessment: (id: string) =>
      queryOptions({
        queryKey: ['assessment', id],
        queryFn: ({ signal }) => api.assessment(id, { signal }),
        staleTime: Infinity,
      }),
    ...listQueries(api),
    ...logQueries(api),
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
    assessments: (filters: URLSearchParams) =>
      infiniteQueryOptions({
        queryKey: ['assessments', filters.toString()],
        queryFn: ({ signal, pageParam }) => api.assessments(pageQuery(filters, pageParam), { signal }),
        initialPageParam: null as string | null,
        getNextPageParam: (page) => page.next,
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

/** The log's proof. Checkpoints come a moment after what they cover and are not announced, so they are asked for. */
function logQueries(api: Api) {
  return {
    log: () =>
      queryOptions({ queryKey: ['log'], queryFn: ({ signal }) => api.log({ signal }), refetchInterval: logEveryMs }),
    checkpoints: () =>
      infiniteQueryOptions({
        queryKey: ['checkpoints'],
        queryFn: ({ signal, pageParam }) => {
          const query = new URLSearchParams({ limit: '20' })
          if (pageParam !== null) query.set('before', String(pageParam))
          return api.checkpoints(query, { signal })
        },
        initialPageParam: null as number | null,
        getNextPageParam: (page) => page.next,
      }),
    erasures: () =>
      infiniteQueryOptions({
        queryKey: ['erasures'],
        queryFn: ({ signal, pageParam }) => api.erasures(pageQuery(new URLSearchParams(), pageParam), { signal }),
        initialPageParam: null as string | null,
        getNextPageParam: (page) => page.next,
      }),
    readings: () =>
      infiniteQueryOptions({
        queryKey: ['readings'],
        queryFn: ({ signal, pageParam }) => api.readings(pageQuery(new URLSearchParams(), pageParam), { signal }),
        initialPageParam: null as string | null,
        getNextPageParam: (page) => page.next,
      }),
    /** What it would do, asked anew each time that somebody is about to. */
    erasePlan: (wanted: NewErasure) =>
      queryOptions({
        queryKey: ['erase-plan', wanted],
        queryFn: () => api.erase({ ...wanted, dryRun: true }),
        gcTime: 0,
        staleTime: Infinity,
      }),
    holds: () =>
      queryOptions({ queryKey: ['holds'], queryFn: ({ signal }) => api.holds({ signal }), staleTime: 30_000 }),
    /** Once there it proves for ever; asked for again only where a newer checkpoint is wanted. */
    receipt: (id: string) =>
      queryOptions({
        queryKey: ['receipt', id],
        queryFn: ({ signal }) => api.receipt(id, { signal }),
        staleTime: Infinity,
        retry: false,
        refetchInterval: ({ state }) => (state.error !== null && mayPass(state.error) ? receiptEveryMs : false),
      }),
  }
}

const logEveryMs = 5_000
/** The server waits by itself for a checkpoint, so an error is something else or lasts. */
const receiptEveryMs = 3_000

export function pageQuery(filters: URLSearchParams, cursor: string | null): URLSearchParams {
  const query = new URLSearchParams(filters)
  query.set('limit', String(pageSize))
  if (cursor !== null) query.set('cursor', cursor)
  return query
}

/** What the figures of a use case are made of. */
const ofUseCases = new Set<ChangeMessage['topics'][number]>([
  'decisions',
  'reviews',
  'actions',
  'outcomes',
  'use-cases',
])

/** The names under which something may have become stale. */
function staleKeys(messages: readonly ChangeMessage[]): QueryKey[] {
  const topics = new Set(messages.flatMap((message) => message.topics))
  const decisions = new Set(messages.flatMap((message) => message.decisions))
  const useCases = new Set(messages.flatMap((message) => message.useCases))
  const keys: QueryKey[] = [['status'], ['log'], ...[...decisions].map((id) => ['decision', id])]
  if (topics.has('keys')) keys.push(['keys'])
  if (topics.has('assessments')) keys.push(['assessments'])
  if (topics.has('actions')) keys.push(['actions'])
  if (topics.has('erasures')) keys.push(['erasures'])
  if (topics.has('holds')) keys.push(['holds'])
  if (topics.has('readings')) keys.push(['readings'])
  // A person’s erasure names no decisions: any that is shown may have lost its contents.
  if (topics.has('contents')) keys.push(['decision'])
  if ([...topics].some((topic) => ofUseCases.has(topic)))
    keys.push(['use-cases'], ...[...useCases].map((name) => ['use-case', name]))
  return keys
}

/** Asks again for what is shown and stale; what is not shown is asked for when it is. */
export function refresh(client: QueryClient, messages: readonly ChangeMessage[]): void {
  for (const queryKey of staleKeys(messages)) void client.invalidateQueries({ queryKey })
}
