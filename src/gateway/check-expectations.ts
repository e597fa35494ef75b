// Expectations: bounds on single members of the input that the team watches, beside the schema. `maxNullRate` is about many
// requests, so monitors judge it, not this.

import type { Violation } from '#core/decision/events.ts'
import { isJsonObject, type JsonValue } from '#core/kernel/json.ts'
import { compileLinearPattern } from '#core/use-case/linear-pattern.ts'
import type { Expectation } from '#core/use-case/manifest.ts'

/** Undefined: it holds. */
type Rule = { readonly rule: string; readonly isMet: (value: JsonValue) => boolean; readonly message: string }

export function compileExpectations(expectations: readonly Expectation[]): (input: JsonValue) => readonly Violation[] {
  const compiled = expectations.map((expectation) => ({
    segments: expectation.field.split('.'),
    path: `/input/${expectation.field
      .split('.')
      .map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1'))
      .join('/')}`,
    notNull: expectation.notNull === true,
    rules: rulesOf(expectation),
  }))
  return (input) => {
    let violations: Violation[] | undefined
    for (const { segments, path, notNull, rules } of compiled) {
      const value = memberAt(input, segments)
      if (value === undefined || value === null) {
        if (notNull)
          (violations ??= []).push({ path, rule: 'expectation:notNull', message: 'must be there and not be null' })
        continue
      }
      for (const { rule, isMet, message } of rules) {
        if (!isMet(value)) (violations ??= []).push({ path, rule: `expectation:${rule}`, message })
      }
    }
    return violations ?? none
  }
}

const none: readonly Violation[] = []

function memberAt(input: JsonValue, segments: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = input
  for (const name of segments) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/** A bound on something that is of another type is not met: what cannot be judged never counts as good. */
function rulesOf(expectation: Expectation): Rule[] {
  const { min, max, minLength, maxLength, pattern, in: allowed } = expectation
  const rules: Rule[] = []
  if (min !== undefined) {
    rules.push({
      rule: 'min',
      isMet: (value) => typeof value === 'number' && value >= min,
      message: `must be a number of at least ${min}`,
    })
  }
  if (max !== undefined) {
    rules.push({
      rule: 'max',
      isMet: (value) => typeof value === 'number' && value <= max,
      message: `must be a number of at most ${max}`,
    })
  }
  if (minLength !== undefined) {
    rules.push({
      rule: 'minLength',
      isMet: (value) => typeof value === 'string' && hasLength(value, minLength, Infinity),
      message: `must be a text of at least ${minLength} characters`,
    })
  }
  if (maxLength !== undefined) {
    rules.push({
      rule: 'maxLength',
      isMet: (value) => typeof value === 'string' && hasLength(value, 0, maxLength),
      message: `must be a text of at most ${maxLength} characters`,
    })
  }
  if (pattern !== undefined) {
    const compiled = compileLinearPattern(pattern)
    // An expectation that cannot be judged is never met.
    const test = compiled.kind === 'pattern' ? (text: string) => compiled.pattern.test(text) : () => false
    rules.push({
      rule: 'pattern',
      isMet: (value) => typeof value === 'string' && test(value),
      message: 'does not have the form that the contract asks for',
    })
  }
  if (allowed !== undefined) {
    const values: ReadonlySet<unknown> = new Set(allowed)
    rules.push({
      rule: 'in',
      isMet: (value) => values.has(value),
      message: 'must be one of the values that the contract allows',
    })
  }
  return rules
}

/** In characters as JSON Schema counts them: code points. Counted only where UTF-16 units leave it open. */
function hasLength(text: string, min: number, max: number): boolean {
  if (text.length < min || text.length > 2 * max) return false
  if (text.length <= max && text.length >= 2 * min) return true
  let count = 0
  for (const _ of text) count++
  return count >= min && count <= max
}
