// Assessments that a server makes and keeps with a use case: of uploaded files, or of two periods of its own decisions;
// listed, and read again.

import { openAsBlob } from 'node:fs'
import { basename } from 'node:path'
import type { Command } from 'commander'
import type { FormData } from 'undici'
import type { Assessment } from '#wire/assessment.ts'
import type { AssessmentDetail, AssessmentSummary, NewAssessment } from '#wire/assessment-kept.ts'
import { apiVerb, wholeNumber, withClient, withQuery, type ApiOptions } from './api-verb.ts'
import { deliver, withProgress } from './assess-delivery.ts'
import { settingsOf, type AssessOptions } from './assess-options.ts'
import { askToAssess } from './assess-request.ts'
import { addServerOptions, type Client } from './client.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { formatCount, formatTime, print, tableLines } from './output.ts'
import { fileError } from './read-json.ts'
import type { ReportFacts, Services } from './services.ts'

type Wanted = AssessOptions & { readonly useCase: string; readonly reference: string; readonly live: string }
type Kept = { readonly assessment: Assessment; readonly facts: ReportFacts }

/** Errors: CliError for what only works without a server, and for what the server refuses. */
export async function assessAndKeep(wanted: Wanted): Promise<Kept> {
  refuseLocal(wanted)
  return withClient(wanted, async (client) => {
    const body = await bodyOf(wanted)
    const { id } = await withProgress((onProgress) => askToAssess(client, body, { onProgress }))
    return read(client, id)
  })
}

/** What a server must not be told to do by a file of the caller. */
function refuseLocal({ model, protocol, contract, writeContract }: Wanted): void {
  const given = Object.entries({ model, protocol, contract, 'write-contract': writeContract }).find(
    ([, value]) => value !== undefined,
  )
  if (given === undefined) return
  throw new CliError(exitCodes.wrongUse, `--${given[0]} does not go with --use-case.`, {
    hint: 'The use case has its own contract, and its own model (--robustness asks it). Leave --use-case out to assess files here.',
  })
}

/** `2026-01-01..2026-02-01`, or with times; the second is not included. */
const period = /^(\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?)\.\.(\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?)$/

async function bodyOf(wanted: Wanted): Promise<NewAssessment | FormData> {
  const { useCase, reference, live } = wanted
  const periods = [periodOf('reference', reference), periodOf('live', live)] as const
  const settings = settingsOf(wanted)
  if (periods[0] && periods[1]) {
    return { useCase, reference: periods[0], live: periods[1], settings }
  }
  if (periods[0] || periods[1]) {
    throw new CliError(exitCodes.wrongUse, '--reference and --live must both be files, or both be periods.', {
      hint: 'A period is written 2026-01-01..2026-02-01.',
    })
  }
  if (settings.robustness) {
    throw new CliError(exitCodes.wrongUse, '--robustness goes with two periods of the use case’s own decisions.', {
      hint: 'Name periods, such as --live 2026-01-01..2026-02-01; or leave --use-case out and name a model with --model.',
    })
  }
  const form = new (await import('undici')).FormData()
  form.set('useCase', useCase)
  form.set('settings', JSON.stringify(settings))
  form.set('reference', await blobOf('reference', reference), basename(reference))
  form.set('live', await blobOf('live', live), basename(live))
  return form
}

function periodOf(option: string, text: string): NewAssessment['live'] | undefined {
  const [, from, to] = period.exec(text) ?? []
  if (from === undefined || to === undefined) return undefined
  const [first, last] = [Date.parse(from), Date.parse(to)]
  if (first < last) return { from: new Date(first).toISOString(), to: new Date(last).toISOString() }
  throw new CliError(exitCodes.wrongUse, `--${option}: ${text} is no period: its end must come after its start.`)
}

/** Read as it is sent, however long. */
async function blobOf(option: string, file: string): Promise<Blob> {
  return openAsBlob(file).catch((error: unknown) => {
    throw new CliError(exitCodes.wrongUse, `--${option}: ${fileError(file, error).message}`, { cause: error })
  })
}

async function read(client: Client, id: string): Promise<Kept> {
  const { body } = await client.request('GET', `/api/v1/assessments/${encodeURIComponent(id)}`)
  const { result, useCase, log, digest, at } = body as AssessmentDetail
  return { assessment: result, facts: { madeAt: at, kept: { useCase, index: log.index, digest } } }
}

type ListOptions = ApiOptions & { readonly useCase?: string; readonly limit: number }
type ShowOptions = Pick<AssessOptions, 'server' | 'key' | 'json' | 'html'>

export function registerKept(assess: Command, services: Services): void {
  apiVerb(assess, 'list', 'assessments that are kept, newest first')
    .option('--use-case <name>', 'only those of this use case')
    .option('--limit <n>', 'how many', wholeNumber(1, 200), 20)
    .action((options: ListOptions) =>
      withClient(options, async (client) => {
        const path = withQuery('/api/v1/assessments', { useCase: options.useCase, limit: options.limit })
        const { body } = await client.request('GET', path)
        const { items } = body as { items: AssessmentSummary[] }
        print(body, options, () => listLines(items))
      }),
    )
  const show = assess.command('show <id>').description('read one that is kept, as it was said then')
  addServerOptions(show)
    .option('--json <file>', 'write the whole result as JSON; - is standard output')
    .option('--html <file>', 'write the report')
    .addHelpText('after', examples([['airworthy assess show 01a1… --html report.html', 'the report, as a file']]))
    .action(async (id: string, given: ShowOptions) => {
      const options = { ...given, failOn: 'never' } as const
      const { assessment, facts } = await withClient(options, (client) => read(client, id))
      await deliver(assessment, { options, facts, services })
    })
}

function listLines(items: readonly AssessmentSummary[]): string[] {
  if (items.length === 0) {
    return ['None is kept yet. Make one: airworthy assess --use-case NAME --reference pilot.csv --live live.csv']
  }
  return tableLines({
    head: ['when (UTC)', 'use case', 'verdict', 'findings', 'headline', 'id'],
    rows: items.map(({ id, at, useCase, verdict, findings, headline }) => [
      formatTime(at),
      useCase,
      verdict,
      formatCount(findings.critical + findings.warning + findings.notice),
      headline.length > 60 ? `${headline.slice(0, 59)}…` : headline,
      id,
    ]),
    right: [3],
  })
}
