// `airworthy hold`: legal holds, which keep a use case or a person from being erased.

import type { Command } from 'commander'
import type { LegalHold, NewLegalHold } from '#wire/privacy.ts'
import { apiVerb, notBlank, wholeNumber, withClient, withQuery, type ApiOptions } from './api-verb.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { formatTime, print, tableLines } from './output.ts'

export function registerHold(program: Command): void {
  const hold = program
    .command('hold')
    .description('place, release and list legal holds: what they cover is not erased')
    .addHelpText(
      'after',
      examples([
        ['airworthy hold place --use-case credit-approval --reason "7 O 41/26"', 'nothing of it is erased'],
        ['airworthy hold place --subject customer-17 --reason "complaint 12"', 'nothing of one person'],
        ['airworthy hold release <id> --reason "settled"', 'retention goes on'],
      ]),
    )
  registerPlace(hold)
  registerRelease(hold)
  registerList(hold)
}

type PlaceOptions = ApiOptions & { readonly useCase?: string; readonly subject?: string; readonly reason: string }

function registerPlace(hold: Command): void {
  apiVerb(hold, 'place', 'keep a use case or a person from being erased')
    .option('--use-case <name>', 'a use case')
    .option('--subject <subject>', 'a person, exactly as callers name them', notBlank)
    .requiredOption('--reason <text>', 'why; it stays on the log for ever, so name a case and not a person', notBlank)
    .addHelpText('after', examples([['airworthy hold place --use-case churn --reason "audit Q1"', 'in force at once']]))
    .action((options: PlaceOptions) =>
      withClient(options, async (client) => {
        const { useCase, subject, reason } = options
        if ((useCase === undefined) === (subject === undefined)) {
          throw new CliError(exitCodes.wrongUse, 'Give --use-case or --subject, and not both.')
        }
        const wanted: NewLegalHold = {
          reason,
          ...(useCase === undefined ? {} : { useCase }),
          ...(subject === undefined ? {} : { subject }),
        }
        const placed = (await client.request('POST', '/api/v1/legal-holds', wanted)).body as LegalHold
        print(placed, options, [`Legal hold ${placed.id} is in force.`])
      }),
    )
}

function registerRelease(hold: Command): void {
  apiVerb(hold, 'release <id>', 'let a legal hold end')
    .requiredOption('--reason <text>', 'why; it stays on the log for ever', notBlank)
    .addHelpText(
      'after',
      examples([['airworthy hold release <id> --reason "settled"', 'airworthy hold list shows ids']]),
    )
    .action((id: string, options: ApiOptions & { readonly reason: string }) =>
      withClient(options, async (client) => {
        const path = `/api/v1/legal-holds/${encodeURIComponent(id)}/release`
        const { body } = await client.request('POST', path, { reason: options.reason })
        print(body, options, [
          `Legal hold ${id} is released. Retention goes on; erasures that it kept are not carried out by themselves.`,
        ])
      }),
    )
}

type ListOptions = ApiOptions & { readonly limit: number }

function registerList(hold: Command): void {
  apiVerb(hold, 'list', 'legal holds, newest first')
    .option('--limit <n>', 'how many', wholeNumber(1, 200), 50)
    .addHelpText('after', examples([['airworthy hold list', 'those released, too']]))
    .action((options: ListOptions) =>
      withClient(options, async (client) => {
        const path = withQuery('/api/v1/legal-holds', { limit: options.limit })
        const page = (await client.request('GET', path)).body as { items: LegalHold[] }
        print(page, options, () => (page.items.length === 0 ? ['There is no legal hold.'] : listLines(page.items)))
      }),
    )
}

function listLines(items: readonly LegalHold[]): string[] {
  return tableLines({
    head: ['id', 'of', 'reason', 'placed (UTC)', 'by', 'released (UTC)', 'by'],
    rows: items.map(({ id, useCase, reason, at, by, released }) => [
      id,
      useCase ?? 'a person',
      reason,
      formatTime(at),
      by.name,
      released && formatTime(released.at),
      released?.by.name,
    ]),
  })
}
