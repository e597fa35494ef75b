// One clock for all relative times on a page, so that they move together and one timer is enough.

export type Ticker = { readonly now: () => number; readonly subscribe: (listener: () => void) => () => void }

export function createTicker(clock: () => number, everyMs: number): Ticker {
  const listeners = new Set<() => void>()
  let now = clock()
  let timer: ReturnType<typeof setInterval> | undefined
  return {
    now: () => now,
    subscribe(listener) {
      listeners.add(listener)
      timer ??= setInterval(() => {
        now = clock()
        for (const each of listeners) each()
      }, everyMs)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}
