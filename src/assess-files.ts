// Assessing files, for the command line and for the process that does it for a server: what is named is opened, what computes
// is loaded only now (the database that reads files is large).

import type { AssessCall } from '#cli/services.ts'
import type { JsonObject } from '#core/kernel/json.ts'
import type { Assessment } from '#core/monitoring/assessment.ts'
import type { AssessmentSettings } from '#core/monitoring/assessment-settings.ts'

/** Errors: PlatformError that says what to do. */
export async function assessFiles({ model, settings, contract, ...call }: AssessCall): Promise<Assessment> {
  const { assess } = await import('./assess/assess.ts')
  const options = { ...settings, ...(contract === undefined ? {} : { contract }) }
  if (model === undefined) return assess({ ...call, options })
  const { openAssessedModel } = await import('./assess-model.ts')
  const opened = await openAssessedModel(model)
  try {
    return await assess({ ...call, options: { ...options, model: opened.port } })
  } finally {
    await opened.close()
  }
}

/** A JSON Schema that every row of the file keeps. Errors as assessFiles. */
export async function proposeContract(file: string, settings: AssessmentSettings): Promise<JsonObject> {
  const { proposeContract: propose } = await import('./assess/propose-contract.ts')
  return propose(file, settings)
}
