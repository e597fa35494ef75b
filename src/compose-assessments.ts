// Assessments of a server: computed in processes of their own, kept on the log.

import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { siblingModule } from '#core/kernel/sibling-module.ts'
import { createAssessmentDesk, type AssessmentDesk } from '#engine/assessment-desk.ts'
import { createAssessmentRunner } from '#engine/assessment-runner.ts'
import { createAssessmentReads, createPeriodReads } from '#storage/assessment-reads.ts'
import type { OutsideSetting } from './compose-outside.ts'
import type { Engine, Ground } from './compose-server.ts'

export type AssessmentParts = {
  readonly configuration: OutsideSetting
  readonly ground: Pick<Ground, 'log' | 'journal' | 'database' | 'projector'>
  readonly useCases: Pick<Engine['useCases'], 'inForce'>
  readonly stack: AsyncDisposableStack
  readonly logger: Logger
}

export function composeAssessments(parts: AssessmentParts): AssessmentDesk {
  const { configuration, ground, useCases, stack, logger } = parts
  const { log, journal, database, projector: view } = ground
  const runner = createAssessmentRunner({ start: () => startProcess(configuration), logger })
  stack.defer(() => runner.close())
  return createAssessmentDesk({
    log,
    journal,
    view,
    reads: createAssessmentReads(database.db),
    periods: createPeriodReads(database.db),
    runner,
    inForce: (name) => useCases.inForce(name),
    folder: tmpdir(),
  })
}

const file = fileURLToPath(siblingModule(import.meta.url, 'assess-process'))

/** With a temporary folder of its own, which goes when it ends: one that is killed cannot tidy up. It is told what it may reach. */
function startProcess({ allowInternal, host, dataDir, modelDir }: OutsideSetting): ChildProcess {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-process-'))
  const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder }
  // Structured cloning carries results of megabytes better than JSON would.
  const outside: OutsideSetting = { allowInternal, host, dataDir, modelDir }
  const child = fork(file, [JSON.stringify(outside)], { env, serialization: 'advanced', stdio: 'inherit' })
  child.once('close', () => void rm(folder, { recursive: true, force: true }))
  return child
}
