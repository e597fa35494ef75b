// How many calls run at once, and how many may wait for a place, first come first served.
//
// Waiting is bounded in number and in time: a queue that is never full hides an overload until everybody has timed out.

export type ConcurrencyGate = {
  /** Takes a place if one is free. */
  tryEnter(): boolean
  /** Waits for a place at most so long: true when it was given, false when the time was up. Undefined: the queue is full. */
  wait(timeoutMs: number): Promise<boolean> | undefined
  /** Gives the place to whoever waits longest. Once for each place taken. */
  leave(): void
  /** When nothing runs and nobody waits. */
  drained(): Promise<void>
}

type Waiter = { readonly resolve: (isIn: boolean) => void; readonly timer: NodeJS.Timeout }

export function createConcurrencyGate(limits: { concurrency: number; queue: number }): ConcurrencyGate {
  let running = 0
  // A Set keeps the order of arrival, and one whose time is up leaves from the middle at once.
  const waiting = new Set<Waiter>()
  let onDrained: (() => void)[] = []

  function leave(): void {
    const [next] = waiting
    if (next) {
      waiting.delete(next)
      clearTimeout(next.timer)
      next.resolve(true)
      return
    }
    running--
    noticeDrained()
  }

  function noticeDrained(): void {
    if (running > 0 || waiting.size > 0) return
    for (const resolve of onDrained) resolve()
    onDrained = []
  }

  return {
    tryEnter() {
      if (running >= limits.concurrency) return false
      running++
      return true
    },
    wait(timeoutMs) {
      if (waiting.size >= limits.queue) return undefined
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(waiter)
          resolve(false)
        }, timeoutMs)
        const waiter: Waiter = { resolve, timer }
        waiting.add(waiter)
      })
    },
    leave,
    drained: () =>
      new Promise((resolve) => {
        onDrained.push(resolve)
        noticeDrained()
      }),
  }
}
