// Every problem of a manifest at once: its shape, and everything that a shape cannot say.

import { checkEndpoint } from './check-endpoint.ts'
import { checkExpressions } from './check-expressions.ts'
import { checkExpectations, checkFallback, checkFields, checkNumbers, checkReview } from './check-policy.ts'
import { checkShape } from './check-shape.ts'
import { ManifestDraft } from './manifest-draft.ts'
import type { Finding, Locate, ManifestProblem, ManifestResult } from './manifest-problem.ts'
import type { Manifest } from './manifest.ts'
import { resolveSchemas, type ReadSchema } from './resolve-schemas.ts'

export type ValidateOptions = {
  /** Named in the problems. */
  readonly file?: string
  /** Where things stand in the file; without it, problems have paths only. */
  readonly locate?: Locate
  /** Without it (on a server), a schema that is a file is a problem that says what to do. */
  readonly readSchema?: ReadSchema
}

/** Never throws. `value` is JSON as it was parsed; it is not changed. */
export function validateManifest(value: unknown, options: ValidateOptions = {}): ManifestResult {
  const problems: ManifestProblem[] = []
  const report = (finding: Finding) => problems.push(placed(finding, options))
  const draft = new ManifestDraft(value)
  checkShape(value, report)
  checkNumbers(value, report)
  const schemas = resolveSchemas(draft, options.readSchema, {
    finding: report,
    problem: (problem) => problems.push(problem),
  })
  checkExpectations(draft, report)
  checkFields(draft, schemas, report)
  checkEndpoint(draft, report)
  checkExpressions(draft, schemas, report)
  checkFallback(draft, schemas, report)
  checkReview(draft, report)
  const told = inOrder(withoutRepeats(problems))
  if (told.some(({ severity }) => severity === 'error')) return { kind: 'invalid', problems: told }
  const manifest = value as Manifest
  const contract = {
    ...manifest.contract,
    input: { ...manifest.contract.input, schema: schemas.input },
    output: { ...manifest.contract.output, schema: schemas.output },
  }
  return { kind: 'valid', manifest: { ...manifest, contract }, warnings: told }
}

function placed(finding: Finding, { file, locate }: ValidateOptions): ManifestProblem {
  const { path, message, hint, severity = 'error', part = { kind: 'value' } } = finding
  return {
    severity,
    path,
    message,
    ...(hint ? { hint } : {}),
    ...(file === undefined ? {} : { file }),
    ...locate?.(path, part),
  }
}

/** One place, one problem: a second check often stumbles over what the first has told. */
function withoutRepeats(problems: readonly ManifestProblem[]): ManifestProblem[] {
  const told = new Set<string>()
  return problems.filter(({ file, path }) => {
    const place = `${file ?? ''}#${path}`
    return !told.has(place) && told.add(place)
  })
}

function inOrder(problems: ManifestProblem[]): ManifestProblem[] {
  return problems.sort((a, b) =>
    a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) : 0,
  )
}
