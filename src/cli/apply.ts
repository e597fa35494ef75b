// `airworthy apply`: checks a manifest here, where its lines are known, and puts it in force on the server.

import type { Command } from 'commander'
import type { ManifestProblem } from '#core/use-case/manifest-problem.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import type { ApplyResult } from '#wire/use-case.ts'
import { apiVerb, withClient, type ApiOptions } from './api-verb.ts'
import { ServerProblem, type Client } from './client.ts'
import { exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { problemLines, readManifest } from './manifest-file.ts'
import { paint, plain, print, say } from './output.ts'

type Options = ApiOptions & { readonly file: string; readonly dryRun?: boolean }

export function registerApply(program: Command): void {
  apiVerb(program, 'apply', 'check a manifest and put it in force')
    .requiredOption('-f, --file <file>', 'the manifest, YAML or JSON; - reads standard input')
    .option('--dry-run', 'check and show the difference only')
    .addHelpText(
      'after',
      `${examples([
        ['airworthy apply -f airworthy.yaml', 'put it in force, showing what changes'],
        ['airworthy apply -f airworthy.yaml --dry-run', 'see first what would change'],
      ])}
Schema files that the manifest names are read relative to it and sent along.
Exit codes: 0 in force, or nothing differs; 1 the manifest has problems; 2 wrong use; 3 not done.\n`,
    )
    .action(async (options: Options) => {
      const result = await readManifest(options.file)
      if (result.kind === 'invalid') return printProblems(result.problems, options)
      for (const line of problemLines(result.warnings)) say(line)
      await withClient(options, (client) => applyTo(client, result.manifest, options))
    })
}

async function applyTo(client: Client, manifest: ResolvedManifest, options: Options): Promise<void> {
  const path = `/api/v1/use-cases/${manifest.metadata.name}${options.dryRun ? '?dryRun=true' : ''}`
  try {
    const { body } = await client.request('PUT', path, manifest)
    const result = body as ApplyResult
    print(result, options, () => resultLines(result, options))
  } catch (error) {
    // The server may know more than this check: whether the model's file is there, for example.
    if (!(error instanceof ServerProblem) || error.problem.code !== 'manifest_invalid') throw error
    const problems = (error.problem.problems ?? []).map((problem) => ({
      severity: 'error' as const,
      ...problem,
      file: options.file,
    }))
    printProblems(
      problems.length > 0 ? problems : [{ severity: 'error', path: '', message: error.message, file: options.file }],
      options,
    )
  }
}

function printProblems(problems: readonly ManifestProblem[], options: Options): void {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  process.exitCode = exitCodes.doesNotHold
  if (options.json) return print({ problems }, options, [])
  for (const line of problemLines(problems)) say(line)
  say(`${errors} ${errors === 1 ? 'problem' : 'problems'}; nothing was applied.`)
}

function resultLines({ useCase, revision, created, changes, digest }: ApplyResult, { dryRun }: Options): string[] {
  if (changes.length === 0) return [`${useCase}: nothing differs from revision ${revision}.`]
  const head = created
    ? `${useCase}: revision ${revision} is in force (${digest}).`
    : `${useCase}: would become revision ${revision}.`
  return [head, ...changes.map(changeLine), ...(dryRun ? ['Nothing was applied: this was a dry run.'] : [])]
}

function changeLine({ kind, path, before, after }: ApplyResult['changes'][number]): string {
  switch (kind) {
    case 'added':
      return paint('green', `  + ${plain(path)}: ${shown(after)}`)
    case 'removed':
      return paint('red', `  - ${plain(path)}: ${shown(before)}`)
    case 'changed':
      return paint('yellow', `  ~ ${plain(path)}: ${shown(before)} → ${shown(after)}`)
    default:
      return kind satisfies never
  }
}

function shown(value: unknown): string {
  const text = plain(JSON.stringify(value) ?? '')
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`
}
