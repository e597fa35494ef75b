// `airworthy assess`: what production will do to a pilot. It needs no server: two files in, one screen out, and a report
// for those who want all of it. With --use-case the server does it and keeps the result as evidence (assess-kept.ts).

import { access } from 'node:fs/promises'
import type { Command } from 'commander'
import type { JsonObject } from '#core/kernel/json.ts'
import type { Assessment } from '#wire/assessment.ts'
import { deliver, withProgress, written } from './assess-delivery.ts'
import { assessAndKeep, registerKept } from './assess-kept.ts'
import { declareAssessOptions, settingsOf, type AssessOptions } from './assess-options.ts'
import { addServerOptions } from './client.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { say } from './output.ts'
import { fileError, readJson } from './read-json.ts'
import type { AssessCall, AssessModel, Services } from './services.ts'

export function registerAssess(program: Command, services: Services): void {
  const verb = program
    .command('assess')
    .description('say what production will do to a pilot: its test data against live data')
  declareAssessOptions(verb)
  addServerOptions(verb)
    .option('--use-case <name>', 'let the server do it and keep the result with this use case; files are uploaded')
    .addHelpText(
      'after',
      `${examples([
        ['airworthy assess --reference pilot.csv --live live.csv', 'the quickest look; columns are found by name'],
        ['airworthy assess … --target label --prediction said --score sure --html report.html', 'and a report to read'],
        [
          'airworthy assess … --groups sex,age_group --contract input.schema.json',
          'bias, and rows that break the contract',
        ],
        ['airworthy assess … --json - --fail-on fail > result.json', 'in a pipeline'],
        ['airworthy assess --use-case triage --reference pilot.csv --live live.csv', 'kept on the server as evidence'],
        [
          'airworthy assess --use-case triage --reference 2026-01-01..2026-02-01 --live 2026-03-01..2026-04-01',
          'its own decisions',
        ],
      ])}
Exit codes: 0 done, 1 a gap (see --fail-on), 2 wrong use, 3 not done, or too little data to say.\n`,
    )
    .action(async (options: AssessOptions) => {
      const wanted = { ...options, reference: needed(options, 'reference'), live: needed(options, 'live') }
      const { assessment, facts } =
        options.useCase === undefined
          ? { assessment: await assessHere(wanted, services), facts: { madeAt: new Date().toISOString() } }
          : await assessAndKeep({ ...wanted, useCase: options.useCase })
      await deliver(assessment, { options, facts, services })
    })
  registerKept(verb, services)
}

type Wanted = AssessOptions & { readonly reference: string; readonly live: string }

function needed(options: AssessOptions, name: 'reference' | 'live'): string {
  const given = options[name]
  if (given !== undefined) return given
  throw new CliError(exitCodes.wrongUse, `--${name} is missing.`, {
    hint: 'Give both: airworthy assess --reference pilot.csv --live live.csv.',
  })
}

async function assessHere(options: Wanted, services: Services): Promise<Assessment> {
  const { reference, live } = options
  const settings = settingsOf(options)
  if (settings.robustness) {
    throw new CliError(exitCodes.wrongUse, '--robustness asks the model of a use case, and --use-case is missing.', {
      hint: 'To ask another model about files, name it: --model URL --protocol http.',
    })
  }
  if (reference === '-' || live === '-') {
    throw new CliError(exitCodes.wrongUse, 'Data cannot come from standard input: it is read more than once.', {
      hint: 'Write it to a file and name that.',
    })
  }
  await readable('reference', reference)
  await readable('live', live)
  const call: AssessCall = { reference, live, settings, ...(await lent(options)) }
  if (options.writeContract !== undefined) await writeContract(options.writeContract, call, services)
  const assessment = await withProgress((onProgress) => services.assess({ ...call, onProgress }))
  // Somebody asked for it, so that it did not happen is not only a note in the report.
  if (call.model && assessment.robustness === null) {
    say(assessment.data.notes.find((note) => note.startsWith('The model')) ?? 'The model was not tried.')
  }
  return assessment
}

async function readable(option: string, file: string): Promise<void> {
  await access(file).catch((error: unknown) => {
    throw new CliError(exitCodes.wrongUse, `--${option}: ${fileError(file, error).message}`, { cause: error })
  })
}

/** Files and models that options name. */
async function lent(options: AssessOptions): Promise<Pick<AssessCall, 'contract' | 'model'>> {
  const model = modelOf(options)
  if (model?.protocol === 'module' || model?.protocol === 'onnx') await readable('model', model.url)
  return {
    ...(options.contract === undefined ? {} : { contract: await readContract(options.contract) }),
    ...(model === undefined ? {} : { model }),
  }
}

async function readContract(file: string): Promise<JsonObject> {
  const schema = await readJson(file)
  if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema as JsonObject
  throw new CliError(exitCodes.wrongUse, `--contract: ${file} holds no JSON Schema.`, {
    hint: 'It must be an object such as {"type": "object", "properties": {…}}.',
  })
}

function modelOf({ model, protocol }: AssessOptions): AssessModel | undefined {
  if (model === undefined && protocol === undefined) return undefined
  if (model === undefined) throw new CliError(exitCodes.wrongUse, '--protocol says how, --model is missing.')
  if (protocol !== undefined) return { url: model, protocol }
  throw new CliError(exitCodes.wrongUse, `--protocol is missing: how is ${model} asked?`, {
    hint: 'One of oip-v2, mlflow, http, module, onnx.',
  })
}

async function writeContract(file: string, call: AssessCall, services: Services): Promise<void> {
  const schema = await services.proposeContract(call.reference, call.settings)
  await written('write-contract', file, `${JSON.stringify(schema, null, 2)}\n`)
  say(`Wrote ${file}: what every row of the pilot keeps. Look it over; then give it with --contract.`)
}
