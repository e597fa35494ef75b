// The manifest as it is stored with a revision and as everything but the validator sees it: schema files are read and inlined.

import type { Expectation, JsonSchema, Manifest } from './manifest.ts'

/** A validated manifest. As JSON it is what the revision's digest is taken of (in canonical form). */
export type ResolvedManifest = Omit<Manifest, 'contract'> & {
  readonly contract: {
    readonly input: { readonly schema: JsonSchema; readonly expectations?: readonly Expectation[] }
    readonly output: { readonly schema: JsonSchema }
    readonly onViolation: 'review' | 'reject' | 'fallback'
  }
}
