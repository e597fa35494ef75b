// Readers that wait until the view has an entry: read-your-writes, bounded in time.

export type ProjectionWaiters = {
  /** True when `index` was reached in time. */
  add(index: number, timeoutMs: number): Promise<boolean>
  any(): boolean
  /** Everything below `position` is projected. */
  reached(position: number): void
  /** Nothing will be projected for now: everybody is told so. */
  giveUp(): void
}

type Waiter = { readonly index: number; readonly settle: (isReached: boolean) => void }

export function createProjectionWaiters(): ProjectionWaiters {
  const waiting = new Set<Waiter>()
  return {
    add(index, timeoutMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => waiter.settle(false), timeoutMs)
        const waiter: Waiter = {
          index,
          settle(isReached) {
            clearTimeout(timer)
            waiting.delete(waiter)
            resolve(isReached)
          },
        }
        waiting.add(waiter)
      })
    },
    any: () => waiting.size > 0,
    reached(position) {
      for (const waiter of waiting) if (waiter.index < position) waiter.settle(true)
    },
    giveUp() {
      for (const waiter of waiting) waiter.settle(false)
    },
  }
}
