// MLflow's scoring server (mlflow/mlflow, mlflow/pyfunc/scoring_server/__init__.py): one row goes in, one prediction comes back.

import { isJsonObject, type JsonValue } from '#core/kernel/json.ts'
import { unfit, type Unfit } from './attempt.ts'
import type { Decoded, Dialect } from './over-http.ts'
import { memberAt, type TensorInput } from './tensor.ts'

export type MlflowDialectOptions = {
  /** The path of the endpoint's URL: a URL that ends in /invocations already is taken as it is. */
  readonly urlPath: string
  /** Columns in their order; without them every member of the input is a column. */
  readonly columns: readonly TensorInput[] | undefined
}

export function mlflowDialect({ urlPath, columns }: MlflowDialectOptions): Dialect {
  return {
    method: 'POST',
    path: /\/invocations\/?$/.test(urlPath) ? '' : '/invocations',
    encode(input) {
      // A list is a tensor in MLflow's words, rows and all; only an object is a row of a data frame.
      if (!isJsonObject(input))
        return { kind: 'encoded', body: JSON.stringify({ inputs: Array.isArray(input) ? input : [input] }) }
      const split = dataframeSplit(input, columns)
      return 'kind' in split ? split : { kind: 'encoded', body: JSON.stringify({ dataframe_split: split }) }
    },
    decode(body) {
      const predictions = isJsonObject(body) ? body['predictions'] : undefined
      if (predictions === undefined) return unfit('The answer has no predictions.')
      return firstRow(predictions)
    },
  }
}

function dataframeSplit(
  input: { readonly [name: string]: JsonValue },
  declared: readonly TensorInput[] | undefined,
): { columns: string[]; data: JsonValue[][] } | Unfit {
  const columns = declared?.map(({ name }) => name) ?? Object.keys(input)
  const row: JsonValue[] = []
  for (const { name, field = name } of declared ?? columns.map((name): TensorInput => ({ name }))) {
    const value = memberAt(input, field)
    // A null is MLflow's missing value and the model's own affair; no value at all is a mistake in the manifest or the call.
    if (value === undefined) return unfit(`The input has no member ${field}, which the column ${name} needs.`)
    row.push(value)
  }
  return { columns, data: [row] }
}

/**
 * `[0.9]` → 0.9, `[[0.1, 0.9]]` → [0.1, 0.9], `[{"label": "x"}]` → {"label": "x"}, `{"label": ["x"]}` (a frame by columns)
 * → {"label": "x"}; a value that is no list stands for itself. Several rows are no answer to one.
 */
function firstRow(predictions: JsonValue): Decoded | Unfit {
  if (Array.isArray(predictions)) {
    const [row, ...others] = predictions as readonly JsonValue[]
    if (row === undefined || others.length > 0)
      return unfit(`The answer has ${predictions.length} predictions for one row.`)
    return { kind: 'decoded', output: { predictions: row } }
  }
  if (!isJsonObject(predictions)) return { kind: 'decoded', output: { predictions } }
  const members = Object.entries(predictions)
  const isByColumns = members.every(([, column]) => Array.isArray(column) && column.length === 1)
  const row = isByColumns
    ? members.map(([name, column]) => [name, (column as readonly JsonValue[])[0] ?? null] as const)
    : members
  return { kind: 'decoded', output: { predictions: Object.fromEntries(row) } }
}
