// Times in queries, as the view compares them: RFC 3339 in UTC.

import { PlatformError } from '#core/kernel/errors.ts'
import { formatInstant, parseInstant } from '#core/kernel/instant.ts'

export type InstantRange = { readonly from?: string | undefined; readonly to?: string | undefined }

/** Errors: request_malformed for a day that does not exist. */
export function utcInstants({ from, to }: InstantRange): { from?: string; to?: string } {
  return {
    ...(from === undefined ? {} : { from: utc('from', from) }),
    ...(to === undefined ? {} : { to: utc('to', to) }),
  }
}

function utc(name: string, text: string): string {
  const instant = parseInstant(text)
  if (instant !== undefined && /^(?!0000)\d{4}-/.test(formatInstant(instant))) return formatInstant(instant)
  throw new PlatformError('request_malformed', `"${name}" is no time that exists: ${text.slice(0, 40)}.`, {
    hint: 'Write RFC 3339, for example 2026-11-21T06:00:00Z.',
  })
}
