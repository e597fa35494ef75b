// `airworthy log copy`: moves a log between stores, and proves that both hold the same.

import { resolve } from 'node:path'
import type { Command } from 'commander'
import { CliError, exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { formatCount, print, say } from './output.ts'
import type { CopyLogResult, Services } from './services.ts'
import { startStep, type Step } from './step-progress.ts'

type Options = { readonly from: string; readonly to: string; readonly json?: boolean }

const stepNames = { copying: 'Copy', comparing: 'Compare' } as const

export function registerLogCopy(log: Command, services: Services): void {
  log
    .command('copy')
    .description('copy a log to another store: entries, payloads, tree, keys; then compare both')
    .requiredOption('--from <place>', 'a data folder, or postgres://…')
    .requiredOption('--to <place>', 'a data folder, or postgres://…: empty, or where an earlier copy was cut off')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['airworthy log copy --from .airworthy --to postgres://airworthy@db/airworthy', 'to a team’s server'],
        ['airworthy log copy --from "$DATABASE_URL" --to ./copy', 'a copy in a folder, for example to verify it'],
      ]),
    )
    .action(async ({ from, to, json = false }: Options) => {
      const result = await copy(services, { from, to })
      print(result, { json }, () => linesOf(result, to))
      if (result.kind === 'differs') process.exitCode = exitCodes.doesNotHold
    })
}

async function copy(services: Services, { from, to }: Options): Promise<CopyLogResult> {
  assertPlace('--from', from)
  assertPlace('--to', to)
  if (nameOf(from) === nameOf(to)) throw new CliError(exitCodes.wrongUse, 'A log cannot be copied onto itself.')
  let current: { readonly name: string; readonly step: Step } | undefined
  const result = await services.copyLog({
    from,
    to,
    onProgress(kind, done, of) {
      const name = stepNames[kind]
      if (current?.name !== name) {
        current?.step.end('done')
        current = { name, step: startStep(name) }
      }
      current.step.update(done, of)
    },
  })
  current?.step.end(result.kind === 'equal' ? 'both are the same' : 'they differ')
  return result
}

/** What looks like an address is not a folder of that name. */
function assertPlace(option: string, place: string): void {
  if (isServer(place) || !/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) return
  throw new CliError(exitCodes.wrongUse, `${option}: ${place.split(':', 1)[0] ?? ''}:// is not a place of a log.`, {
    hint: 'Name a data folder, or a PostgreSQL database as postgres://….',
  })
}

const isServer = (place: string) => /^postgres(ql)?:\/\//.test(place)
const nameOf = (place: string) => (isServer(place) ? place : resolve(place))

function linesOf(result: CopyLogResult, to: string): string[] {
  if (result.kind === 'differs') return [`The copy is not the same: ${result.where}: ${result.problem}.`]
  const { origin, entries, copied, payloads, root, checkpoint } = result
  if (copied < entries) say(`${formatCount(entries - copied)} entries were there already.`)
  return [
    `The log ${origin} is at ${to.replace(/:[^:@/]*@/, ':…@')}: ${formatCount(entries)} entries, ${formatCount(payloads)} payloads.`,
    `root        ${root}`,
    checkpoint === null
      ? 'It has no checkpoint yet.'
      : `The newest checkpoint covers ${formatCount(checkpoint)} entries and gives the same root.`,
    'Let only one of the two go on: a log that grows in two places is two logs.',
  ]
}
