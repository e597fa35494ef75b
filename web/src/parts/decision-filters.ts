// The filters of the list of decisions, as they stand in the address: a link is a view.
//
// Unknown members and values in an address are dropped, never sent: an old link still opens something sensible.

import type { DecisionSummary } from '#wire/decision.ts'

export type DecisionFilters = {
  useCase?: string
  route?: DecisionSummary['route']
  status?: DecisionSummary['status']
  arm?: DecisionSummary['arm']
  reason?: string
  /** Instants, RFC 3339 UTC. */
  from?: string
  to?: string
}

export const routeChoices = ['act', 'review', 'fallback', 'reject'] as const
export const statusChoices = ['decided', 'pending_review', 'rejected'] as const
export const armChoices = ['champion', 'challenger', 'holdout'] as const

/** Reads what the router found in the address. */
export function readFilters(search: Readonly<Record<string, unknown>>): DecisionFilters {
  const filters: DecisionFilters = {}
  const useCase = text(search['useCase'])
  if (useCase !== undefined && /^[a-z][a-z0-9-]{0,62}$/.test(useCase)) filters.useCase = useCase
  const route = oneOf(routeChoices, search['route'])
  if (route !== undefined) filters.route = route
  const status = oneOf(statusChoices, search['status'])
  if (status !== undefined) filters.status = status
  const arm = oneOf(armChoices, search['arm'])
  if (arm !== undefined) filters.arm = arm
  const reason = text(search['reason'])
  if (reason !== undefined) filters.reason = reason
  const from = instant(search['from'])
  if (from !== undefined) filters.from = from
  const to = instant(search['to'])
  if (to !== undefined) filters.to = to
  return filters
}

/** The filters as query parameters of the API; also their place in the address. */
export function filterQuery(filters: DecisionFilters): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value)
  return query
}

/** `filters` with one changed; an empty value takes it out. */
export function withFilter(filters: DecisionFilters, name: keyof DecisionFilters, value: string): DecisionFilters {
  return readFilters({ ...filters, [name]: value === '' ? undefined : value })
}

/** Epoch milliseconds of "the last n hours", as an instant of whole minutes so that addresses do not change all the time. */
export function hoursAgo(hours: number, now: number): string {
  return new Date(Math.floor((now - hours * 3_600_000) / 60_000) * 60_000).toISOString()
}

/** What `<input type="datetime-local">` holds for an instant, in the reader's own zone; the empty text for none. */
export function toLocalInput(instant: string | undefined): string {
  if (instant === undefined) return ''
  const date = new Date(instant)
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}

/** The instant that the reader means by what they typed; the empty text when it is none. */
export function fromLocalInput(local: string): string {
  const date = new Date(local)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function instant(value: unknown): string | undefined {
  const written = text(value)
  if (written === undefined) return undefined
  const ms = Date.parse(written)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}

function oneOf<T extends string>(choices: readonly T[], value: unknown): T | undefined {
  return choices.find((choice) => choice === value)
}
