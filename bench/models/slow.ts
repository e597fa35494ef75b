// A model in process that takes its time, to fill the queue.

import { setTimeout } from 'node:timers/promises'

export default async function decide(): Promise<{ approve: boolean; score: number }> {
  await setTimeout(500)
  return { approve: true, score: 0.97 }
}
