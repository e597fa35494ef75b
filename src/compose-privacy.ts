// Erasing, retention and legal holds, joined to the log and the view.

import type { Logger } from 'pino'
import { createEraser } from '#engine/eraser.ts'
import { createLegalHoldDesk } from '#engine/legal-hold-desk.ts'
import { createRetention } from '#engine/retention.ts'
import type { UseCaseRegistry } from '#engine/use-case-registry.ts'
import type { Pipeline } from '#gateway/pipeline.ts'
import { createPrivacyReads } from '#storage/privacy-reads.ts'
import type { Ground } from './compose-server.ts'
import { createBusyGauge } from './compose-view.ts'

export type PrivacyParts = {
  readonly ground: Pick<Ground, 'log' | 'journal' | 'database' | 'projector' | 'pseudonym'>
  readonly useCases: UseCaseRegistry<Pipeline>
  readonly logger: Logger
}

export function composePrivacy({ ground, useCases, logger }: PrivacyParts) {
  const { log, journal, database, projector: view } = ground
  const reads = createPrivacyReads(database.db)
  const subjectRef = (subject: string) => ground.pseudonym(`subject\n${subject}`)
  const shared = { log, journal, reads, view, subjectRef }
  const eraser = createEraser({ ...shared, logger })
  const isUseCase = async (name: string) => (await useCases.revision(name, 1)) !== undefined
  const holds = createLegalHoldDesk({ ...shared, isUseCase })
  const retention = createRetention({
    eraser,
    reads,
    log,
    useCases: () =>
      useCases.list().flatMap(({ name, revision, manifest }) => {
        const retention = manifest.privacy?.retention
        return retention === undefined ? [] : [{ name, revision, retention }]
      }),
    clock: Date.now,
    isBusy: createBusyGauge(),
    logger,
  })
  return { eraser, holds, retention, reads }
}
