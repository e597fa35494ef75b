// What the parts of a manifest say about each other: fallback, reviews, members named here and known there.

import { compileJsonSchema } from './json-schema.ts'
import { closestTo } from './closest.ts'
import type { ContractSchemas } from './check-expressions.ts'
import { compileLinearPattern } from './linear-pattern.ts'
import type { ManifestDraft } from './manifest-draft.ts'
import type { JsonSchema } from './manifest.ts'
import type { Report } from './manifest-problem.ts'
import { findField } from './schema-fields.ts'

export function checkFallback(draft: ManifestDraft, { output }: ContractSchemas, report: Report): void {
  const declared = '/decision/fallback'
  if (!draft.has(declared)) {
    const uses = [
      ...draft.items('/decision/rules').map((rule) => `${rule}/route`),
      '/decision/otherwise',
      '/contract/onViolation',
    ]
    for (const path of uses.filter((at) => draft.at(at) === 'fallback')) {
      const hint = 'Declare it with the output that the baseline rule gives, or take another route.'
      report({ path, message: 'This leads to the fallback, but decision.fallback is not declared.', hint })
    }
    return
  }
  if (!draft.has(`${declared}/output`)) return
  const { findFaults } = compileJsonSchema(output)
  if (findFaults(draft.at(`${declared}/output`))) return
  for (const fault of findFaults.errors ?? []) {
    const message = `The fallback’s output breaks the output contract: it ${fault.message ?? `breaks ${fault.keyword}`}.`
    report({
      path: `${declared}/output${fault.instancePath}`,
      message,
      hint: 'Give an output that the model could have given.',
    })
  }
}

export function checkReview(draft: ManifestDraft, report: Report): void {
  const routes = [
    ...draft.items('/decision/rules').map((rule) => `${rule}/route`),
    '/decision/otherwise',
    '/decision/fallback/route',
    '/contract/onViolation',
  ]
  if (draft.has('/review/reasons') || !routes.some((path) => draft.at(path) === 'review')) return
  const hint = 'For example reasons: [documents, policy]. Counted, they say what the model gets wrong.'
  report({
    path: '/review/reasons',
    message: 'People can override decisions here without giving a reason.',
    hint,
    severity: 'warning',
  })
}

/** Names of members, where the schemas are closed and so can say that there is no such member. */
export function checkFields(draft: ManifestDraft, { input, output }: ContractSchemas, report: Report): void {
  const check = (path: string, schemas: readonly JsonSchema[], where: string) => {
    const field = draft.text(path)
    if (field === undefined || field === '') return
    const found = schemas.map((schema) => findField(schema, field))
    const [first] = found
    if (first?.kind !== 'unknown' || found.some(({ kind }) => kind !== 'unknown')) return
    const known = found.flatMap((one) => (one.kind === 'unknown' ? one.known : []))
    const closest = closestTo(first.name, known)
    const hint = `${closest === undefined ? '' : `Did you mean ${closest}? `}Known there: ${known.join(', ') || 'nothing'}.`
    report({ path, message: `The ${where} has no member ${first.name}.`, hint })
  }
  for (const item of draft.items('/contract/input/expectations')) check(`${item}/field`, [input], 'input')
  for (const item of draft.items('/groups')) check(item, [input], 'input')
  for (const item of draft.items('/privacy/redact')) check(`${item}/field`, [input, output], 'input or output')
  for (const item of draft.items('/model/endpoint/inputs')) {
    check(draft.has(`${item}/field`) ? `${item}/field` : `${item}/name`, [input], 'input')
  }
}

export function checkExpectations(draft: ManifestDraft, report: Report): void {
  for (const item of draft.items('/contract/input/expectations')) {
    for (const [low, high] of [
      ['min', 'max'],
      ['minLength', 'maxLength'],
    ] as const) {
      const [least = -Infinity, most = Infinity] = [draft.number(`${item}/${low}`), draft.number(`${item}/${high}`)]
      if (least > most)
        report({
          path: `${item}/${low}`,
          message: `Nothing can meet this: ${low} ${least} is over ${high} ${most}.`,
          hint: 'Swap them.',
        })
    }
    const pattern = draft.text(`${item}/pattern`)
    const compiled = pattern === undefined ? undefined : compileLinearPattern(pattern)
    if (compiled?.kind === 'invalid')
      report({ path: `${item}/pattern`, message: `The pattern cannot be used: ${compiled.message}.` })
  }
}

/** YAML knows numbers that JSON does not; a revision is stored as JSON. */
export function checkNumbers(value: unknown, report: Report, path = ''): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    report({ path, message: `${value} is not a number that JSON knows.` })
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value))
    checkNumbers(member, report, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
}
