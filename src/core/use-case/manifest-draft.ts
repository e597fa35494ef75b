// A manifest that may still be wrong anywhere: the checks read what they can and leave the rest to the check of its shape,
// so that one mistake does not hide the others.

import { pointerSegments } from './manifest-problem.ts'

export class ManifestDraft {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }

  at(path: string): unknown {
    return pointerSegments(path).reduce<unknown>(
      (at, name) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, name)
          ? (at as Record<string, unknown>)[name]
          : undefined,
      this.value,
    )
  }

  has(path: string): boolean {
    return this.at(path) !== undefined
  }

  text(path: string): string | undefined {
    const value = this.at(path)
    return typeof value === 'string' ? value : undefined
  }

  number(path: string): number | undefined {
    const value = this.at(path)
    return typeof value === 'number' ? value : undefined
  }

  /** The paths of a list's items; none when there is no list. */
  items(path: string): string[] {
    const value = this.at(path)
    return Array.isArray(value) ? value.map((_, at) => `${path}/${at}`) : []
  }

  /** The names of an object's members; none when there is no object. */
  names(path: string): string[] {
    const value = this.at(path)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []
  }
}
