// `airworthy init`: writes a manifest and its schemas by asking.

import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { intro, outro } from '@clack/prompts'
import type { Command } from 'commander'
import type { JsonValue } from '#core/kernel/json.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { initFiles, manifestFile, type InitAnswers } from './init-files.ts'
import { answerQuestions, questions } from './init-questions.ts'
import { problemLines, readManifest } from './manifest-file.ts'
import { addJsonOption, print, say, type OutputOptions } from './output.ts'
import { fileError, readJson } from './read-json.ts'

type Options = OutputOptions &
  Partial<InitAnswers> & {
    readonly dir: string
    readonly example?: string
    readonly force?: boolean
    readonly yes?: boolean
  }

export function registerInit(program: Command): void {
  const command = addJsonOption(program.command('init').description('write a manifest by answering questions'))
    .option('--dir <folder>', 'where to write', '.')
    .option('--example <file>', 'an input (or a list of them), JSON or NDJSON: the contract is inferred from it')
    .option('--force', 'overwrite files that are there')
    .option('-y, --yes', 'ask nothing: take the suggestions for what is not given')
  for (const { flag, message } of questions) command.option(`--${flag} <text>`, message)
  command
    .addHelpText(
      'after',
      examples([
        ['airworthy init', 'asks, and writes airworthy.yaml and two schemas'],
        ['airworthy init --example case.json', 'the input’s schema from a real input'],
        ['airworthy init --yes --name credit --target http://models:8080/score', 'for scripts'],
      ]),
    )
    .action(init)
}

async function init(options: Options): Promise<void> {
  const ask = options.yes !== true && options.json !== true && process.stdin.isTTY && process.stdout.isTTY
  if (!ask && options.yes !== true) {
    throw new CliError(exitCodes.wrongUse, 'There is no terminal to ask questions on.', {
      hint: 'Add --yes, and give what you know as options.',
    })
  }
  const inputs = options.example === undefined ? [] : await readExamples(options.example)
  if (ask) intro('A use case: what it decides, who answers for it, how it decides.')
  const answers = await answerQuestions(givenAnswers(options), { ask })
  const files = initFiles(answers, inputs)
  await writeAll(options, files)
  const manifest = join(options.dir, manifestFile)
  const result = await readManifest(manifest)
  const written = files.map(([name]) => join(options.dir, name))
  if (result.kind === 'invalid') {
    for (const line of problemLines(result.problems)) say(line)
    throw new CliError(exitCodes.doesNotHold, `${manifest} was written, and has problems.`, {
      hint: 'Correct them in the file.',
    })
  }
  const next = `Next: airworthy apply -f ${manifest}`
  const remark =
    inputs.length > 0 ? ['The input’s schema allows what the example has; look it over before you rely on it.'] : []
  print({ files: written }, options, [...written.map((file) => `Wrote ${file}.`), ...remark, ...(ask ? [] : [next])])
  if (ask) outro(next)
}

function givenAnswers(options: Options): Partial<InitAnswers> {
  return Object.fromEntries(
    questions.flatMap(({ name }) => (options[name] === undefined ? [] : [[name, options[name]]])),
  )
}

async function writeAll({ dir, force }: Options, files: readonly (readonly [string, string])[]): Promise<void> {
  const there = files.map(([name]) => join(dir, name)).filter((file) => existsSync(file))
  if (there.length > 0 && force !== true) {
    throw new CliError(exitCodes.wrongUse, `${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} there already.`, {
      hint: 'Write elsewhere with --dir, or overwrite with --force.',
    })
  }
  try {
    await mkdir(dir, { recursive: true })
    for (const [name, content] of files) await writeFile(join(dir, name), content)
  } catch (error) {
    throw new CliError(exitCodes.couldNotBeDone, `The files cannot be written: ${(error as Error).message}.`, {
      cause: error,
    })
  }
}

/** One JSON value (a list counts as several examples), or one to a line. */
async function readExamples(file: string): Promise<JsonValue[]> {
  const lines = file.endsWith('ndjson') || file.endsWith('jsonl')
  const value = lines ? await readLines(file) : ((await readJson(file)) as JsonValue)
  const inputs = Array.isArray(value) ? (value as JsonValue[]) : [value]
  if (inputs.length === 0) throw new CliError(exitCodes.wrongUse, `${file} holds no example.`)
  return inputs
}

async function readLines(file: string): Promise<JsonValue[]> {
  const content = await readFile(file, 'utf8').catch((error: unknown) => Promise.reject(fileError(file, error)))
  return content.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    try {
      return [JSON.parse(line) as JsonValue]
    } catch (error) {
      throw new CliError(exitCodes.wrongUse, `${file}:${at + 1} is not JSON: ${(error as Error).message}`, {
        cause: error,
      })
    }
  })
}
