// Outcomes as they come from outside: all are checked before any is written, and every problem names its position.
//
// Two steps, both pure: the form of what was sent, then whether it fits the decisions it names.

import type { DecidedValue } from '#core/decision/events.ts'
import { isUuid } from '#core/kernel/id.ts'
import { formatInstant, parseInstant, type Instant } from '#core/kernel/instant.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '#core/kernel/json.ts'

export const outcomesMax = 10_000

/** An outcome whose form is right. */
export type GivenOutcome = {
  readonly decision: string | null
  readonly subject: string | null
  readonly useCase: string | null
  readonly label: DecidedValue | null
  readonly kpi: { readonly [name: string]: number }
  /** RFC 3339, UTC. */
  readonly at: string
}

/** `path` is a JSON Pointer into the body: `/12/label` in an array, `/label` in a single outcome. */
export type OutcomeProblem = { readonly path: string; readonly message: string }

export type CheckedOutcomes =
  | { readonly kind: 'valid'; readonly outcomes: readonly GivenOutcome[] }
  | { readonly kind: 'invalid'; readonly problems: readonly OutcomeProblem[] }

/** The form of a body: one outcome or an array of 1 to 10,000. `now` is when it turned out, unless it says. */
export function checkOutcomes(body: JsonValue | undefined, now: Instant): CheckedOutcomes {
  const isArray = Array.isArray(body)
  const items: readonly JsonValue[] = isArray ? body : [body ?? null]
  if (items.length === 0) return invalid('', 'The array is empty; send at least one outcome.')
  if (items.length > outcomesMax) {
    return invalid('', `There are ${items.length} outcomes; send at most ${outcomesMax} at once.`)
  }
  const problems: OutcomeProblem[] = []
  const outcomes: GivenOutcome[] = []
  for (const [position, item] of items.entries()) {
    const found = itemProblems(item)
    for (const { path, message } of found) problems.push({ path: isArray ? `/${position}${path}` : path, message })
    if (found.length === 0) outcomes.push(givenOutcome(item as JsonObject, now))
  }
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'valid', outcomes }
}

type Rule = (value: JsonValue) => string | undefined

const nameOfUseCase = /^[a-z][a-z0-9-]{0,62}$/
const nameOfKpi = /^[a-z][a-z0-9_]{0,62}$/

/** What each member must be; the message when it is not. */
const rules: Readonly<Record<string, Rule>> = {
  decision: (value) => (typeof value === 'string' && isUuid(value) ? undefined : 'must be the id of a decision'),
  subject: (value) =>
    typeof value === 'string' && value.length > 0 && value.length <= 512
      ? undefined
      : 'must be a text of 1 to 512 characters',
  useCase: (value) =>
    typeof value === 'string' && nameOfUseCase.test(value) ? undefined : 'must be the name of a use case',
  label: (value) => (isLabel(value) ? undefined : 'must be a text of at most 200 characters, a number, true or false'),
  kpi: kpiProblem,
  at: (value) =>
    typeof value === 'string' && parseInstant(value) !== undefined
      ? undefined
      : 'must be a time as RFC 3339: 2026-03-31T12:00:00Z',
}

function itemProblems(item: JsonValue): OutcomeProblem[] {
  if (!isJsonObject(item)) return [{ path: '', message: 'An outcome is an object.' }]
  const problems: OutcomeProblem[] = []
  for (const [name, value] of Object.entries(item)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    const wrong = rule ? rule(value) : `is not known here; known: ${Object.keys(rules).join(', ')}`
    if (wrong !== undefined) problems.push({ path: `/${pointer(name)}`, message: `"${name.slice(0, 80)}" ${wrong}.` })
  }
  if (item['decision'] === undefined && item['subject'] === undefined) {
    problems.push({ path: '', message: 'Name the decision or the subject it belongs to.' })
  }
  if (item['label'] === undefined && item['kpi'] === undefined) {
    problems.push({ path: '', message: 'Give a label, KPI values, or both.' })
  }
  return problems
}

function isLabel(value: JsonValue): value is DecidedValue {
  if (typeof value === 'string') return value.length <= 200 && value.isWellFormed()
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}

function kpiProblem(value: JsonValue): string | undefined {
  if (!isJsonObject(value)) return 'must be an object of numbers by name'
  const entries = Object.entries(value)
  if (entries.length === 0 || entries.length > 50) return 'must hold 1 to 50 values'
  for (const [name, figure] of entries) {
    if (!nameOfKpi.test(name)) return 'names are lower case with digits and underscores, at most 63 characters'
    if (typeof figure !== 'number' || !Number.isFinite(figure)) return `must hold numbers; "${name}" is none`
  }
  return undefined
}

function givenOutcome(item: JsonObject, now: Instant): GivenOutcome {
  const at = typeof item['at'] === 'string' ? parseInstant(item['at']) : undefined
  return {
    decision: (item['decision'] as string | undefined) ?? null,
    subject: (item['subject'] as string | undefined) ?? null,
    useCase: (item['useCase'] as string | undefined) ?? null,
    label: (item['label'] as DecidedValue | undefined) ?? null,
    kpi: (item['kpi'] as Record<string, number> | undefined) ?? {},
    at: formatInstant(at ?? now),
  }
}

/** What is known of the decision that an outcome names. */
export type NamedDecision = { readonly useCase: string; readonly value: DecidedValue | null }

/**
 * Does an outcome fit its decision? A label of another type than the decision's value would never equal it and count
 * every decision as wrong, in silence; so it is refused. Undefined when it fits.
 */
export function fitProblem(outcome: GivenOutcome, decision: NamedDecision): OutcomeProblem | undefined {
  if (outcome.useCase !== null && outcome.useCase !== decision.useCase) {
    return { path: '/useCase', message: `The decision belongs to the use case ${decision.useCase}.` }
  }
  if (outcome.label === null || decision.value === null || typeof outcome.label === typeof decision.value)
    return undefined
  return {
    path: '/label',
    message: `The label is a ${typeof outcome.label}, the decision’s value a ${typeof decision.value}: they can never be equal. Send labels as decision.output computes values.`,
  }
}

function pointer(name: string): string {
  return name.slice(0, 80).replaceAll('~', '~0').replaceAll('/', '~1')
}

function invalid(path: string, message: string): CheckedOutcomes {
  return { kind: 'invalid', problems: [{ path, message }] }
}
