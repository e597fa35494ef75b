// `airworthy status`: what runs, how far the view is, and how each use case does.

import type { Command } from 'commander'
import type { Status } from '#wire/system.ts'
import type { UseCaseSummary } from '#wire/use-case.ts'
import { apiVerb, withClient, type ApiOptions } from './api-verb.ts'
import { formatCount, formatProportion, formatTime, paint, print, tableLines } from './output.ts'
import { examples } from './help-examples.ts'

export function registerStatus(program: Command): void {
  apiVerb(program, 'status', 'the server, its log, its view, and the use cases with their figures')
    .addHelpText(
      'after',
      examples([
        ['airworthy status', 'of the server on this machine'],
        ['airworthy status --server https://airworthy.example --json', 'of another one, for a script'],
      ]),
    )
    .action((options: ApiOptions) =>
      withClient(options, async (client) => {
        const status = (await client.request('GET', '/api/v1/status')).body as Status
        const useCases = (await client.request('GET', '/api/v1/use-cases?limit=200')).body as {
          items: UseCaseSummary[]
        }
        const value = { server: client.server, ...status, items: useCases.items }
        print(value, options, () => [...statusLines(client.server, status), '', ...useCaseLines(useCases.items)])
      }),
    )
}

function statusLines(
  server: string,
  { version, startedAt, log, view, openReviews, queuedActions, deadActions }: Status,
): string[] {
  const behind = log.view.behind === 0 ? 'up to date' : `${formatCount(log.view.behind)} entries behind`
  const database = view.ok ? behind : paint('red', `does not work: ${view.detail ?? 'no reason given'}`)
  const dead =
    deadActions === 0
      ? ''
      : paint('red', `, ${formatCount(deadActions)} given up (airworthy action list --status dead)`)
  return [
    `server   ${server}, version ${version}, since ${formatTime(startedAt)} UTC`,
    `log      ${log.origin}, ${formatCount(log.size)} entries`,
    `view     ${view.database}, ${database}`,
    `reviews  ${formatCount(openReviews)} open`,
    `actions  ${formatCount(queuedActions)} waiting${dead}`,
  ]
}

function useCaseLines(useCases: readonly UseCaseSummary[]): string[] {
  if (useCases.length === 0)
    return ['No use case yet. Write one with airworthy init, put it in force with airworthy apply.']
  return tableLines({
    head: ['use case', 'stage', 'risk', 'revision', 'today', 'decisions', 'by the system', 'open reviews', 'accuracy'],
    right: [3, 4, 5, 6, 7],
    rows: useCases.map((one) => [
      one.name,
      one.stage,
      one.riskClass,
      one.revision,
      one.today.total,
      one.allTime.total,
      one.allTime.act,
      one.openReviews,
      formatProportion(one.accuracy),
    ]),
  })
}
