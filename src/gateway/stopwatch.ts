// Wall time of each step, in milliseconds to the microsecond.

import type { StepTime } from '#core/decision/events.ts'

export type Stopwatch = { lap(step: string): void; readonly laps: readonly StepTime[] }

/** `now`: a monotonic clock in milliseconds, such as performance.now. */
export function startStopwatch(now: () => number): Stopwatch {
  const laps: StepTime[] = []
  let last = now()
  return {
    laps,
    lap(step) {
      const at = now()
      laps.push({ ms: Math.round((at - last) * 1000) / 1000, step })
      last = at
    },
  }
}
