// Whether an entry is the record of one decision, as a page shows it. A receipt proves its entry; without this it could be a
// sound proof of another one.

import type { DecisionSummary } from '#wire/decision.ts'
import type { Bytes } from './bytes.ts'

/** What is compared: it never changes once recorded. What hides while a blind audit is open is null or absent and left out. */
export type ShownDecision = Pick<DecisionSummary, 'id' | 'useCase' | 'revision' | 'at' | 'log'> &
  Partial<Pick<DecisionSummary, 'origin' | 'route' | 'reason' | 'arm' | 'confidence' | 'value'>> & {
    readonly payloads?: Readonly<Record<string, { readonly digest: string }>>
  }

type Entry = {
  readonly id?: unknown
  readonly type?: unknown
  readonly time?: unknown
  readonly data?: Record<string, unknown>
}

export type EntryMatch =
  | { readonly kind: 'same'; readonly compared: readonly string[] }
  | { readonly kind: 'other'; readonly problem: string }

export function matchDecision(entry: Bytes, index: number, shown: ShownDecision): EntryMatch {
  const event = readEntry(entry)
  if (event === undefined) return other('The entry is no event in JSON.')
  const { data = {} } = event
  if (event.type !== 'decision-recorded')
    return other(`The entry is of the type ${say(event.type)}, not the record of a decision.`)
  const pairs: [name: string, entry: unknown, shown: unknown][] = [
    ['id', event.id, shown.id],
    ['index', index, shown.log.index],
    ['time', event.time, shown.at],
    ['use case', data['useCase'], shown.useCase],
    ['revision', data['revision'], shown.revision],
    ...(['origin', 'route', 'reason', 'arm', 'confidence', 'value'] as const)
      .filter((name) => shown[name] !== undefined)
      .map((name): [string, unknown, unknown] => [name, data[name], shown[name]]),
    ...Object.entries(shown.payloads ?? {}).map(([part, { digest }]): [string, unknown, unknown] => [
      `digest of the ${part}`,
      digestIn(data, part),
      digest,
    ]),
  ]
  const wrong = pairs.find(([, inEntry, onPage]) => inEntry !== onPage)
  if (wrong === undefined) return { kind: 'same', compared: pairs.map(([name]) => name) }
  const [name, inEntry, onPage] = wrong
  return other(`The entry says ${say(inEntry)} for ${name}, but this page shows ${say(onPage)}.`)
}

/** Undefined when the bytes are no JSON object in UTF-8. */
export function readEntry(entry: Bytes): Entry | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(entry))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function digestIn(data: Record<string, unknown>, part: string): unknown {
  const payloads = data['payloads'] as Record<string, { digest?: unknown } | undefined> | undefined
  return payloads?.[part]?.digest
}

function other(problem: string): EntryMatch {
  return { kind: 'other', problem }
}

function say(value: unknown): string {
  return value === undefined ? 'nothing' : `“${JSON.stringify(value).slice(0, 80)}”`
}
