// A manifest as a file: YAML 1.2 or JSON, with every problem at its line.

import type { ManifestResult } from './manifest-problem.ts'
import type { ReadSchema } from './resolve-schemas.ts'
import { validateManifest } from './validate-manifest.ts'
import { parseDocument } from './yaml-document.ts'

export type ParseOptions = {
  /** The file's name, for the problems. */
  readonly file?: string
  /** Reads schema files beside the manifest; see `validateManifest`. */
  readonly readSchema?: ReadSchema
}

/** Never throws. Text that is not YAML tells its syntax errors; anything else tells every problem at once. */
export function parseManifest(text: string, options: ParseOptions = {}): ManifestResult {
  const document = parseDocument(text, options.file)
  if (document.value === undefined) return { kind: 'invalid', problems: document.problems }
  const result = validateManifest(document.value, { ...options, locate: document.locate })
  if (document.problems.length === 0) return result
  const told = result.kind === 'invalid' ? result.problems : result.warnings
  return { kind: 'invalid', problems: [...document.problems, ...told] }
}
