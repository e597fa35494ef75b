// The review desk's work with the server: loads the queue ahead, holds what is shown, hands in verdicts, and brings back
// what was refused. What the queue does is in desk-queue.ts, what holding means in desk-hold.ts.

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useReducer, useState, type Dispatch } from 'react'
import type { ReviewDecision, ReviewItem } from '#wire/review.ts'
import type { Api, Page } from '../api/api.ts'
import { failureWords } from '../api/failure.ts'
import { useNow, useServices } from '../app/services.ts'
import { createDeskHold, type DeskHold } from './desk-hold.ts'
import { useErasedItems } from './use-erased-items.ts'
import { currentItem, deskQueue, emptyDesk, type DeskEvent, type DeskQueue, type Returned } from './desk-queue.ts'

export type Desk = {
  readonly item: ReviewItem | undefined
  /** A verdict of this item that came back; its form begins with it. */
  readonly earlier: ReviewDecision | undefined
  readonly left: number
  /** There are more than `left`: how many in all is not known yet. */
  readonly hasMoreLeft: boolean
  readonly isLoading: boolean
  readonly error: unknown
  readonly returned: readonly Returned[]
  /** What happened last, to be read out and shown. */
  readonly note: string
  /** Verdicts on their way, or come back: the page should not be left. */
  readonly isUnfinished: boolean
  readonly decide: (decision: ReviewDecision) => void
  readonly claim: () => void
  readonly release: () => void
  readonly skip: () => void
  readonly next: () => void
  readonly previous: () => void
  readonly takeUp: (id: string) => void
  readonly dismiss: (id: string) => void
  readonly reload: () => void
}

/** Of which use case (undefined: all), and which item first. */
export type DeskScope = { readonly useCase: string | undefined; readonly first: string | undefined }

const pageLimit = 20
/** Fewer than this ahead: load more. */
const aheadMin = 6

export function useDesk(scope: DeskScope): Desk {
  const [queue, dispatch] = useReducer(deskQueue, emptyDesk)
  const [drafts, setDrafts] = useState<Readonly<Record<string, ReviewDecision>>>({})
  const [note, setNote] = useState('')
  const item = currentItem(queue)
  const pages = useDeskPages(scope, queue, dispatch)
  useErasedItems(queue.items, dispatch)
  const hold = useDeskHold(item, { dispatch, setNote })
  const verdicts = useVerdicts({ dispatch, setNote })
  const counted = useCounted(scope.useCase)

  function takeUp(id: string): void {
    const found = queue.returned.find((each) => each.item.id === id)
    if (found) setDrafts((all) => ({ ...all, [id]: found.decision }))
    dispatch({ kind: 'taken-up', id })
  }

  return {
    item,
    earlier: item && drafts[item.id],
    left: pages.hasMore ? Math.max((counted ?? 0) - verdicts.onTheWay, queue.items.length) : queue.items.length,
    hasMoreLeft: pages.hasMore && counted === undefined,
    isLoading: pages.isLoading,
    error: pages.error,
    returned: queue.returned,
    note,
    isUnfinished: verdicts.onTheWay > 0 || queue.returned.length > 0,
    decide: (decision) => {
      if (item === undefined) return
      hold.letGo(item.id)
      verdicts.handIn(item, decision)
    },
    claim: () => (item === undefined ? undefined : void hold.take(item)),
    release: () => {
      if (item === undefined) return
      setNote('Given back. Somebody else may take it now.')
      hold.giveBack(item)
    },
    skip: () => {
      setNote('Skipped; it comes again after the others.')
      dispatch({ kind: 'skipped' })
    },
    next: () => dispatch({ kind: 'next' }),
    previous: () => dispatch({ kind: 'previous' }),
    takeUp,
    dismiss: (id) => dispatch({ kind: 'dismissed', id }),
    reload: pages.reload,
  }
}

type Outlets = { readonly dispatch: Dispatch<DeskEvent>; readonly setNote: (note: string) => void }

