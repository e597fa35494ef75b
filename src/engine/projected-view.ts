// The view as the projector sees it: where it stands, and how entries get into it.
//
// The position is a row of the view and moves in the transaction that applies the entries. So whatever happened to the database (it
// was deleted, is older, belongs to another log) is seen by comparing that row with the log, and nothing is applied twice.

import { PlatformError } from '#core/kernel/errors.ts'
import type { Log, LogRecord } from '#log/log.ts'
import { projectActions } from './project-actions.ts'
import { projectAssessments } from './project-assessments.ts'
import { projectDecisions } from './project-decisions.ts'
import { projectKeys } from './project-keys.ts'
import { projectOutcomes } from './project-outcomes.ts'
import { markErased, projectPrivacy } from './project-privacy.ts'
import { projectReviews } from './project-reviews.ts'
import { projectUseCases } from './project-use-cases.ts'
import { readBatch, type ReadBatch } from './projection-batch.ts'
import type { RunSql, ViewStore } from './view-store.ts'

export type ProjectedViewParts = {
  readonly log: Pick<Log, 'origin' | 'head'>
  readonly database: ViewStore
  readonly logger?: { warn(details: object, message: string): void } | undefined
}

export type ProjectedView = {
  /**
   * The position, once the view is in order: it is made anew where it cannot be a view of this log. Errors: configuration_invalid
   * when the view was of this log and now is of another.
   */
  find(): Promise<{ readonly position: number; readonly isNew: boolean }>
  /** Applies entries from `position` on and moves it, or does nothing. Errors: view_unavailable when it stood elsewhere. */
  apply(position: number, records: readonly LogRecord[]): Promise<ReadBatch>
  /** Empty, of this log, at 0. */
  beginAnew(): Promise<void>
}

export function createProjectedView({ log, database, logger }: ProjectedViewParts): ProjectedView {
  /** It was of this log when this process first saw it in order. */
  let isOurs = false

  async function beginAnew(): Promise<void> {
    await database.reset()
    await database.transaction((run) => run('insert into projection (origin, position) values ($1, 0)', [log.origin]))
  }

  return {
    beginAnew,
    async find() {
      await database.prepare()
      const row = await database.transaction(async (run) => {
        const { rows } = await run('select origin, position from projection')
        return rows[0] as { origin: string; position: number } | undefined
      })
      if (row && row.origin !== log.origin && isOurs) throw takenOver(row.origin)
      const isOfThisLog = row !== undefined && row.origin === log.origin && row.position <= log.head()
      if (!isOfThisLog) {
        const found = { view: row, log: { origin: log.origin, head: log.head() } }
        if (row) logger?.warn(found, 'The view is of another log; it is made anew.')
        await beginAnew()
      }
      isOurs = true
      return isOfThisLog ? { position: row.position, isNew: false } : { position: 0, isNew: true }
    },
    async apply(position, records) {
      const read = readBatch(records)
      await database.transaction(async (run) => {
        const moved = await run('update projection set position = $1 where origin = $2 and position = $3', [
          position + records.length,
          log.origin,
          position,
        ])
        if (moved.count !== 1) throw viewMoved()
        await applyBatch(read, run)
      })
      return read
    },
  }
}

/** Entries by type in the order in which one may depend on another; within a type the log's order holds. */
async function applyBatch({ batch }: ReadBatch, run: RunSql): Promise<void> {
  await projectUseCases(batch, run)
  await projectKeys(batch, run)
  await projectDecisions(batch, run)
  await markErased(batch, run)
  await projectOutcomes(batch, run)
  await projectReviews(batch, run)
  await projectActions(batch, run)
  await projectAssessments(batch, run)
  await projectPrivacy(batch, run)
}

function viewMoved(): PlatformError {
  return new PlatformError('view_unavailable', 'The view is not where this server left it.')
}

function takenOver(origin: string): PlatformError {
  return new PlatformError('configuration_invalid', `The database now holds the view of another log (${origin}).`, {
    hint: 'Give each server with its own log its own database.',
  })
}
