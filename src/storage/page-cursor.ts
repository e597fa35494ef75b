// Cursors of lists that are ordered by a time and, within it, by log index. Opaque to clients.

import { PlatformError } from '#core/kernel/errors.ts'
import { parseInstant } from '#core/kernel/instant.ts'

/** The last item of the page before. `at` as RFC 3339. */
export type PageCursor = { readonly at: string; readonly index: number }

export function cursorOf({ at, index }: PageCursor): string {
  return Buffer.from(`${at} ${index}`).toString('base64url')
}

/** Errors: request_malformed for what is no cursor of ours. */
export function readCursor(text: string): PageCursor {
  const [at = '', index = ''] = Buffer.from(text, 'base64url').toString('latin1').split(' ')
  if (parseInstant(at) !== undefined && /^\d{1,15}$/.test(index)) return { at, index: Number(index) }
  throw new PlatformError('request_malformed', 'The cursor is not one that this list gave.', {
    hint: 'Send the "next" of the page before, or leave the cursor out to begin anew.',
  })
}
