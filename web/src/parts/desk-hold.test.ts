import { describe, expect, it } from 'vitest'
import type { ReviewItem } from '#wire/review.ts'
import { reviewItem, reviewState } from '../../mock/review-samples.ts'
import { ApiFailure, problemOf } from '../api/failure.ts'
import { createDeskHold } from './desk-hold.ts'

/** A server that notes what it is asked, and time that passes when told. */
function given({ isTaken = false } = {}) {
  const asked: string[] = []
  const changed: ReviewItem[] = []
  const refused: string[] = []
  let waiting: (() => void) | undefined
  const conflict = new ApiFailure(
    problemOf(409, { code: 'review_claimed', status: 409, title: 'Held.', detail: 'desk 2 holds it.', type: '' }),
  )
  const hold = createDeskHold({
    api: {
      claimReview: (id) => {
        asked.push(`claim ${id}`)
        if (isTaken) return Promise.reject(conflict)
        return Promise.resolve(
          reviewState({ id, status: 'claimed', claimedByMe: true, claimedUntil: '2026-03-03T14:15:00Z' }),
        )
      },
      releaseReview: (id) => {
        asked.push(`release ${id}`)
        return Promise.resolve(reviewState({ id }))
      },
      review: (id) => Promise.resolve(reviewItem({ id, status: 'claimed', claimedBy: 'desk 2' })),
    },
    onChanged: (item) => changed.push(item),
    onRefused: (words) => refused.push(words),
    later: (run) => {
      waiting = run
      return () => {
        waiting = undefined
      }
    },
  })
  const dwell = async () => {
    waiting?.()
    waiting = undefined
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { hold, asked, changed, refused, dwell }
}

const a = reviewItem({ id: 'a' })
const b = reviewItem({ id: 'b' })

describe('holding what is shown', () => {
  it('takes what is looked at, and gives it back for the next', async () => {
    const { hold, asked, changed, dwell } = given()
    hold.show(a)
    await dwell()
    hold.show(b)
    await dwell()
    hold.leave()
    expect(asked).toEqual(['claim a', 'release a', 'claim b', 'release b'])
    expect(changed[0]).toMatchObject({ id: 'a', claimedByMe: true, input: a.input })
  })

  it('takes nothing that is only leafed over, held by others, done, or not allowed', async () => {
    const { hold, asked, dwell } = given()
    hold.show(a)
    hold.show(reviewItem({ id: 'c', status: 'claimed', claimedBy: 'desk 2' }))
    await dwell()
    hold.show(reviewItem({ id: 'd', allowed: { ...a.allowed, claim: 'no right' } }))
    await dwell()
    expect(asked).toEqual([])
  })

  it('does not take again by itself what was given back by hand', async () => {
    const { hold, asked, dwell } = given()
    hold.show(a)
    await dwell()
    hold.giveBack(a)
    hold.show(b)
    hold.show(a)
    await dwell()
    expect(asked).toEqual(['claim a', 'release a'])
  })

  it('gives nothing back that was decided', async () => {
    const { hold, asked, dwell } = given()
    hold.show(a)
    await dwell()
    hold.letGo('a')
    hold.leave()
    expect(asked).toEqual(['claim a'])
  })

  it('shows who holds it when somebody was faster', async () => {
    const { hold, changed, refused, dwell } = given({ isTaken: true })
    hold.show(a)
    await dwell()
    expect(refused).toEqual(['Held. desk 2 holds it.'])
    expect(changed).toMatchObject([{ claimedBy: 'desk 2' }])
  })

  it('renews a claim only when it is about to lapse', async () => {
    const { hold, asked, changed, dwell } = given()
    hold.show(a)
    await dwell()
    hold.show(changed[0])
    hold.renew(Date.parse('2026-03-03T14:05:00Z'))
    expect(asked).toHaveLength(1)
    hold.renew(Date.parse('2026-03-03T14:13:00Z'))
    expect(asked).toEqual(['claim a', 'claim a'])
  })
})
