// `airworthy erase`: removes the contents of a person’s decisions, or of one decision, for good.

import { confirm, isCancel } from '@clack/prompts'
import { InvalidArgumentError, type Command } from 'commander'
import type { ErasureDone, NewErasure } from '#wire/privacy.ts'
import { apiVerb, notBlank, withClient, type ApiOptions } from './api-verb.ts'
import type { Client } from './client.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { counted, formatCount, plain, print, say } from './output.ts'

type Options = ApiOptions & {
  readonly subject?: string
  readonly decision?: string
  readonly reason: string
  readonly dryRun?: boolean
  readonly yes?: boolean
}

export function registerErase(program: Command): void {
  apiVerb(program, 'erase', 'remove the contents of a person’s decisions, or of one, for good; every proof stays')
    .option('--subject <subject>', 'the person, exactly as callers name them', notBlank)
    .option('--decision <id>', 'one decision', decisionId)
    .requiredOption('--reason <text>', 'why; it stays on the log for ever, so name a case and not a person', notBlank)
    .option('--dry-run', 'only say what it would do')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples([
        ['airworthy erase --subject customer-17 --reason "request 2026-118"', 'asks first, on a terminal'],
        ['airworthy erase --decision <id> --reason "entered by mistake" --yes', 'one decision, without asking'],
        ['airworthy erase --subject customer-17 --reason "request 2026-118" --dry-run', 'what there is'],
      ]),
    )
    .action((options: Options) =>
      withClient(options, async (client) => {
        const { subject, decision, reason, dryRun } = options
        if ((subject === undefined) === (decision === undefined)) {
          throw new CliError(exitCodes.wrongUse, 'Give --subject or --decision, and not both.')
        }
        const wanted: NewErasure = {
          reason,
          ...(subject === undefined ? {} : { subject }),
          ...(decision === undefined ? {} : { decision }),
        }
        if (dryRun !== true && !(await isConfirmed(client, wanted, options))) return
        const done = await ask(client, dryRun === true ? { ...wanted, dryRun } : wanted)
        print(done, options, () => lines(done, wanted, dryRun === true))
        if (done.held > 0) process.exitCode = exitCodes.couldNotBeDone
      }),
    )
}

async function ask(client: Client, wanted: NewErasure): Promise<ErasureDone> {
  return (await client.request('POST', '/api/v1/erasures', wanted)).body as ErasureDone
}

/** Asks on a terminal, after showing what would go. */
async function isConfirmed(client: Client, wanted: NewErasure, { yes, json }: Options): Promise<boolean> {
  if (yes || json || !process.stdin.isTTY || !process.stdout.isTTY) return true
  const would = await ask(client, { ...wanted, dryRun: true })
  for (const line of lines(would, wanted, true)) say(line)
  if (would.decisions + would.others === 0) return true
  const answer = await confirm({ message: 'Erase it? This cannot be undone.', initialValue: false })
  if (!isCancel(answer) && answer) return true
  say('Nothing was erased.')
  return false
}

function lines(done: ErasureDone, wanted: NewErasure, isDryRun: boolean): string[] {
  const { decisions, others, payloads, held, waiting, copies } = done
  const told: string[] = []
  if (done.index === null && !isDryRun) return [nothingToErase(wanted)]
  if (isDryRun && decisions + others + held === 0) return [nothingToErase(wanted)]
  if (isDryRun && decisions + others > 0) told.push(`Contents of ${whose(done)} would be erased.`)
  else if (decisions + others > 0)
    told.push(`Erased: ${counted(payloads, 'payload')} of ${whose(done)}; entry ${done.index} of the log says so.`)
  else told.push(isDryRun ? 'Nothing would be erased.' : `Nothing was erased; entry ${done.index} of the log says so.`)
  if (done.isPending) told.push('It is recorded and could not be carried out yet; the server goes on by itself.')
  for (const hold of done.holds)
    told.push(
      `Kept by legal hold ${hold.id} (${plain(hold.useCase ?? 'a person')}: ${plain(hold.reason)}): ${counted(hold.decisions, 'decision')}.`,
    )
  if (held > 0) told.push('What a hold kept is not erased by itself after its release: ask again then.')
  if (waiting.reviews > 0)
    told.push(`${counted(waiting.reviews, 'decision')} still waited for a person, who sees no contents any more.`)
  if (waiting.actions > 0) told.push(`${counted(waiting.actions, 'action')} can no longer be sent.`)
  if (copies.deliveries > 0)
    told.push(`Not reached: ${counted(copies.deliveries, 'action')} delivered to other systems before.`)
  if (copies.reads > 0)
    told.push(
      `The log was read or exported ${counted(copies.reads, 'time')} since; such copies hold entries, no contents.`,
    )
  return told
}

function nothingToErase({ decision }: NewErasure): string {
  return decision === undefined
    ? 'There is nothing to erase. A subject must be written exactly as callers wrote it.'
    : 'There is nothing to erase: the contents of this decision are gone already.'
}

function decisionId(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase()
  throw new InvalidArgumentError('It must be the id of a decision, as answers and lists give it.')
}

function whose({ decisions, others }: ErasureDone): string {
  if (others === 0) return counted(decisions, 'decision')
  const rest = `${formatCount(others)} other ${others === 1 ? 'entry' : 'entries'} that named the person`
  return decisions === 0 ? rest : `${counted(decisions, 'decision')} and ${rest}`
}