/** Hands verdicts in without waiting: the next item is shown meanwhile. */
function useVerdicts({ dispatch, setNote }: Outlets) {
  const { api } = useServices()
  const client = useQueryClient()
  const [onTheWay, setOnTheWay] = useState(0)

  async function send(item: ReviewItem, decision: ReviewDecision): Promise<void> {
    try {
      const answer = await api.decideReview(item.id, decision)
      if (item.kind === 'audit') setNote(auditNote(answer.agrees))
      await client.invalidateQueries({ queryKey: ['decision', item.id] })
    } catch (error) {
      setNote('A verdict was not recorded; see below.')
      dispatch({ kind: 'refused', returned: { item, decision, words: failureWords(error) } })
    } finally {
      setOnTheWay((count) => count - 1)
    }
  }

  return {
    onTheWay,
    handIn: (item: ReviewItem, decision: ReviewDecision) => {
      dispatch({ kind: 'decided', id: item.id })
      setNote(decision.verdict === 'approve' ? 'Approved.' : 'Decided.')
      setOnTheWay((count) => count + 1)
      void send(item, decision)
    },
  }
}

function auditNote(agrees: boolean | null): string {
  if (agrees === null) return 'Audit recorded.'
  return `Audit recorded: you decided ${agrees ? 'as' : 'otherwise than'} the system had.`
}

/** How many wait in all, as the use cases' figures say; undefined until they are there. */
function useCounted(useCase: string | undefined): number | undefined {
  const { queries } = useServices()
  const { data } = useQuery(queries.allUseCases())
  if (data === undefined) return undefined
  const counted = data.items.filter((each) => useCase === undefined || each.name === useCase)
  return counted.reduce((sum, each) => sum + each.openReviews, 0)
}

/** Reads the queue page by page, ahead of the reviewer; looks again when reviews change and the queue runs low. */
function useDeskPages(scope: DeskScope, queue: DeskQueue, dispatch: Dispatch<DeskEvent>) {
  const { api, live } = useServices()
  const { data, error, isFetching, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['desk', scope.useCase, scope.first],
    queryFn: ({ pageParam, signal }) => readPage(api, scope, { cursor: pageParam, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    // The queue keeps what it was given; what is read again only adds to it.
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })
  useEffect(() => {
    for (const page of data?.pages ?? []) dispatch({ kind: 'loaded', items: page.items })
  }, [data, dispatch])
  const isLow = queue.items.length - queue.at < aheadMin
  useEffect(() => {
    if (isLow && hasNextPage && !isFetching) void fetchNextPage()
  }, [isLow, hasNextPage, isFetching, fetchNextPage])
  useEffect(
    () =>
      live.onChange((message) => {
        if (isLow && message.topics.includes('reviews')) void refetch()
      }),
    [live, isLow, refetch],
  )
  const isLoading = queue.items.length === 0 && (isFetching || (data !== undefined && hasUnseen(data.pages, queue)))
  return { isLoading, error, hasMore: hasNextPage, reload: () => void refetch() }
}

/** Read already, and about to be in the queue: the moment between the two is not an empty desk. */
function hasUnseen(pages: readonly Page<ReviewItem>[], queue: DeskQueue): boolean {
  return pages.some((page) => page.items.some((item) => !queue.left.includes(item.id)))
}

/** The first page begins with what was asked for by its id, and what this key holds already. */
async function readPage(
  api: Api,
  { useCase, first }: DeskScope,
  { cursor, signal }: { cursor: string | null; signal: AbortSignal },
): Promise<Page<ReviewItem>> {
  const query = (status: string) => {
    const params = new URLSearchParams({ status, limit: String(pageLimit) })
    if (useCase !== undefined) params.set('useCase', useCase)
    return params
  }
  const open = query('open')
  if (cursor !== null) open.set('cursor', cursor)
  if (cursor !== null) return api.reviews(open, { signal })
  const [asked, held, page] = await Promise.all([
    first === undefined ? undefined : api.review(first, { signal }),
    api.reviews(query('claimed'), { signal }),
    api.reviews(open, { signal }),
  ])
  const mine = held.items.filter((each) => each.claimedByMe)
  return { ...page, items: [...(asked ? [asked] : []), ...mine, ...page.items] }
}

function useDeskHold(item: ReviewItem | undefined, { dispatch, setNote }: Outlets): DeskHold {
  const { api } = useServices()
  const now = useNow()
  const [hold] = useState(() =>
    createDeskHold({
      api,
      onChanged: (changed) => dispatch({ kind: 'updated', item: changed }),
      onRefused: setNote,
      later: (run, ms) => {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    }),
  )
  useEffect(() => hold.show(item), [hold, item])
  useEffect(() => {
    if (document.visibilityState === 'visible') hold.renew(now)
  }, [hold, now])
  useEffect(() => () => hold.leave(), [hold])
  return hold
}
