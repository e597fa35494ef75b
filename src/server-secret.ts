// The server's own secret: keys the pseudonyms of subjects and the digests of idempotency keys. It lives in the data
// folder, because pseudonyms must stay the same for the life of the log; it is never on the log.

import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const secretBytes = 32

/** HMAC-SHA-256 with the folder's secret, cut to 128 bits, hex. The secret is made on first use with mode 0600. */
export function openPseudonyms(dataDir: string): (text: string) => string {
  const file = join(dataDir, 'secret')
  if (!existsSync(file)) writeFileSync(file, randomBytes(secretBytes).toString('hex'), { mode: 0o600, flag: 'wx' })
  const secret = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex')
  return (text) => createHmac('sha256', secret).update(text).digest('hex').slice(0, 32)
}
