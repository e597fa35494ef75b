// JSON from a file or from standard input, with errors that say where it breaks.

import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { CliError, exitCodes } from './exit-codes.ts'

/** `-` is standard input. Errors: CliError (wrong use) for what cannot be read or is not JSON. */
export async function readJson(source: string): Promise<unknown> {
  const name = source === '-' ? 'standard input' : source
  const content = await readText(source)
  if (content.trim() === '') {
    throw new CliError(exitCodes.wrongUse, `${name} is empty.`, { hint: 'It must hold one JSON value.' })
  }
  try {
    return JSON.parse(content)
  } catch (error) {
    throw new CliError(exitCodes.wrongUse, `${name} is not JSON: ${(error as Error).message}`, { cause: error })
  }
}

/** JSON as it stands on the command line, or in a file when it begins with `@`; `-` is standard input. */
export async function readJsonArgument(argument: string): Promise<unknown> {
  if (argument === '-' || argument.startsWith('@')) return readJson(argument.replace(/^@/, ''))
  try {
    return JSON.parse(argument)
  } catch (error) {
    throw new CliError(exitCodes.wrongUse, `"${argument.slice(0, 80)}" is not JSON: ${(error as Error).message}`, {
      hint: 'Quote it for the shell, or name a file as @file.json.',
      cause: error,
    })
  }
}

async function readText(source: string): Promise<string> {
  if (source === '-') return text(process.stdin)
  try {
    return await readFile(source, 'utf8')
  } catch (error) {
    throw fileError(source, error)
  }
}

export function fileError(file: string, error: unknown): CliError {
  const { code, message } = error as NodeJS.ErrnoException
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message
  const hint = code === 'ENOENT' ? 'Check the path: it counts from the folder that the command runs in.' : undefined
  return new CliError(exitCodes.wrongUse, `${file} cannot be read: ${why}.`, { hint, cause: error })
}
