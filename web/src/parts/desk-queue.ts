// The queue of the review desk: which item is shown, which come next, what came back.
//
// A decision leaves the queue the moment it is made and the next item stands there at once; the server is told meanwhile.
// Should it refuse, the decision stands under `returned` with the reason in words: the item that somebody is working on by
// then is never pulled away from under them.

import type { ReviewDecision, ReviewItem } from '#wire/review.ts'
import type { FailureWords } from '../api/failure.ts'

export type Returned = { readonly item: ReviewItem; readonly decision: ReviewDecision; readonly words: FailureWords }

export type DeskQueue = {
  readonly items: readonly ReviewItem[]
  /** The item that is shown; an index into `items`. */
  readonly at: number
  /** Decided here and not to be shown again, whatever an older page of the list says. */
  readonly left: readonly string[]
  readonly returned: readonly Returned[]
}

export type DeskEvent =
  | { readonly kind: 'loaded'; readonly items: readonly ReviewItem[] }
  | { readonly kind: 'decided'; readonly id: string }
  | { readonly kind: 'refused'; readonly returned: Returned }
  | { readonly kind: 'taken-up'; readonly id: string }
  | { readonly kind: 'dismissed'; readonly id: string }
  | { readonly kind: 'updated'; readonly item: ReviewItem }
  | { readonly kind: 'gone'; readonly id: string }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'next' }
  | { readonly kind: 'previous' }

export const emptyDesk: DeskQueue = { items: [], at: 0, left: [], returned: [] }

export function currentItem(queue: DeskQueue): ReviewItem | undefined {
  return queue.items[queue.at]
}

export function deskQueue(queue: DeskQueue, event: DeskEvent): DeskQueue {
  switch (event.kind) {
    case 'loaded':
      return { ...queue, items: [...queue.items, ...unseen(queue, event.items)] }
    case 'decided':
      return { ...without(queue, event.id), left: [...queue.left, event.id] }
    case 'refused':
      return { ...queue, returned: [...withoutReturned(queue, event.returned.item.id), event.returned] }
    case 'taken-up':
      return takeUp(queue, event.id)
    case 'dismissed':
      return { ...queue, returned: withoutReturned(queue, event.id) }
    case 'updated':
      return { ...queue, items: queue.items.map((item) => (item.id === event.item.id ? event.item : item)) }
    case 'gone':
      return without(queue, event.id)
    case 'skipped':
      return skip(queue)
    case 'next':
      return { ...queue, at: Math.max(0, Math.min(queue.at + 1, queue.items.length - 1)) }
    case 'previous':
      return { ...queue, at: Math.max(queue.at - 1, 0) }
  }
  return event satisfies never
}

/** Items not in the queue yet and not decided here. */
function unseen(queue: DeskQueue, items: readonly ReviewItem[]): ReviewItem[] {
  const known = new Set([...queue.left, ...queue.items.map((item) => item.id)])
  // An item that was asked for may stand in a page twice: once by its id, once in the list.
  return items.filter((item) => !known.has(item.id) && known.add(item.id))
}

/** What came before keeps its place; what came after moves up, so that `at` shows the next; behind the last comes the first. */
function without(queue: DeskQueue, id: string): DeskQueue {
  const index = queue.items.findIndex((item) => item.id === id)
  if (index < 0) return queue
  const items = queue.items.filter((item) => item.id !== id)
  const at = index < queue.at ? queue.at - 1 : queue.at
  return { ...queue, items, at: at >= items.length ? 0 : at }
}

/** To the end of the queue: it comes again after all others. */
function skip(queue: DeskQueue): DeskQueue {
  const item = currentItem(queue)
  if (item === undefined || queue.items.length < 2) return queue
  const items = [...queue.items.filter((other) => other.id !== item.id), item]
  return { ...queue, items, at: queue.at >= items.length - 1 ? 0 : queue.at }
}

/** Back in front of what is shown now. */
function takeUp(queue: DeskQueue, id: string): DeskQueue {
  const found = queue.returned.find((returned) => returned.item.id === id)
  if (found === undefined) return queue
  const items = queue.items.filter((item) => item.id !== id)
  const at = Math.min(queue.at, items.length)
  return {
    items: [...items.slice(0, at), found.item, ...items.slice(at)],
    at,
    left: queue.left.filter((left) => left !== id),
    returned: withoutReturned(queue, id),
  }
}

function withoutReturned(queue: DeskQueue, id: string): readonly Returned[] {
  return queue.returned.filter((returned) => returned.item.id !== id)
}
