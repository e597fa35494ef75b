// The review desk's work with the server: loads the queue ahead, holds what is shown, hands in verdicts, and brings back
// what was refused. What the queue does is in desk-queue.ts.
//
// Who looks at an item holds it (a claim, which is a lease): otherwise several people decide the same one. Leaving it,
// skipping it or closing the page gives it back. A hold that was given back by hand is not taken again by itself.

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import type { ReviewDecision, ReviewItem } from '#wire/review.ts'
import type { ReviewAnswer } from '../api/api.ts'
import { failureWords } from '../api/failure.ts'
import { useNow, useServices } from '../app/services.ts'
import { currentItem, deskQueue, emptyDesk, type Returned } from './desk-queue.ts'

export type Desk = {
  readonly item: ReviewItem | undefined
  /** A verdict of this item that came back; its form begins with it. */
  readonly earlier: ReviewDecision | undefined
  readonly left: number
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

const pageLimit = 20
/** Fewer than this ahead: load more. */
const aheadMin = 6
/** Whoever only leafs through does not take hold of anything. */
const dwellMs = 400
const renewMs = 3 * 60_000

export function useDesk({ useCase, first }: { useCase: string | undefined; first: string | undefined }): Desk {
  const { api, queries, live } = useServices()
  const client = useQueryClient()
  const [queue, dispatch] = useReducer(deskQueue, emptyDesk)
  const [drafts, setDrafts] = useState<Readonly<Record<string, ReviewDecision>>>({})
  const [note, setNote] = useState('')
  const [onTheWay, setOnTheWay] = useState(0)
  const pages = useDeskPages({ useCase, first, onItems: (items) => dispatch({ kind: 'loaded', items }) })
  const useCases = useQuery(queries.useCases())
  const item = currentItem(queue)
  const merge = useCallback(
    (before: ReviewItem, answer: ReviewAnswer) => dispatch({ kind: 'updated', item: { ...before, ...answer } }),
    [],
  )
  const hold = useHold(item, { merge, onRefused: setNote })

  const ahead = queue.items.length - queue.at
  const { loadMore, hasMore, isLoading } = pages
  useEffect(() => {
    if (ahead < aheadMin && hasMore && !isLoading) loadMore()
  }, [ahead, hasMore, isLoading, loadMore])
  useEffect(() => {
    // New ones are looked for only when the queue runs low: a full one needs no more.
    return live.onChange((message) => {
      if (ahead < aheadMin && message.topics.includes('reviews')) pages.again()
    })
  }, [live, ahead, pages])

  function decide(decision: ReviewDecision): void {
    if (item === undefined) return
    hold.letGo(item.id)
    dispatch({ kind: 'decided', id: item.id })
    setNote(decision.verdict === 'approve' ? 'Approved.' : 'Decided.')
    setOnTheWay((count) => count + 1)
    api
      .decideReview(item.id, decision)
      .then((answer) => {
        if (item.kind === 'audit' && answer.agrees != null) {
          setNote(
            answer.agrees
              ? 'Audit recorded: you decided as the system had.'
              : 'Audit recorded: you decided otherwise than the system had.',
          )
        }
        return client.invalidateQueries({ queryKey: ['decision', item.id] })
      })
      .catch((error: unknown) => {
        setNote('A verdict was not recorded; see above.')
        dispatch({ kind: 'refused', returned: { item, decision, words: failureWords(error) } })
      })
      .finally(() => setOnTheWay((count) => count - 1))
  }

  const counted = (useCases.data?.items ?? [])
    .filter((each) => useCase === undefined || each.name === useCase)
    .reduce((sum, each) => sum + each.openReviews, 0)
  return {
    item,
    earlier: item && drafts[item.id],
    left: pages.hasMore ? Math.max(counted - onTheWay, queue.items.length) : queue.items.length,
    isLoading: pages.isLoading && item === undefined,
    error: pages.error,
    returned: queue.returned,
    note,
    isUnfinished: onTheWay > 0 || queue.returned.length > 0,
    decide,
    claim: hold.take,
    release: () => {
      setNote('Given back. Somebody else may take it now.')
      hold.giveBack()
    },
    skip: () => {
      setNote('Skipped; it comes again after the others.')
      dispatch({ kind: 'skipped' })
    },
    next: () => dispatch({ kind: 'next' }),
    previous: () => dispatch({ kind: 'previous' }),
    takeUp: (id) => {
      const found = queue.returned.find((each) => each.item.id === id)
      if (found) setDrafts((all) => ({ ...all, [id]: found.decision }))
      dispatch({ kind: 'taken-up', id })
    },
    dismiss: (id) => dispatch({ kind: 'dismissed', id }),
    reload: pages.again,
  }
}

type Pages = {
  readonly useCase: string | undefined
  readonly first: string | undefined
  readonly onItems: (items: readonly ReviewItem[]) => void
}

/** Reads the queue page by page: what was asked for by its id, what this key holds already, then the open ones. */
function useDeskPages({ useCase, first, onItems }: Pages) {
  const { api } = useServices()
  const [state, setState] = useState<{ cursor: string | null; isLoading: boolean; error: unknown }>({
    cursor: null,
    isLoading: true,
    error: null,
  })
  const give = useRef(onItems)
  useEffect(() => {
    give.current = onItems
  })
  const read = useCallback(
    async (cursor: string | null): Promise<void> => {
      setState((before) => ({ ...before, isLoading: true }))
      const query = (status: string) =>
        new URLSearchParams({
          status,
          limit: String(pageLimit),
          ...(useCase === undefined ? {} : { useCase }),
          ...(cursor === null ? {} : { cursor }),
        })
      try {
        if (cursor === null) {
          const [asked, held] = await Promise.all([
            first === undefined ? undefined : api.review(first),
            api.reviews(query('claimed')),
          ])
          give.current([...(asked ? [asked] : []), ...held.items.filter((each) => each.claimedByMe)])
        }
        const page = await api.reviews(query('open'))
        give.current(page.items)
        setState({ cursor: page.next, isLoading: false, error: null })
      } catch (error) {
        setState({ cursor: null, isLoading: false, error })
      }
    },
    [api, useCase, first],
  )
  useEffect(() => void read(null), [read])
  const { cursor } = state
  const loadMore = useCallback(() => void (cursor === null ? undefined : read(cursor)), [read, cursor])
  const again = useCallback(() => void read(null), [read])
  return { ...state, hasMore: cursor !== null, loadMore, again }
}

type HoldParts = {
  readonly merge: (before: ReviewItem, answer: ReviewAnswer) => void
  readonly onRefused: (words: string) => void
}

/** Takes hold of what is shown for a moment, and gives it back when something else is. */
function useHold(item: ReviewItem | undefined, { merge, onRefused }: HoldParts) {
  const { api } = useServices()
  const now = useNow()
  const declined = useRef(new Set<string>())
  const held = useRef<ReviewItem>(undefined)

  const take = useCallback(async (): Promise<void> => {
    if (item === undefined) return
    declined.current.delete(item.id)
    held.current = item
    try {
      merge(item, await api.claimReview(item.id))
    } catch (error) {
      if (held.current?.id === item.id) held.current = undefined
      const words = failureWords(error)
      onRefused(`${words.what} ${words.why}`)
      if (words.kind === 'conflict') merge(item, await api.review(item.id).catch(() => item))
    }
  }, [api, item, merge, onRefused])

  const giveBack = useCallback((): void => {
    const before = held.current
    held.current = undefined
    if (before === undefined) return
    // A lease that could not be given back lapses by itself.
    api.releaseReview(before.id).then(
      (answer) => merge(before, answer),
      () => undefined,
    )
  }, [api, merge])

  const mayTake = item?.status === 'open' && item.allowed.claim === null
  const id = item?.id
  useEffect(() => {
    if (held.current !== undefined && held.current.id !== id) giveBack()
    if (id === undefined || !mayTake || held.current?.id === id || declined.current.has(id)) return
    const timer = setTimeout(() => void take(), dwellMs)
    return () => clearTimeout(timer)
  }, [id, mayTake, take, giveBack])
  useEffect(() => giveBack, [giveBack])

  const isLapsing =
    item?.claimedByMe === true && item.claimedUntil !== null && Date.parse(item.claimedUntil) - now < renewMs
  useEffect(() => {
    if (isLapsing && held.current !== undefined && document.visibilityState === 'visible') void take()
    // Once for each tick of the clock on which it is about to lapse, not for each new item object.
  }, [isLapsing, now])

  return {
    take: () => void take(),
    giveBack: () => {
      if (item !== undefined) {
        declined.current.add(item.id)
        held.current ??= item
      }
      giveBack()
    },
    /** The verdict ends the claim; there is nothing to give back. */
    letGo: (decided: string) => {
      if (held.current?.id === decided) held.current = undefined
    },
  }
}
