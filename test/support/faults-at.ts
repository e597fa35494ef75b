// What the independent verifier finds wrong with a log, as one line each: for tests that did something to a server and say
// that its log holds all the same.

import { openSource } from '#verify/open-source.ts'
import { verifyLog } from '#verify/verify-log.ts'

/** `where`: a data folder or a PostgreSQL address; its server may run. */
export async function faultsAt(where: string): Promise<readonly string[]> {
  const source = await openSource(where)
  try {
    const { findings } = await verifyLog(source)
    return findings
      .filter(({ severity }) => severity === 'fault')
      .map(({ code, where: place, problem }) => `${code} ${JSON.stringify(place)} ${problem}`)
  } finally {
    await source.close()
  }
}
