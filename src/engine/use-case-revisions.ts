// Revisions of manifests as the log has them. They never change, so what was read once is kept.

import { payloadRef } from '#core/kernel/payload.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import type { Log } from '#log/log.ts'
import type { DecisionRules, RevisionOfUseCase } from './ports.ts'
import { payloadOf } from './read-entry.ts'

export type StoredRevision = RevisionOfUseCase & { readonly digest: string }

export type RevisionShelf = {
  read(useCase: string, revision: number): Promise<StoredRevision | undefined>
}

export type RevisionShelfParts = {
  readonly log: Pick<Log, 'get' | 'findOnce'>
  readonly compileRules: (manifest: ResolvedManifest) => DecisionRules
}

/** Compiled revisions kept in memory; the oldest go first. Most work is done under a few of them. */
const keptMax = 200

export function createRevisionShelf({ log, compileRules }: RevisionShelfParts): RevisionShelf {
  const kept = new Map<string, Promise<StoredRevision | undefined>>()

  async function fromLog(name: string): Promise<StoredRevision | undefined> {
    const index = await log.findOnce(name)
    const [record] = index === undefined ? [] : await log.get([index], { withPayloads: true })
    const payload = record?.payloads.find(({ part }) => part === 'manifest')
    if (!record || !payload) return undefined
    const manifest = payloadOf(record, 'manifest') as unknown as ResolvedManifest
    return { manifest, rules: compileRules(manifest), digest: payloadRef(payload).digest }
  }

  return {
    async read(useCase, revision) {
      const name = revisionName(useCase, revision)
      const known = kept.get(name)
      const reading = known ?? fromLog(name)
      kept.delete(name)
      kept.set(name, reading)
      if (kept.size > keptMax) kept.delete(kept.keys().next().value ?? '')
      try {
        const found = await reading
        // A revision that is not there yet may come.
        if (!found) kept.delete(name)
        return found
      } catch (error) {
        kept.delete(name)
        throw error
      }
    },
  }
}

/** The `once` of a revision's entry, by which it is found again. */
export function revisionName(useCase: string, revision: number): string {
  return `revision:${useCase}:${revision}`
}
