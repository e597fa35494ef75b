// The projector's pauses: asleep until there is something to do, or at rest for a while. The stop ends both.

export type ProjectionPauses = {
  /** The log grew, somebody waits, or it is time to stop: a pause that this concerns ends. */
  wake(): void
  /** Until it is woken. */
  sleep(): Promise<void>
  /** Ends early when somebody waits, unless told otherwise. */
  rest(ms: number, how?: { readonly evenIfAwaited?: boolean }): Promise<void>
}

export type PauseConditions = { readonly isStopping: () => boolean; readonly isAwaited: () => boolean }

export function createProjectionPauses({ isStopping, isAwaited }: PauseConditions): ProjectionPauses {
  let end: (() => void) | undefined
  return {
    wake: () => end?.(),
    async sleep() {
      if (isStopping()) return
      await new Promise<void>((resolve) => (end = resolve))
      end = undefined
    },
    async rest(ms, { evenIfAwaited = false } = {}) {
      if (isStopping()) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ms)
      end = () => {
        if (isStopping() || (!evenIfAwaited && isAwaited())) resolve()
      }
      await promise
      clearTimeout(timer)
      end = undefined
    },
  }
}
