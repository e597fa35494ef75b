// Who has said which keys, in the order in which they came: the page's own come after the general ones, and win.

import type { KeyBinding } from './keyboard.ts'

export type KeyGroup = { readonly title: string; readonly bindings: readonly KeyBinding[] }

export type KeyRegistry = {
  /** The newest first. */
  readonly groups: () => KeyGroup[]
  /** Adds a group, or renews it under the same id. */
  readonly put: (id: string, group: KeyGroup) => void
  readonly remove: (id: string) => void
}

export function createKeyRegistry(): KeyRegistry {
  const groups = new Map<string, KeyGroup>()
  return {
    groups: () => [...groups.values()].toReversed(),
    put: (id, group) => void groups.set(id, group),
    remove: (id) => void groups.delete(id),
  }
}
