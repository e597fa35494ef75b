// How a key's text becomes what is kept of it.

import { hash } from 'node:crypto'

/** SHA-256, hex. Keys are 256 random bits, so a fast hash is enough: there is nothing to guess. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex')
}
