// Holding the item that is shown: a claim, which is a lease. Whoever looks at an item holds it; otherwise several people
// decide the same one.
//
// shown → (a moment later) claimed → given back when something else is shown, when the reviewer gives it back, or when the
// desk is left. A verdict ends the claim by itself. One that was given back by hand is not taken again by itself. Close to
// its end a claim is renewed while the page is looked at.

import type { ReviewItem } from '#wire/review.ts'
import type { Api, ReviewAnswer } from '../api/api.ts'
import { failureWords } from '../api/failure.ts'

export type DeskHold = {
  /** Says what is shown now; to be called again whenever the item changes. */
  readonly show: (item: ReviewItem | undefined) => void
  readonly take: (item: ReviewItem) => Promise<void>
  readonly giveBack: (item: ReviewItem) => void
  /** The item was decided: there is nothing to give back. */
  readonly letGo: (id: string) => void
  /** Renews a claim of the shown item that is about to lapse. `now` in epoch milliseconds. */
  readonly renew: (now: number) => void
  readonly leave: () => void
}

export type DeskHoldParts = {
  readonly api: Pick<Api, 'claimReview' | 'releaseReview' | 'review'>
  readonly onChanged: (item: ReviewItem) => void
  readonly onRefused: (words: string) => void
  /** Runs something later; returns how to stop it. */
  readonly later: (run: () => void, ms: number) => () => void
}

/** Whoever only leafs through does not take hold of anything. */
const dwellMs = 400
const renewMs = 3 * 60_000

export function createDeskHold({ api, onChanged, onRefused, later }: DeskHoldParts): DeskHold {
  const declined = new Set<string>()
  let shown: ReviewItem | undefined
  let held: ReviewItem | undefined
  let stopWaiting: () => void = () => undefined

  async function take(item: ReviewItem): Promise<void> {
    declined.delete(item.id)
    held = item
    try {
      onChanged(merged(item, await api.claimReview(item.id)))
    } catch (error) {
      if (held?.id === item.id) held = undefined
      const words = failureWords(error)
      onRefused(`${words.what} ${words.why}`)
      // Somebody else has it: what they hold is shown as theirs.
      if (words.kind === 'conflict') await api.review(item.id).then(onChanged, () => undefined)
    }
  }

  function release(): void {
    const item = held
    held = undefined
    if (item === undefined) return
    // A claim that could not be given back lapses by itself.
    api.releaseReview(item.id).then(
      (answer) => onChanged(merged(item, answer)),
      () => undefined,
    )
  }

  return {
    show: (item) => {
      const isSame = item?.id === shown?.id
      shown = item
      if (isSame) return
      stopWaiting()
      if (held?.id !== item?.id) release()
      if (item === undefined || declined.has(item.id)) return
      if (item.claimedByMe) held = item
      else if (item.status === 'open' && item.allowed.claim === null)
        stopWaiting = later(() => void take(item), dwellMs)
    },
    take,
    giveBack: (item) => {
      declined.add(item.id)
      held ??= item
      release()
    },
    letGo: (id) => {
      stopWaiting()
      if (held?.id === id) held = undefined
    },
    renew: (now) => {
      const until = shown?.claimedByMe === true ? shown.claimedUntil : null
      if (shown !== undefined && held?.id === shown.id && until !== null && Date.parse(until) - now < renewMs)
        void take(shown)
    },
    leave: () => {
      stopWaiting()
      shown = undefined
      release()
    },
  }
}

/** The answer tells where the review stands; what it does not tell stays as it was. */
function merged(item: ReviewItem, answer: ReviewAnswer): ReviewItem {
  return { ...item, ...answer }
}
