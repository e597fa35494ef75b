// What a gateway is built from.

import type { DecisionRecorded } from '#core/decision/events.ts'
import type { Instant } from '#core/kernel/instant.ts'
import type { Log } from '#log/log.ts'

export type GatewayOptions = {
  readonly log: Log
  readonly clock: () => Instant
  /** Monotonic milliseconds, for durations only. */
  readonly monotonic: () => number
  readonly random: (length: number) => Uint8Array
  /** Keyed digest (HMAC with the server's secret), hex: the same text gives the same digest, and tells nothing. */
  readonly pseudonym: (text: string) => string
  /** Decisions under way at once; beyond it callers are told to come again. What was accepted is finished. */
  readonly inFlightMax: number
  /** Told of each decision that was made and recorded, and how long it took, milliseconds; for metrics. Must not throw. */
  readonly onDecided?: (decision: Omit<DecisionRecorded['data'], 'payloads'>, ms: number) => void
}
