// The demonstration's check of its own log: by the independent verifier, from what is stored, beside the running server.

import { openSource } from '#verify/open-source.ts'
import { parseVerifierKey } from '#verify/signed-note.ts'
import { verifyLog, type LogVerification } from '#verify/verify-log.ts'
import type { Configuration } from './configuration.ts'

/** Errors: NotCheckable, StoreDamaged. */
export async function verifyOwnLog({ databaseUrl, dataDir }: Configuration, vkey: string): Promise<LogVerification> {
  const key = parseVerifierKey(vkey)
  const source = await openSource(databaseUrl ?? dataDir)
  try {
    return await verifyLog(source, { keys: typeof key === 'string' ? [] : [key] })
  } finally {
    await source.close()
  }
}
