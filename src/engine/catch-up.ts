// Reads that follow a write see it: whoever reads the view first lets it catch up with the log, for a bounded time.

import type { Log } from '#log/log.ts'
import type { ViewPosition } from './ports.ts'

/** Longer than a healthy view ever needs, shorter than a person's patience. */
export const catchUpMsMax = 2_000

/** Waits until the view has what the log had when this was called. Answers how many entries it lacks after that: 0 mostly. */
export async function catchUp(view: ViewPosition, log: Pick<Log, 'latestHead'>): Promise<number> {
  const head = await log.latestHead()
  if (head === 0 || view.position() >= head) return 0
  if (await view.waitFor(head - 1, catchUpMsMax)) return 0
  return Math.max(0, head - view.position())
}
