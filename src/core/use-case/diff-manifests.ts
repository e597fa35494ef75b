// What differs between two revisions, member by member.

import type { JsonValue } from '#core/kernel/json.ts'
import { escapePointer } from './json-schema.ts'
import type { ResolvedManifest } from './resolved-manifest.ts'

export type ManifestChange = {
  /** JSON Pointer into the manifest. */
  readonly path: string
  readonly kind: 'added' | 'removed' | 'changed'
  readonly before?: JsonValue
  readonly after?: JsonValue
}

/** Empty when nothing differs. `before` undefined: everything is new, told by its top members. */
export function diffManifests(before: ResolvedManifest | undefined, after: ResolvedManifest): ManifestChange[] {
  return [...changes((before ?? {}) as unknown as JsonValue, after as unknown as JsonValue, '')]
}

function* changes(before: JsonValue, after: JsonValue, path: string): Generator<ManifestChange> {
  if (before === after) return
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    yield { path, kind: 'changed', before, after }
    return
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const at = `${path}/${escapePointer(name)}`
    const [old, now] = [memberOf(before, name), memberOf(after, name)]
    if (old === undefined && now !== undefined) yield { path: at, kind: 'added', after: now }
    else if (now === undefined && old !== undefined) yield { path: at, kind: 'removed', before: old }
    else if (old !== undefined && now !== undefined) yield* changes(old, now, at)
  }
}

type Container = Readonly<Record<string, JsonValue>>

function isContainer(value: JsonValue): value is Container {
  return typeof value === 'object' && value !== null
}

function memberOf(container: Container, name: string): JsonValue | undefined {
  return Object.hasOwn(container, name) ? container[name] : undefined
}
