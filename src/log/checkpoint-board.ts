// The newest checkpoint as everybody in the process sees it: at once, or by waiting for it.

import type { KeptCheckpoint } from './tree.ts'

export type CheckpointBoard = {
  readonly latest: () => KeptCheckpoint
  /** A newer one, or the same with more cosignatures. Listeners hear of newer ones only. */
  put(checkpoint: KeptCheckpoint): void
  readonly waitFor: (size: number, timeoutMs: number) => Promise<KeptCheckpoint | undefined>
  readonly onCheckpoint: (listener: (checkpoint: KeptCheckpoint) => void) => () => void
  /** Whoever waits is told that it will not come. */
  close(): void
}

type Waiter = { readonly size: number; readonly settle: (checkpoint: KeptCheckpoint | undefined) => void }

export function createCheckpointBoard(first: KeptCheckpoint): CheckpointBoard {
  const waiting = new Set<Waiter>()
  const listeners = new Set<(checkpoint: KeptCheckpoint) => void>()
  let latest = first
  let isClosed = false

  return {
    latest: () => latest,
    put(checkpoint) {
      const isNewer = checkpoint.size > latest.size
      if (isNewer || checkpoint.size === latest.size) latest = checkpoint
      if (!isNewer) return
      for (const waiter of waiting) if (waiter.size <= checkpoint.size) waiter.settle(checkpoint)
      for (const listener of listeners) listener(checkpoint)
    },
    waitFor(size, timeoutMs) {
      if (size <= latest.size) return Promise.resolve(latest)
      if (isClosed) return Promise.resolve(undefined)
      return new Promise((resolve) => {
        const timer = setTimeout(() => waiter.settle(undefined), timeoutMs)
        const waiter: Waiter = {
          size,
          settle(checkpoint) {
            clearTimeout(timer)
            waiting.delete(waiter)
            resolve(checkpoint)
          },
        }
        waiting.add(waiter)
      })
    },
    onCheckpoint(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      isClosed = true
      for (const waiter of waiting) waiter.settle(undefined)
    },
  }
}
