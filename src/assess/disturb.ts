// What happens to inputs in the world: slips of the finger, shouting, gaps, new values, another unit, cut-off or foreign text. Each
// disturbance is seeded, so that a model is asked the same twice.

import type { Random } from '#core/stats/random.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { ColumnKind } from '#core/monitoring/assessment.ts'

export type Disturbance = {
  readonly name: string
  readonly kinds: readonly ColumnKind[]
  readonly apply: (value: JsonValue, random: Random) => JsonValue
}

export const disturbances: readonly Disturbance[] = [
  { name: 'typing errors', kinds: ['text'], apply: onText(mistype) },
  { name: 'capital letters', kinds: ['text', 'categorical'], apply: onText((text) => text.toUpperCase()) },
  { name: 'a missing value', kinds: ['numeric', 'categorical', 'boolean', 'text', 'datetime'], apply: () => null },
  { name: 'a new category', kinds: ['categorical'], apply: () => 'something new' },
  { name: 'a value 1000 times too large', kinds: ['numeric'], apply: onNumber((number) => number * 1000) },
  { name: 'a value 1000 times too small', kinds: ['numeric'], apply: onNumber((number) => number / 1000) },
  {
    name: 'text cut off in the middle',
    kinds: ['text'],
    apply: onText((text) => text.slice(0, Math.ceil(text.length / 2))),
  },
  {
    name: 'another language mixed in',
    kinds: ['text'],
    apply: onText((text, random) => `${pick(phrases, random)} ${text}`),
  },
]

/** Somebody delivers another unit: no model bears that, so it is no reason to keep one from going live. */
export const otherUnits: ReadonlySet<string> = new Set(
  disturbances.filter(({ name }) => name.includes('1000 times')).map(({ name }) => name),
)

const phrases = [
  'Guten Tag, ich habe eine Frage:',
  'Bonjour, pouvez-vous m’aider ?',
  'Hola, por favor:',
  'Dzień dobry,',
  'こんにちは。',
]

function onText(change: (text: string, random: Random) => string): Disturbance['apply'] {
  return (value, random) => (typeof value === 'string' ? change(value, random) : value)
}

function onNumber(change: (number: number) => number): Disturbance['apply'] {
  return (value) => (typeof value === 'number' ? change(value) : value)
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.min(items.length - 1, Math.floor(random.uniform() * items.length))] as Item
}

/** One letter in twelve, and at least one: swapped with the next, left out or doubled. */
function mistype(text: string, random: Random): string {
  const letters = Array.from(text)
  const slips = Math.max(1, Math.round(letters.length / 12))
  for (let slip = 0; slip < slips && letters.length > 1; slip += 1) {
    const at = Math.floor(random.uniform() * (letters.length - 1))
    const [here, next] = [letters[at] ?? '', letters[at + 1] ?? '']
    const kind = pick(['swap', 'drop', 'double'] as const, random)
    if (kind === 'swap') letters.splice(at, 2, next, here)
    else if (kind === 'drop') letters.splice(at, 1)
    else letters.splice(at, 1, here, here)
  }
  return letters.join('')
}
