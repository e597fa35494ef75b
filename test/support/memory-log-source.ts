// A log in memory as the verifier reads one. It has no tree, so that one finding is sure: nothing was promised.

import type { Log } from '#log/log.ts'
import type { LogSource, StoredPayload } from '#verify/source.ts'
import type { Finding } from '#verify/finding.ts'
import { verifyLog } from '#verify/verify-log.ts'

/** What the verifier finds wrong with entries and payloads. */
export async function faultsOf(log: Log): Promise<readonly Finding[]> {
  const { findings } = await verifyLog(sourceOf(log))
  return findings.filter(({ severity, code }) => severity === 'fault' && code !== 'checkpoint-missing')
}

function sourceOf(log: Log): LogSource {
  const read = (from: number, to: number) => log.read(from, to - from, { withPayloads: true })
  return {
    name: 'memory',
    origin: log.origin,
    hasAllCheckpoints: true,
    size: async () => log.head(),
    nextIndex: async (from) => (from < log.head() ? from : undefined),
    entries: async (from, to) =>
      (await read(from, to)).map(({ index, entry, subjectRef }) => [index, entry, null, subjectRef ? 1 : 0]),
    tiles: async () => [],
    lastTiles: async () => [],
    checkpoints: async () => [],
    newestCheckpoint: async () => undefined,
    keys: async () => [],
    payloads: {
      async *of(from, to): AsyncGenerator<StoredPayload> {
        for (const { index, payloads } of await read(from, to))
          for (const payload of payloads) yield { index, ...payload }
      },
      end: async () => log.head(),
      remains: async (index) => (await read(index, index + 1)).some(({ payloads }) => payloads.length > 0),
    },
    close: async () => undefined,
  }
}
