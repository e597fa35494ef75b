// Callers that wait for a person (`Prefer: wait=N`): woken when the decision is made, or after their time.

export type Wait = { readonly woken: Promise<void>; cancel(): void }

export type Waiting = {
  /** `woken` resolves when `id` was decided, after `ms`, or on cancel, whichever comes first. */
  forDecision(id: string, ms: number): Wait
  /** Wakes whoever waits for `id`. */
  decided(id: string): void
  /** Wakes everybody, and nobody waits any more: the server stops. */
  stop(): void
}

export function createWaiting(): Waiting {
  const waiting = new Map<string, Set<() => void>>()
  let isStopped = false

  function forDecision(id: string, ms: number): Wait {
    if (ms === 0 || isStopped) return { woken: Promise.resolve(), cancel: () => undefined }
    const others = waiting.get(id) ?? new Set()
    waiting.set(id, others)
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resume, ms)
    function resume(): void {
      clearTimeout(timer)
      others.delete(resume)
      if (others.size === 0) waiting.delete(id)
      resolve()
    }
    others.add(resume)
    return { woken: promise, cancel: resume }
  }

  function decided(id: string): void {
    for (const resume of waiting.get(id) ?? []) resume()
  }

  return {
    forDecision,
    decided,
    stop() {
      isStopped = true
      for (const id of waiting.keys()) decided(id)
    },
  }
}
