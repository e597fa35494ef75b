// Retention: erases by age what manifests in force no longer keep, in the background.
//
// Once a minute it looks at each use case from its oldest contents on, a batch at a time with a rest between two: a longer one
// while the server is busy. It also carries out what was recorded and not finished. Nothing is erased for a use case that
// is not in force, or whose manifest names no time.

import { setTimeout as sleep } from 'node:timers/promises'
import { parseDurationMs, parseInstant, type Instant } from '#core/kernel/instant.ts'
import { planErasure, type Erasable, type ErasurePlan, type HoldInForce } from '#core/privacy/plan-erasure.ts'
import { ageOf, keptSince } from '#core/privacy/retention.ts'
import type { Log } from '#log/log.ts'
import type { Eraser } from './eraser.ts'
import type { EngineLogger } from './ports.ts'
import type { ContentsRow, PrivacyReads } from './privacy-ports.ts'

export type RetainedUseCase = { readonly name: string; readonly revision: number; readonly retention: string }

export type RetentionParts = {
  readonly eraser: Eraser
  readonly reads: Pick<PrivacyReads, 'keptBy' | 'looseOf' | 'contentsOf'>
  readonly log: Pick<Log, 'get'>
  /** Those in force whose manifest has `privacy.retention`. */
  readonly useCases: () => readonly RetainedUseCase[]
  readonly clock: () => Instant
  readonly isBusy: () => boolean
  readonly logger: EngineLogger
  readonly limits?: Partial<RetentionLimits>
}

type RetentionLimits = {
  readonly everyMs: number
  readonly batch: number
  readonly restMs: number
  readonly busyRestMs: number
}

const limitsDefault: RetentionLimits = { everyMs: 60_000, batch: 500, restMs: 250, busyRestMs: 10_000 }

export type Retention = {
  begin(): void
  /** Resolves when the batch under way has ended. */
  end(): Promise<void>
  /** One look at everything; answers how many decisions went. */
  sweep(): Promise<number>
}

const system = { key: 'system', name: 'the server' }

export function createRetention(parts: RetentionParts): Retention {
  const limits = { ...limitsDefault, ...parts.limits }
  let stopping = new AbortController()
  let running: Promise<void> | undefined

  const rest = (ms: number) => sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)

  async function sweepOne(useCase: RetainedUseCase): Promise<number> {
    let gone = 0
    const cursor = { decisions: -1, loose: -1, isEnd: false }
    while (!cursor.isEnd && !stopping.signal.aborted) {
      const reason = `Kept for ${useCase.retention} (privacy.retention, revision ${useCase.revision}).`
      const about = { cause: 'retention', reason, by: system, useCase: useCase.name } as const
      const from = { ...cursor }
      gone += await parts.eraser.eraseOld(about, async (holds) => {
        const { plan, next } = await findOld(parts, useCase, { from, holds, batch: limits.batch })
        Object.assign(cursor, next)
        return plan
      })
      if (!cursor.isEnd) await rest(parts.isBusy() ? limits.busyRestMs : limits.restMs)
    }
    return gone
  }

  async function sweep(): Promise<number> {
    let gone = 0
    await parts.eraser.resume()
    for (const useCase of parts.useCases()) if (!stopping.signal.aborted) gone += await sweepOne(useCase)
    return gone
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const gone = await sweep()
        if (gone > 0) parts.logger.info({ decisions: gone }, 'Contents were erased by age.')
      } catch (error) {
        parts.logger.warn({ err: error }, 'Retention could not be carried out now; it is tried again.')
      }
      await rest(limits.everyMs)
    }
  }

  return {
    begin() {
      stopping = new AbortController()
      running ??= run()
    },
    async end() {
      stopping.abort()
      await running
      running = undefined
    },
    sweep,
  }
}

type Cursor = { readonly decisions: number; readonly loose: number; readonly isEnd: boolean }
type Look = { readonly from: Cursor; readonly holds: readonly HoldInForce[]; readonly batch: number }
type Finds = { readonly plan: ErasurePlan; readonly next: Cursor }

const nothing: ErasurePlan = { going: [], indices: [], decisions: 0, held: [], heldDecisions: 0 }

async function findOld(parts: RetentionParts, { name, retention }: RetainedUseCase, look: Look): Promise<Finds> {
  const { from, holds, batch } = look
  const since = keptSince(parts.clock(), parseDurationMs(retention) ?? Infinity)
  const isHeld = holds.some(({ useCase }) => useCase === name)
  if (since === undefined || isHeld) return { plan: nothing, next: { ...from, isEnd: true } }
  const rows = await parts.reads.keptBy({ useCase: name, after: from.decisions, limit: batch })
  const aged = ageOf(
    rows.map((row) => ({ ...row, isWaiting: row.isReviewOpen || row.queuedActions > 0 })),
    since,
  )
  const loose = await oldLoose(parts, name, { since, after: from.loose, batch })
  const erasables = [...(await decisionsOf(parts, aged.over)), ...loose.erasables]
  const isEnd = (rows.length < batch || aged.hasYoung) && loose.isEnd
  const next = { decisions: rows.at(-1)?.logIndex ?? from.decisions, loose: loose.last, isEnd }
  return { plan: planErasure(erasables, holds), next }
}

async function decisionsOf({ log }: RetentionParts, rows: readonly ContentsRow[]): Promise<Erasable[]> {
  const refs = await pseudonyms(
    log,
    rows.map(({ logIndex }) => logIndex),
  )
  return rows.map(({ logIndex, useCase, contents }) => ({
    indices: [logIndex, ...contents],
    isDecision: true,
    useCase,
    subjectRef: refs.get(logIndex),
  }))
}

type LooseLook = { readonly since: Instant; readonly after: number; readonly batch: number }

/** What came after its decision was erased, or belongs to none: by its own age. The others go with their decision. */
async function oldLoose({ log, reads }: RetentionParts, useCase: string, { since, after, batch }: LooseLook) {
  const rows = await reads.looseOf({ useCase, after, limit: batch })
  const old = rows.filter(({ recordedAt }) => (parseInstant(recordedAt) ?? Infinity) < since)
  const decisions = await reads.contentsOf(old.flatMap(({ decision }) => decision ?? []))
  const kept = new Set(decisions.filter(({ isErased }) => !isErased).map(({ id }) => id))
  const loose = old.filter(({ decision }) => decision === null || !kept.has(decision))
  const refs = await pseudonyms(
    log,
    loose.map(({ logIndex }) => logIndex),
  )
  const erasables = loose.map(({ logIndex }): Erasable => ({
    indices: [logIndex],
    isDecision: false,
    useCase,
    subjectRef: refs.get(logIndex),
  }))
  return { erasables, last: rows.at(-1)?.logIndex ?? after, isEnd: rows.length < batch || old.length < rows.length }
}

async function pseudonyms(
  log: Pick<Log, 'get'>,
  indices: readonly number[],
): Promise<ReadonlyMap<number, string | undefined>> {
  const records = indices.length === 0 ? [] : await log.get(indices)
  return new Map(records.map(({ index, subjectRef }) => [index, subjectRef]))
}
