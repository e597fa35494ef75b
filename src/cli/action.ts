// `airworthy action`: effects in other systems that wait, were delivered, or were given up.

import { Option, type Command } from 'commander'
import type { ActionState } from '#wire/decision.ts'
import { apiVerb, wholeNumber, withClient, withQuery, type ApiOptions } from './api-verb.ts'
import { formatTime, print, tableLines } from './output.ts'
import { examples } from './help-examples.ts'

type ListOptions = ApiOptions & { readonly useCase?: string; readonly status?: string; readonly limit: number }

export function registerAction(program: Command): void {
  const action = program
    .command('action')
    .description('list actions, and replay one that was given up')
    .addHelpText(
      'after',
      examples([
        ['airworthy action list --status dead', 'what was given up, and why'],
        ['airworthy action replay <id>', 'try it again from the start'],
      ]),
    )

  apiVerb(action, 'list', 'actions, newest first')
    .option('--use-case <name>', 'of one use case')
    .addOption(new Option('--status <status>', 'queued, delivered or dead').choices(['queued', 'delivered', 'dead']))
    .option('--limit <n>', 'how many', wholeNumber(1, 200), 20)
    .addHelpText('after', examples([['airworthy action list --status queued', 'what waits for its next attempt']]))
    .action((options: ListOptions) =>
      withClient(options, async (client) => {
        const { useCase, status, limit } = options
        const page = (await client.request('GET', withQuery('/api/v1/actions', { useCase, status, limit }))).body as {
          items: ActionState[]
        }
        print(page, options, () => (page.items.length === 0 ? ['No such action.'] : listLines(page.items)))
      }),
    )

  apiVerb(action, 'replay <id>', 'try an action again that was given up')
    .addHelpText('after', examples([['airworthy action replay <id>', 'the receiver gets the same id as before']]))
    .action((id: string, options: ApiOptions) =>
      withClient(options, async (client) => {
        const { body } = await client.request('POST', `/api/v1/actions/${encodeURIComponent(id)}/replay`)
        print(body ?? { id }, options, [`Action ${id} is queued again.`])
      }),
    )
}

function listLines(items: readonly ActionState[]): string[] {
  return tableLines({
    head: ['id', 'use case', 'status', 'attempts', 'next (UTC)', 'target', 'last error'],
    right: [3],
    rows: items.map((one) => [
      one.id,
      one.useCase,
      one.status,
      one.attempts,
      one.nextAt && formatTime(one.nextAt),
      one.target,
      one.lastError,
    ]),
  })
}
