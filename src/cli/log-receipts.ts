// `airworthy log receipts`: receipts of decisions as files that prove them without this server.

import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { ReceiptLine } from '#wire/log.ts'
import { apiVerb, instant, withClient, withQuery, type ApiOptions } from './api-verb.ts'
import type { Client } from './client.ts'
import { createCopyFolder } from './copy-folder.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { formatCount, print, say } from './output.ts'

type Options = ApiOptions & {
  readonly useCase?: string
  readonly from?: string
  readonly to?: string
  readonly out?: string
}

export function registerLogReceipts(log: Command): void {
  apiVerb(log, 'receipts [decisions...]', 'receipts of decisions: of those named, or of all that match')
    .option('--use-case <name>', 'of one use case')
    .option('--from <time>', 'decided at or after this time (RFC 3339)', instant)
    .option('--to <time>', 'decided before this time', instant)
    .option('--out <folder>', 'write <decision>.tlog-proof into this folder')
    .addHelpText(
      'after',
      examples([
        ['airworthy log receipts <id> > case.tlog-proof', 'of one decision'],
        ['airworthy verify --receipt case.tlog-proof --key <vkey>', 'check it, anywhere and without a server'],
        ['airworthy log receipts --use-case inbox-triage --out receipts', 'of all, as files'],
        ['airworthy log receipts --from 2026-11-01T00:00:00Z > all.ndjson', 'of all since, a line each'],
      ]),
    )
    .action((decisions: string[], options: Options) => {
      const { useCase, from, to } = options
      if (decisions.length > 0 && [useCase, from, to].some((filter) => filter !== undefined)) {
        throw new CliError(exitCodes.wrongUse, 'Name decisions, or say which with --use-case, --from, --to; not both.')
      }
      return withClient(options, async (client) => {
        const lines = decisions.length > 0 ? named(client, decisions) : matching(client, options)
        await (options.out === undefined ? toOutput(lines, decisions, options) : toFiles(lines, options.out, options))
      })
    })
}

type Receipt = Pick<ReceiptLine, 'id' | 'receipt'>

async function* named(client: Client, decisions: readonly string[]): AsyncGenerator<Receipt> {
  for (const id of decisions) {
    const body = await client.stream({ method: 'GET', path: `/v1/decisions/${encodeURIComponent(id)}/receipt` })
    yield { id, receipt: await text(body) }
  }
}

async function* matching(client: Client, { useCase, from, to }: Options): AsyncGenerator<ReceiptLine> {
  const body = await client.stream({ method: 'GET', path: withQuery('/api/v1/receipts', { useCase, from, to }) })
  let count = 0
  try {
    for await (const line of createInterface({ input: body })) {
      yield JSON.parse(line) as ReceiptLine
      count++
    }
  } catch (error) {
    throw new CliError(exitCodes.couldNotBeDone, `The receipts broke off: ${(error as Error).message}.`, {
      hint: 'Ask again; --from and --to make it shorter.',
      cause: error,
    })
  }
  // An export that is empty by a slip of the pen must not pass for one.
  if (count === 0)
    throw new CliError(exitCodes.couldNotBeDone, 'No decision matches: there are no receipts.', {
      hint: 'Check --use-case, --from and --to; airworthy status shows the use cases.',
    })
}

/** One named decision is its receipt as it is; several, or all that match, are a line of JSON each. */
async function toOutput(
  lines: AsyncIterable<Receipt>,
  decisions: readonly string[],
  { json = false }: Options,
): Promise<void> {
  const isPlain = decisions.length === 1 && !json
  for await (const line of lines) {
    const chunk = isPlain ? line.receipt : `${JSON.stringify(line)}\n`
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve))
  }
}

async function toFiles(lines: AsyncIterable<Receipt>, out: string, options: Options): Promise<void> {
  const folder = createCopyFolder(out)
  let written = 0
  for await (const { id, receipt } of lines) {
    await folder.write(`${encodeURIComponent(id)}.tlog-proof`, Buffer.from(receipt))
    written++
    if (written % 1_000 === 0 && !options.json) say(`${formatCount(written)} receipts written`)
  }
  print({ out, receipts: written }, options, [`${formatCount(written)} receipts are in ${out}.`])
}
