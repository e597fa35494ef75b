// When a grower steps: the first time after a pause at once, then once a second while entries arrive, and after a failure
// again and again, longer apart each time.

import type { Instant } from '#core/kernel/instant.ts'

export type PaceParts = {
  /** One step; true when there was something to do. */
  readonly step: () => Promise<boolean>
  readonly clock: () => Instant
  /** Nothing is left to do: somebody must call `wake` when there is. */
  readonly onIdle: () => void
  /** A step failed (with why), or worked again (null). */
  readonly onTrouble: (error: unknown) => void
}

export type Pace = {
  /** There is something to do. */
  wake(): void
  /** Resolves after a last round of steps. */
  stop(): Promise<void>
}

const paceMs = 1_000
const retryMs = { first: 1_000, max: 30_000 }

/** Begins at once. */
export function startPace(parts: PaceParts): Pace {
  const pacer = new Pacer(parts)
  const running = pacer.run()
  return {
    wake: () => pacer.wake(),
    stop() {
      pacer.stop()
      return running
    },
  }
}

class Pacer {
  readonly #parts: PaceParts
  #isStopping = false
  #isWoken = false
  #onWake: (() => void) | undefined
  #endPause: (() => void) | undefined
  #failures = 0

  constructor(parts: PaceParts) {
    this.#parts = parts
  }

  wake(): void {
    this.#isWoken = true
    this.#onWake?.()
  }

  stop(): void {
    this.#isStopping = true
    this.#onWake?.()
    this.#endPause?.()
  }

  async run(): Promise<void> {
    const { clock } = this.#parts
    while (!this.#isStopping) {
      const startedAt = clock()
      // Whatever comes during the step may have come too late for it.
      this.#isWoken = false
      const outcome = await this.#step()
      if (outcome === 'failed') await this.#pause(Math.min(retryMs.first * 2 ** (this.#failures - 1), retryMs.max))
      else if (outcome === 'grown') await this.#pause(paceMs - (clock() - startedAt))
      else await this.#untilWoken()
    }
    while ((await this.#step()) === 'grown');
  }

  async #step(): Promise<'grown' | 'nothing' | 'failed'> {
    try {
      const grown = await this.#parts.step()
      if (this.#failures > 0) this.#parts.onTrouble(null)
      this.#failures = 0
      return grown ? 'grown' : 'nothing'
    } catch (error) {
      this.#failures++
      this.#parts.onTrouble(error)
      return 'failed'
    }
  }

  async #untilWoken(): Promise<void> {
    this.#parts.onIdle()
    if (this.#isStopping || this.#isWoken) return
    await new Promise<void>((resolve) => (this.#onWake = resolve))
    this.#onWake = undefined
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isStopping || ms <= 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#endPause = resolve
    await promise
    clearTimeout(timer)
    this.#endPause = undefined
  }
}
