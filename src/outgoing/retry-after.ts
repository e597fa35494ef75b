// The header Retry-After (RFC 9110 §10.2.3): seconds, or a date.

/** A receiver that asks for more than a day is asking to be given up on; the sender's own schedule decides then. */
export const retryAfterMsMax = 24 * 3_600_000

/** Milliseconds to wait from `now` (milliseconds since 1970), or undefined when the header is absent or says nothing usable. */
export function parseRetryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim()
  if (!text) return undefined
  // Date.parse takes more than HTTP dates; only those name a day of the week first.
  const ms = /^\d{1,10}$/.test(text)
    ? Number(text) * 1000
    : /^[A-Za-z]{3,9},? /.test(text)
      ? Date.parse(text) - now
      : NaN
  if (Number.isNaN(ms)) return undefined
  return Math.min(Math.max(ms, 0), retryAfterMsMax)
}
