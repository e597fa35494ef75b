// A moment in time: whole milliseconds since 1970-01-01 UTC. The core never reads a clock; instants are handed in.

export type Instant = number

/** RFC 3339 in UTC with milliseconds, the only form written to the log and shown by the API. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString()
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

/** Parses RFC 3339; undefined for anything else, also for dates that do not exist. */
export function parseInstant(text: string): Instant | undefined {
  if (!rfc3339.test(text)) return undefined
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? undefined : instant
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A length of time as manifests write it: `500ms`, `30s`, `15m`, `4h`, `400d`; at most 99,999 days. Undefined when it is none. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(?=\d{1,9}(?:ms|s|m)$|\d{1,6}h$|\d{1,5}d$)(\d+)(ms|s|m|h|d)$/.exec(text)
  if (!match) return undefined
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]
}
