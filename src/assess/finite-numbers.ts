// JSON has no NaN and no infinity. Figures that came out as one are unknown, which is what null says; this is the last gate, and what
// has a better word for it has said so before.

export function finiteNumbers<Value>(value: Value): Value {
  return finite(value) as Value
}

function finite(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (Array.isArray(value)) return value.map(finite)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, finite(member)]])),
  )
}
