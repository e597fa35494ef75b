// The condition of a rule as alternatives of constraints, as far as it can be read without running it: comparisons of one
// member with a constant become intervals and sets, everything else stays what it is, by its text.

import { serialize, type ASTNode } from '@marcbachmann/cel-js'

type Interval = {
  readonly low: number
  readonly lowOpen: boolean
  readonly high: number
  readonly highOpen: boolean
}

type Values = ReadonlySet<string>

/** All must hold. `values` are canonical JSON of scalars; `opaque` are conditions that are only known by their text. */
export type Conjunction = {
  readonly intervals: ReadonlyMap<string, Interval>
  readonly values: ReadonlyMap<string, Values>
  readonly opaque: Values
}

const everything: Interval = { low: -Infinity, lowOpen: false, high: Infinity, highOpen: false }
/** The confidence that a policy sees is never outside. */
const confidenceRange: Interval = { low: 0, lowOpen: false, high: 1, highOpen: false }
/** A condition with more alternatives is not analysed: each `&&` of two `||` multiplies them. */
const alternativesMax = 32
const always: Conjunction = { intervals: new Map(), values: new Map(), opaque: new Set() }

/** The alternatives of which one must hold; none: it never holds. Undefined: too many to look at. */
export function readCondition(tree: ASTNode): readonly Conjunction[] | undefined {
  return alternativesOf(tree, false)
}

/** Whenever `narrow` holds, `wide` holds. False where that is not certain. */
export function implies(narrow: Conjunction, wide: Conjunction): boolean {
  const inIntervals = [...wide.intervals].every(([path, interval]) => {
    const own = narrow.intervals.get(path)
    if (own !== undefined) return isWithin(own, interval)
    const values = narrow.values.get(path)
    if (values !== undefined) return [...values].every((value) => isWithin(point(JSON.parse(value)), interval))
    return path === 'confidence' && isWithin(confidenceRange, interval)
  })
  const inValues = [...wide.values].every(([path, allowed]) => {
    const own = narrow.intervals.get(path)
    if (own !== undefined && own.low === own.high) return allowed.has(JSON.stringify(own.low))
    return narrow.values.has(path) && [...(narrow.values.get(path) ?? [])].every((value) => allowed.has(value))
  })
  return inIntervals && inValues && [...wide.opaque].every((text) => narrow.opaque.has(text))
}

/** Intervals of `confidence` in a condition that lie outside [0,1] on a side, as constants for the message. */
export function impossibleThresholds(tree: ASTNode): number[] {
  const comparison = comparisonOf(tree)
  if (comparison !== undefined) {
    const { path, constant } = comparison
    return path === 'confidence' && typeof constant === 'number' && (constant < 0 || constant > 1) ? [constant] : []
  }
  const nodes: unknown[] = Array.isArray(tree.args) ? (tree.args as unknown[]).flat(2) : [tree.args]
  return nodes.flatMap((node) =>
    typeof node === 'object' && node !== null && 'op' in node ? impossibleThresholds(node as ASTNode) : [],
  )
}

function alternativesOf(node: ASTNode, negated: boolean): readonly Conjunction[] | undefined {
  if (node.op === '!_') return alternativesOf(node.args, !negated)
  if (node.op !== '||' && node.op !== '&&') return atom(node, negated)
  // Not (a or b) is (not a) and (not b).
  return (node.op === '||') === negated ? both(node.args, negated) : either(node.args, negated)
}

function either([left, right]: readonly [ASTNode, ASTNode], negated: boolean): readonly Conjunction[] | undefined {
  const a = alternativesOf(left, negated)
  const b = alternativesOf(right, negated)
  return a && b && a.length + b.length <= alternativesMax ? [...a, ...b] : undefined
}

function both([left, right]: readonly [ASTNode, ASTNode], negated: boolean): readonly Conjunction[] | undefined {
  const a = alternativesOf(left, negated)
  const b = alternativesOf(right, negated)
  if (!a || !b || a.length * b.length > alternativesMax) return undefined
  return a.flatMap((one) => b.flatMap((other) => merge(one, other) ?? []))
}

function atom(node: ASTNode, negated: boolean): readonly Conjunction[] {
  if (node.op === 'value' && typeof node.args === 'boolean') return node.args === negated ? [] : [always]
  const text = negated ? `!(${serialize(node)})` : serialize(node)
  const comparison = comparisonOf(node)
  const path = comparison?.path ?? pathOf(node)
  if (path === undefined) return [{ ...always, opaque: new Set([text]) }]
  if (comparison === undefined) return [{ ...always, values: new Map([[path, new Set([String(!negated)])]]) }]
  const { op, constant } = negated ? { ...comparison, op: opposite[comparison.op] ?? '' } : comparison
  const constraint = constraintOf(path, op, constant)
  const kept = constraint && merge(constraint, always)
  if (constraint === undefined) return [{ ...always, opaque: new Set([text]) }]
  return kept === undefined ? [] : [kept]
}

