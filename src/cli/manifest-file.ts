// Reads a manifest and the schema files beside it.

import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { text as readStream } from 'node:stream/consumers'
import type { ManifestProblem, ManifestResult } from '#core/use-case/manifest-problem.ts'
import { problemLine } from '#core/use-case/manifest-problem.ts'
import { parseManifest } from '#core/use-case/parse-manifest.ts'
import type { ReadSchema } from '#core/use-case/resolve-schemas.ts'
import { paint, plain, say } from './output.ts'
import { fileError } from './read-json.ts'

/** `-` is standard input; schema files are then looked for in the current folder. Errors: CliError when it cannot be read. */
export async function readManifest(file: string): Promise<ManifestResult> {
  const isStream = file === '-'
  const text = isStream ? await readStream(process.stdin) : readText(file)
  return parseManifest(text, {
    file: isStream ? 'standard input' : file,
    readSchema: schemaReader(isStream ? '.' : dirname(file)),
  })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw fileError(file, error)
  }
}

/** Files elsewhere are allowed, and said: what the server stores then depends on more than the manifest's folder. */
function schemaReader(folder: string): ReadSchema {
  return (path) => {
    const file = resolve(folder, path)
    const fromFolder = relative(folder, file)
    if (fromFolder.startsWith('..') || isAbsolute(fromFolder))
      say(`note: the schema ${plain(path)} lies outside the manifest’s folder.`)
    try {
      return { kind: 'text', text: readFileSync(file, 'utf8') }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      return { kind: 'unreadable', message: code === 'ENOENT' ? 'there is no such file' : message }
    }
  }
}

/** Where, what, and how to put it right. */
export function problemLines(problems: readonly ManifestProblem[]): string[] {
  return problems.flatMap((problem) => {
    const mark = problem.severity === 'error' ? paint('red', 'error') : paint('yellow', 'warning')
    const line = `${mark} ${plain(problemLine(problem))}`
    return problem.hint === undefined ? [line] : [line, `      ${plain(problem.hint)}`]
  })
}
