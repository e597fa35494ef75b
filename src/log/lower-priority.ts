// Lets a thread run at a lower priority than the process: what follows the log must not take time from what answers callers.

import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

const niceness = 10

/** Of the calling thread. */
export function lowerPriority(): void {
  try {
    // On Linux a priority belongs to a thread; the link reads `<process>/task/<thread>`.
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, niceness)
  } catch {
    // Elsewhere a thread's priority cannot be set: then it is like the others.
  }
}
