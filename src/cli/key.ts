// `airworthy key`: keys for programs (scopes) and for people (roles).

import type { Command } from 'commander'
import type { CreatedKey, Key, NewKey } from '#wire/key.ts'
import { apiVerb, withClient, type ApiOptions } from './api-verb.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { formatTime, print, say, tableLines } from './output.ts'
import { examples } from './help-examples.ts'

export function registerKey(program: Command): void {
  const key = program
    .command('key')
    .description('create, list and revoke keys')
    .addHelpText(
      'after',
      examples([
        ['airworthy key create --name mail-server --scope decide:inbox-triage', 'for a program'],
        ['airworthy key create --name service-desk --role reviewer:inbox-triage', 'for a person'],
        ['airworthy key revoke <id>', 'it stops working at once'],
      ]),
    )
  registerCreate(key)
  registerList(key)
  registerRevoke(key)
}

type CreateOptions = ApiOptions & { readonly name: string; readonly scope: string[]; readonly role: string[] }

function registerCreate(key: Command): void {
  apiVerb(key, 'create', 'make a key; its text is shown this once')
    .requiredOption('--name <name>', 'whom or what it is for; shown wherever "by whom" is')
    .option(
      '--scope <scope>',
      'decide, observe, outcomes, read, admin; decide:NAME for one use case; repeatable',
      collect,
      [],
    )
    .option(
      '--role <role>',
      'an owner’s role, reviewer, auditor, admin; reviewer:NAME for one use case; repeatable',
      collect,
      [],
    )
    .addHelpText(
      'after',
      examples([['airworthy key create --name crm --scope decide:churn --scope outcomes:churn', 'asks and reports']]),
    )
    .action((options: CreateOptions) =>
      withClient(options, async (client) => {
        const { name, scope, role } = options
        if (scope.length + role.length === 0) {
          throw new CliError(exitCodes.wrongUse, 'A key without scope or role may do nothing.', {
            hint: 'Give --scope for a program, --role for a person.',
          })
        }
        const asked: NewKey = { name, scopes: scope, roles: role }
        const created = (await client.request('POST', '/api/v1/keys', asked)).body as CreatedKey
        if (!options.json) say(`Key ${created.id} for ${created.name}. Its text is shown this once:`)
        // The text alone on stdout, so that it can be piped into a secret store.
        print(created, options, [created.key])
      }),
    )
}

function registerList(key: Command): void {
  apiVerb(key, 'list', 'keys, without their texts')
    .addHelpText('after', examples([['airworthy key list', 'also those that were revoked']]))
    .action((options: ApiOptions) =>
      withClient(options, async (client) => {
        const page = (await client.request('GET', '/api/v1/keys')).body as { items: Key[] }
        print(page, options, () =>
          tableLines({
            head: ['id', 'name', 'scopes', 'roles', 'created (UTC)', 'by', 'revoked (UTC)'],
            rows: page.items.map((one) => [
              one.id,
              one.name,
              one.scopes.join(' '),
              one.roles.join(' '),
              formatTime(one.createdAt),
              one.createdBy,
              one.revokedAt === null ? null : formatTime(one.revokedAt),
            ]),
          }),
        )
      }),
    )
}

function registerRevoke(key: Command): void {
  apiVerb(key, 'revoke <id>', 'end a key; at once, and for good')
    .addHelpText(
      'after',
      examples([['airworthy key revoke <id>', 'the id, not the text: airworthy key list shows it']]),
    )
    .action((id: string, options: ApiOptions) =>
      withClient(options, async (client) => {
        const { body } = await client.request('DELETE', `/api/v1/keys/${encodeURIComponent(id)}`)
        print(body ?? { id, revoked: true }, options, [`Key ${id} is revoked.`])
      }),
    )
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}
