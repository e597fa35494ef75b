// Whether something came before a moment, told by the order of timers instead of a clock: a machine that stands still for a
// second lets both come late, and the one that was due first still comes first.

import { onTestFinished } from 'vitest'

/** Set now; the answer is whether it has gone off. */
export function alarm(ms: number): () => boolean {
  let isOff = false
  const timer = setTimeout(() => (isOff = true), ms)
  onTestFinished(() => clearTimeout(timer))
  return () => isOff
}
