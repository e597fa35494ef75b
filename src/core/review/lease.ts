// How long a claim holds before it lapses by itself, so that nothing stays stuck with somebody who went home.

import { parseDurationMs, type Instant } from '#core/kernel/instant.ts'

export const leaseMsDefault = 15 * 60_000

/** When a claim made at `now` lapses; `lease` as the manifest's `review.lease` writes it. */
export function leaseUntil(now: Instant, lease: string | undefined): Instant {
  return now + ((lease === undefined ? undefined : parseDurationMs(lease)) ?? leaseMsDefault)
}
