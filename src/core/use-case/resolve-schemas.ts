// Reads the contract's schemas: inline ones as they are, files through a function that is handed in, because the core does
// no I/O. What is wrong inside a schema is told with the file in which it stands.

import type { ContractSchemas } from './check-expressions.ts'
import { checkJsonSchema } from './json-schema.ts'
import type { ManifestDraft } from './manifest-draft.ts'
import type { JsonSchema } from './manifest.ts'
import type { Finding, ManifestProblem } from './manifest-problem.ts'
import { parseDocument } from './yaml-document.ts'

/** The text of a schema file, by its path as the manifest writes it. */
export type ReadSchema = (
  path: string,
) => { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unreadable'; readonly message: string }

export type SchemaReports = {
  /** Problems in the manifest itself. */
  readonly finding: (finding: Finding) => void
  /** Problems inside a schema file. */
  readonly problem: (problem: ManifestProblem) => void
}

/** A schema that cannot be used counts as `true`, after its problems were reported. */
export function resolveSchemas(
  draft: ManifestDraft,
  readSchema: ReadSchema | undefined,
  reports: SchemaReports,
): ContractSchemas {
  const resolve = (side: 'input' | 'output') =>
    resolveOne(draft, { path: `/contract/${side}/schema`, readSchema }, reports)
  return { input: resolve('input'), output: resolve('output') }
}

type Place = { readonly path: string; readonly readSchema: ReadSchema | undefined }

function resolveOne(draft: ManifestDraft, { path, readSchema }: Place, reports: SchemaReports): JsonSchema {
  const declared = draft.at(path)
  if (typeof declared === 'string') return declared === '' ? true : readFile(declared, { path, readSchema }, reports)
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) return declared !== false
  const problems = checkJsonSchema(declared)
  for (const problem of problems) reports.finding({ ...problem, path: path + problem.path })
  return problems.length === 0 ? (declared as JsonSchema) : true
}

function readFile(file: string, { path, readSchema }: Place, { finding, problem }: SchemaReports): JsonSchema {
  if (readSchema === undefined) {
    const hint =
      'Use airworthy apply -f, which reads the file beside the manifest and sends it along; or write the schema inline.'
    finding({ path, message: `The schema is a file, ${file}, and the server cannot read it.`, hint })
    return true
  }
  const read = readSchema(file)
  if (read.kind === 'unreadable') {
    finding({
      path,
      message: `The schema file ${file} cannot be read: ${read.message}.`,
      hint: 'Paths are relative to the manifest.',
    })
    return true
  }
  const document = parseDocument(read.text, file)
  for (const fault of document.problems) problem(fault)
  if (document.problems.length > 0) return true
  const problems = checkJsonSchema(document.value)
  for (const { path: at, message, hint } of problems) {
    problem({
      severity: 'error',
      path: at,
      message,
      file,
      ...(hint === null ? {} : { hint }),
      ...document.locate(at, { kind: 'value' }),
    })
  }
  return problems.length === 0 ? (document.value as JsonSchema) : true
}
