// Ctrl-C for verbs that stay up: the first one ends them cleanly, a later one at once.
//
// On a terminal one Ctrl-C reaches this process twice: from the terminal, and from scripts/run.mjs, which passes it on.
// So a second signal within a second is the same wish, not impatience.

const sameWishMs = 1000

export type StopSignal = {
  readonly signal: AbortSignal
  /** Resolves when a signal came. */
  readonly stopped: Promise<void>
}

/** Installs the handlers; once per process. */
export function listenForStop(clock: () => number = () => performance.now()): StopSignal {
  const controller = new AbortController()
  let firstAt: number | undefined
  const stopped = new Promise<void>((resolve) => {
    const onSignal = () => {
      if (firstAt !== undefined && clock() - firstAt > sameWishMs) process.exit(130)
      firstAt ??= clock()
      controller.abort()
      resolve()
    }
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  })
  return { signal: controller.signal, stopped }
}