const mirrored: Readonly<Record<string, string>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
}
const opposite: Readonly<Record<string, string>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
}

type Constant = string | number | boolean | readonly unknown[]
type Comparison = { readonly path: string; readonly op: string; readonly constant: Constant }

function comparisonOf(node: ASTNode): Comparison | undefined {
  if (!Array.isArray(node.args) || (mirrored[node.op] === undefined && node.op !== 'in')) return undefined
  const [left, right] = node.args as unknown as readonly [ASTNode, ASTNode]
  const path = pathOf(left)
  const constant = constantOf(right)
  if (path !== undefined && constant !== undefined) return { path, op: node.op, constant }
  const mirroredPath = pathOf(right)
  const mirroredConstant = constantOf(left)
  if (mirroredPath === undefined || mirroredConstant === undefined || node.op === 'in') return undefined
  return { path: mirroredPath, op: mirrored[node.op] ?? '', constant: mirroredConstant }
}

function pathOf(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args
  if (node.op === '.') return below(pathOf(node.args[0]), node.args[1])
  if (node.op === '[]' && node.args[1].op === 'value') {
    const index = node.args[1].args
    return typeof index === 'string' || typeof index === 'bigint' ? below(pathOf(node.args[0]), `${index}`) : undefined
  }
  return undefined
}

function below(path: string | undefined, name: string): string | undefined {
  return path === undefined ? undefined : `${path}.${name}`
}

function constantOf(node: ASTNode): Constant | undefined {
  if (node.op === 'value') return isScalar(node.args) ? node.args : undefined
  if (node.op === '-_' && node.args.op === 'value' && typeof node.args.args === 'number') return -node.args.args
  if (node.op !== 'list') return undefined
  const items = node.args.map((item) => (item.op === 'value' && isScalar(item.args) ? item.args : undefined))
  return items.includes(undefined) ? undefined : items
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function constraintOf(path: string, op: string, constant: Constant): Conjunction | undefined {
  if (op === 'in' && Array.isArray(constant))
    return { ...always, values: new Map([[path, new Set(constant.map((item) => JSON.stringify(item)))]]) }
  if (op === '==' && isScalar(constant) && typeof constant !== 'number')
    return { ...always, values: new Map([[path, new Set([JSON.stringify(constant)])]]) }
  if (typeof constant !== 'number') return undefined
  const interval = intervalOf(op, constant)
  return interval && { ...always, intervals: new Map([[path, interval]]) }
}

function intervalOf(op: string, bound: number): Interval | undefined {
  switch (op) {
    case '<':
    case '<=':
      return { ...everything, high: bound, highOpen: op === '<' }
    case '>':
    case '>=':
      return { ...everything, low: bound, lowOpen: op === '>' }
    case '==':
      return point(bound)
    default:
      return undefined
  }
}

function point(value: unknown): Interval {
  const at = typeof value === 'number' ? value : NaN
  return { low: at, lowOpen: false, high: at, highOpen: false }
}

/** Both at once; undefined when they exclude each other. */
function merge(a: Conjunction, b: Conjunction): Conjunction | undefined {
  const intervals = new Map(a.intervals)
  for (const [path, interval] of b.intervals)
    intervals.set(path, intersect(intervals.get(path) ?? everything, interval))
  const confidence = intervals.get('confidence')
  if (confidence !== undefined) intervals.set('confidence', intersect(confidence, confidenceRange))
  const values = new Map(a.values)
  for (const [path, allowed] of b.values) values.set(path, onlyIn(values.get(path), allowed))
  for (const [path, allowed] of values) {
    const interval = intervals.get(path)
    if (interval !== undefined)
      values.set(path, new Set([...allowed].filter((value) => isWithin(point(JSON.parse(value)), interval))))
  }
  const isPossible =
    [...intervals.values()].every((interval) => !isEmpty(interval)) &&
    [...values.values()].every((allowed) => allowed.size > 0)
  return isPossible ? { intervals, values, opaque: new Set([...a.opaque, ...b.opaque]) } : undefined
}

function onlyIn(some: Values | undefined, allowed: Values): Values {
  return some === undefined ? allowed : new Set([...some].filter((value) => allowed.has(value)))
}

function intersect(a: Interval, b: Interval): Interval {
  const low = Math.max(a.low, b.low)
  const high = Math.min(a.high, b.high)
  return {
    low,
    lowOpen: (a.low === low && a.lowOpen) || (b.low === low && b.lowOpen),
    high,
    highOpen: (a.high === high && a.highOpen) || (b.high === high && b.highOpen),
  }
}

function isEmpty({ low, lowOpen, high, highOpen }: Interval): boolean {
  return !(low <= high) || (low === high && (lowOpen || highOpen))
}

function isWithin(inner: Interval, outer: Interval): boolean {
  const low = inner.low > outer.low || (inner.low === outer.low && (!outer.lowOpen || inner.lowOpen))
  const high = inner.high < outer.high || (inner.high === outer.high && (!outer.highOpen || inner.highOpen))
  return low && high
}
