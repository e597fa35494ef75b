// `airworthy log`: the log itself. Its checkpoints and keys, its entries, receipts of decisions, changing its key.

import type { Command } from 'commander'
import type { CheckpointPage, EntryPage, LogState, RotatedKey } from '#wire/log.ts'
import { apiVerb, wholeNumber, withClient, withQuery, type ApiOptions } from './api-verb.ts'
import { examples } from './help-examples.ts'
import { registerLogReadings } from './log-readings.ts'
import { registerLogReceipts } from './log-receipts.ts'
import { counted, formatCount, formatTime, paint, print, say, tableLines } from './output.ts'

/** Answers the group, to which other files add verbs. */
export function registerLog(program: Command): Command {
  const log = program
    .command('log')
    .description('the log: checkpoints, entries, receipts, its key')
    .addHelpText(
      'after',
      examples([
        ['airworthy log status', 'its newest checkpoint, its verifier key, its witnesses'],
        ['airworthy log receipts <decision>', 'what proves a decision without this server'],
        ['airworthy log entries --from 100 --limit 20', 'entries as they are'],
      ]),
    )
  registerStatus(log)
  registerCheckpoints(log)
  registerEntries(log)
  registerLogReadings(log)
  registerLogReceipts(log)
  registerRotateKey(log)
  return log
}

function registerStatus(log: Command): void {
  apiVerb(log, 'status', 'newest checkpoint, keys, witnesses')
    .addHelpText('after', examples([['airworthy log status --json', 'the vkey is what an outsider configures']]))
    .action((options: ApiOptions) =>
      withClient(options, async (client) => {
        const state = (await client.request('GET', '/api/v1/log')).body as LogState
        print(state, options, () => statusLines(state))
      }),
    )
}

function statusLines(state: LogState): string[] {
  const { checkpoint, tree, head, witnessed, quorum } = state
  const growing = tree.behind === 0 ? 'covers every entry' : `${formatCount(tree.behind)} entries to come`
  const lines = [
    `log         ${state.origin}, ${formatCount(head)} entries`,
    `checkpoint  ${formatCount(checkpoint.size)} entries, ${formatTime(checkpoint.at)} UTC, ${growing}`,
    `root        ${state.root}`,
    `key         ${state.vkey}`,
  ]
  if (tree.state === 'stopped') lines.push(paint('red', `tree        stopped: ${tree.detail ?? 'no reason given'}`))
  else if (tree.detail !== null) lines.push(paint('yellow', `tree        ${tree.detail}`))
  for (const { id, since, until } of state.keys.filter((key) => key.until !== null))
    lines.push(`retired     key ${id}, ${formatTime(since)} to ${formatTime(until)} UTC`)
  if (quorum) {
    const met = witnessed
      ? `${formatCount(witnessed.size)} entries, ${formatTime(witnessed.at)} UTC`
      : 'no checkpoint so far'
    lines.push(`witnessed   ${met} (required: ${quorum.required})`)
  }
  for (const { name, state: how, detail } of state.witnesses)
    lines.push(`witness     ${name}: ${how}${detail === null ? '' : `, ${detail}`}`)
  const counts = [counted(state.erasures, 'erasure'), counted(state.holds, 'legal hold')]
  lines.push(`contents    ${counts.join(', ')}`)
  return lines
}

type CheckpointOptions = ApiOptions & { readonly before?: number; readonly limit: number }

function registerCheckpoints(log: Command): void {
  apiVerb(log, 'checkpoints', 'signed checkpoints, newest first')
    .option('--before <size>', 'only of fewer entries', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--limit <n>', 'how many', wholeNumber(1, 200), 20)
    .addHelpText(
      'after',
      examples([['airworthy log checkpoints --limit 1 --json', 'the newest, with its signed note']]),
    )
    .action((options: CheckpointOptions) =>
      withClient(options, async (client) => {
        const { before, limit } = options
        const path = withQuery('/api/v1/log/checkpoints', { before, limit })
        const page = (await client.request('GET', path)).body as CheckpointPage
        print(page, options, () =>
          tableLines({
            head: ['entries', 'signed (UTC)', 'root', 'witnesses'],
            right: [0],
            rows: page.items.map(({ size, at, root, cosignatures }) => [
              size,
              formatTime(at),
              root,
              cosignatures.map(({ witness }) => witness).join(' '),
            ]),
          }),
        )
        if (page.next !== null && !options.json) say(`Earlier ones: --before ${page.next}`)
      }),
    )
}

type EntryOptions = ApiOptions & { readonly from: number; readonly limit: number }

function registerEntries(log: Command): void {
  apiVerb(log, 'entries', 'entries as they are on the log; that you read them is recorded there')
    .option('--from <index>', 'index of the first', wholeNumber(0, Number.MAX_SAFE_INTEGER), 0)
    .option('--limit <n>', 'how many', wholeNumber(1, 1_000), 100)
    .addHelpText('after', examples([['airworthy log entries --from 100 --limit 20', 'twenty of them']]))
    .action((options: EntryOptions) =>
      withClient(options, async (client) => {
        const { from, limit } = options
        const page = (await client.request('GET', withQuery('/api/v1/log/entries', { from, limit }))).body as EntryPage
        print(page, options, () =>
          tableLines({
            head: ['index', 'time (UTC)', 'type', 'about', 'leaf hash'],
            right: [0],
            rows: page.items.map(({ index, leaf, entry }) => [
              index,
              formatTime(textOf(entry['time'])),
              textOf(entry['type']),
              textOf(entry['subject']),
              leaf,
            ]),
          }),
        )
        if (page.next !== null && !options.json) say(`More: --from ${page.next}`)
      }),
    )
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function registerRotateKey(log: Command): void {
  apiVerb(log, 'rotate-key', 'sign checkpoints with a new key; the old one stays checkable')
    .addHelpText(
      'after',
      examples([['airworthy log rotate-key', 'the log announces the new key; give it to those who check the log']]),
    )
    .action((options: ApiOptions) =>
      withClient(options, async (client) => {
        const rotated = (await client.request('POST', '/api/v1/log/rotate-key')).body as RotatedKey
        if (!options.json) say(`The log announces its new verifier key in entry ${rotated.log.index}:`)
        print(rotated, options, [rotated.vkey])
      }),
    )
}
