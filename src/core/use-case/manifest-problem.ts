// What is wrong with a manifest: where, what, and how to put it right. All problems are told at once.

import type { ResolvedManifest } from './resolved-manifest.ts'

export type ManifestProblem = {
  /** Warnings do not stop a manifest from taking effect. */
  readonly severity: 'error' | 'warning'
  /** JSON Pointer into the manifest, or into the schema file that `file` names. Empty: the whole. */
  readonly path: string
  readonly message: string
  /** How to put it right. */
  readonly hint?: string
  readonly file?: string
  /** Both from 1. */
  readonly line?: number
  readonly column?: number
}

export type ManifestResult =
  | { readonly kind: 'valid'; readonly manifest: ResolvedManifest; readonly warnings: readonly ManifestProblem[] }
  /** Errors and warnings, in the order of the file. */
  | { readonly kind: 'invalid'; readonly problems: readonly ManifestProblem[] }

/** Where a value (or the name of a member) stands; the nearest value around it when it is not there. */
export type Locate = (
  path: string,
  part: ManifestPart,
) => { readonly line: number; readonly column: number } | undefined
export type ManifestPart =
  | { readonly kind: 'key' }
  /** `offset` UTF-16 units into a text. */
  | { readonly kind: 'value'; readonly offset?: number }

/** A problem as a check finds it, before it is known where in the file that is. */
export type Finding = {
  readonly path: string
  readonly message: string
  readonly hint?: string | null
  readonly severity?: 'warning'
  readonly part?: ManifestPart
}
export type Report = (finding: Finding) => void

/** RFC 6901: the names along a pointer. */
export function pointerSegments(path: string): string[] {
  if (path === '') return []
  return path
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** One line for a person: `airworthy.yaml:12:7 /decision/rules/0/when: …`. */
export function problemLine({ file, line, column, path, message }: ManifestProblem): string {
  const where = [file, line, column].filter((part) => part !== undefined).join(':')
  return `${[where, path].filter((part) => part !== '').join(' ') || 'manifest'}: ${message}`
}
