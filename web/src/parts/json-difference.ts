// What differs between two JSON values, as the list that applying a manifest also answers.

export type Difference = {
  /** JSON Pointer (RFC 6901). */
  readonly path: string
  readonly kind: 'added' | 'removed' | 'changed'
  readonly before?: unknown
  readonly after?: unknown
}

/** In the order of the members; empty when nothing differs. */
export function jsonDifference(before: unknown, after: unknown, path = ''): Difference[] {
  if (Array.isArray(before) && Array.isArray(after)) return memberDifferences(asMembers(before), asMembers(after), path)
  if (isObject(before) && isObject(after)) return memberDifferences(before, after, path)
  return Object.is(before, after) ? [] : [{ path, kind: 'changed', before, after }]
}

type Members = { readonly [name: string]: unknown }

function memberDifferences(before: Members, after: Members, path: string): Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name): Difference[] => {
    const place = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (!Object.hasOwn(before, name)) return [{ path: place, kind: 'added', after: after[name] }]
    if (!Object.hasOwn(after, name)) return [{ path: place, kind: 'removed', before: before[name] }]
    return jsonDifference(before[name], after[name], place)
  })
}

/** An array's items by their places. */
function asMembers(items: readonly unknown[]): Members {
  return Object.fromEntries(items.entries())
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
