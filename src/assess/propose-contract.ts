// A first data contract from the pilot's own rows: types, what may be empty, values of categories, ranges of numbers. It is what the
// pilot was tested on, no more: whoever knows the process widens or narrows it.

import type { JsonObject, JsonValue } from '#core/kernel/json.ts'
import type { ColumnForm } from './column-kind.ts'
import { openDatabase } from './database.ts'
import type { AssessOptions } from './options.ts'
import { readNumber } from './read-number.ts'
import { columnOf } from './outcome-scale.ts'
import { openOne } from './read-both.ts'
import { assignRoles } from './roles.ts'

/** More values than this are no list that anybody keeps. */
const valuesMax = 30

/** Errors: table_unreadable. */
export async function proposeContract(file: string, options: AssessOptions = {}): Promise<JsonObject> {
  const database = await openDatabase()
  try {
    const { opened, forms } = await openOne(database, file)
    const names = opened.table.columns.map(({ name }) => name)
    const roles = assignRoles({ options, reference: names, live: names, forms })
    const beside = new Set([roles.target, roles.prediction, roles.score, ...roles.ignored])
    const inputs = names.filter((name) => !beside.has(name))
    const properties = inputs.map((name): [string, JsonObject] => [
      name,
      propertyOf(forms.get(name), columnOf(opened, name)),
    ])
    return {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: Object.fromEntries(properties),
      required: inputs,
      additionalProperties: false,
    }
  } finally {
    await database.close()
  }
}

function propertyOf(form: ColumnForm | undefined, values: readonly (string | null)[]): JsonObject {
  const present = values.filter((value) => value !== null)
  const hasNull = present.length < values.length
  const typed = (type: string): JsonValue => (hasNull ? [type, 'null'] : type)
  if (form?.kind === 'boolean') return { type: typed('boolean') }
  if (form?.kind === 'numeric')
    return numbers(
      present.map((value) => readNumber(value, form)),
      typed,
    )
  if (form?.kind === 'id' && present.every((value) => /^\d{1,15}$/.test(value))) return { type: typed('integer') }
  const distinct = [...new Set(present)].sort()
  // A list is proposed where values come again and again, so that a new one is news.
  if (form?.kind === 'categorical' && distinct.length <= valuesMax && distinct.length * 10 <= present.length) {
    return { type: typed('string'), enum: hasNull ? [...distinct, null] : distinct }
  }
  return { type: typed('string'), maxLength: 2 * Math.max(1, ...present.map((value) => value.length)) }
}

/** Words among the numbers are no part of the proposal: the contract is what finds them. */
function numbers(values: readonly number[], typed: (type: string) => JsonValue): JsonObject {
  const finite = values.filter((value) => Number.isFinite(value))
  const isWhole = finite.every((value) => Number.isInteger(value))
  const [min, max] = [
    finite.reduce((a, b) => Math.min(a, b), Infinity),
    finite.reduce((a, b) => Math.max(a, b), -Infinity),
  ]
  if (finite.length === 0) return { type: typed('number') }
  return { type: typed(isWhole ? 'integer' : 'number'), minimum: min, maximum: max }
}
