// A projector for which whoever reads the view waits as long as it takes, and not the two seconds after which a server shows what
// there is: on a slow machine a test would see less than it wrote. One that stands still is not waited for.

import { createProjector, type Projector, type ProjectorOptions } from '#engine/projector.ts'

/** As long as a test may wait for anything (vitest.config.ts). */
export const patienceMs = 300_000

export function createPatientProjector(options: ProjectorOptions): Projector {
  const projector = createProjector(options)
  return { ...projector, waitFor: (index) => projector.waitFor(index, patienceMs) }
}
