// What was erased leaves the screen: the desk keeps items that it loaded ahead, so after an erasure it reads each of them again.

import { useEffect, useRef, type Dispatch } from 'react'
import type { ReviewItem } from '#wire/review.ts'
import { isCode } from '../api/failure.ts'
import { useServices } from '../app/services.ts'
import type { DeskEvent } from './desk-queue.ts'

/** Erasures by age come in batches, one after the other. */
const everyMs = 1_000

export function useErasedItems(items: readonly ReviewItem[], dispatch: Dispatch<DeskEvent>): void {
  const { api, live } = useServices()
  const shown = useRef(items)
  useEffect(() => {
    shown.current = items
  }, [items])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const abort = new AbortController()

    async function readAgain({ id }: ReviewItem): Promise<void> {
      try {
        dispatch({ kind: 'updated', item: await api.review(id, { signal: abort.signal }) })
      } catch (error) {
        // A blind audit ends with the erasure. Anything else: what is handed in is checked by the server anyway.
        if (isCode(error, 'not_found')) dispatch({ kind: 'gone', id })
      }
    }

    const stop = live.onChange((message) => {
      if (!message.topics.includes('contents')) return
      timer ??= setTimeout(() => {
        timer = undefined
        for (const item of shown.current) if (!item.isErased) void readAgain(item)
      }, everyMs)
    })
    return () => {
      stop()
      clearTimeout(timer)
      abort.abort()
    }
  }, [api, live, dispatch])
}
