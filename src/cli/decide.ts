// `airworthy decide`: asks the gateway for one decision, or for a file of them.

import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import type { DecisionAnswer } from '#wire/decision.ts'
import { apiVerb, wholeNumber, withClient, type ApiOptions } from './api-verb.ts'
import type { Client } from './client.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { formatShare, paint, plain, print, say } from './output.ts'
import { examples } from './help-examples.ts'
import { fileError, readJson } from './read-json.ts'

type Options = ApiOptions & {
  readonly input?: string
  readonly batch?: string
  readonly subject?: string
  readonly context?: string
  readonly wait?: number
  readonly idempotencyKey?: string
}

export function registerDecide(program: Command): void {
  apiVerb(program, 'decide <use-case>', 'ask for a decision, or for many')
    .option('--input <file>', 'the input, JSON; - reads standard input')
    .addOption(
      new Option('--batch <file>', 'many requests, one JSON line each; - reads standard input').conflicts('input'),
    )
    .option('--subject <id>', 'whom it concerns')
    .option('--context <file>', 'facts for policy rules that the model does not see, JSON')
    .option('--wait <seconds>', 'wait so long for a person when one has to decide', wholeNumber(0, 60))
    .option('--idempotency-key <key>', 'the same key gives the same decision')
    .addHelpText(
      'after',
      `${examples([
        ['airworthy decide inbox-triage --input mail.json', 'one decision'],
        ['airworthy decide inbox-triage --input - --wait 30 --json < mail.json', 'from a pipe, waiting for a person'],
        ['airworthy decide inbox-triage --batch mails.ndjson > answers.ndjson', 'many, answered in the same order'],
      ])}
A line of a batch is {"input": …, "subject"?, "context"?, "idempotencyKey"?}.
Exit codes: 0 decided or waiting for a person, 1 refused by the contract or the policy, 2 wrong use, 3 not done.\n`,
    )
    .action((useCase: string, options: Options) =>
      withClient(options, async (client) => {
        if (options.batch !== undefined) return decideBatch(client, useCase, options.batch)
        return decideOne(client, useCase, options)
      }),
    )
}

async function decideOne(client: Client, useCase: string, options: Options): Promise<void> {
  if (options.input === undefined) {
    throw new CliError(exitCodes.wrongUse, 'There is nothing to decide.', {
      hint: 'Give --input FILE, or --batch FILE.',
    })
  }
  const body = {
    input: await readJson(options.input),
    ...(options.subject === undefined ? {} : { subject: options.subject }),
    ...(options.context === undefined ? {} : { context: await readJson(options.context) }),
  }
  const headers = {
    ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
    ...(options.wait === undefined ? {} : { prefer: `wait=${options.wait}` }),
  }
  const path = `/v1/use-cases/${encodeURIComponent(useCase)}/decisions`
  const { status, body: given } = await client.send({ method: 'POST', path, body, headers, accept: [422] })
  const answer = given as DecisionAnswer
  print(answer, options, () => answerLines(answer))
  if (status === 422 || answer.status === 'rejected') process.exitCode = exitCodes.doesNotHold
}

function answerLines(answer: DecisionAnswer): string[] {
  const model = answer.model ? `, ${answer.model.name} ${answer.model.version}` : ''
  const confidence = answer.confidence === null ? '' : `, confidence ${formatShare(answer.confidence)}`
  return [
    `${paint('bold', plain(says[answer.status]))} (${answer.route}: ${plain(answer.reason)}${confidence}${plain(model)})`,
    ...(answer.output === null ? [] : [`output    ${plain(JSON.stringify(answer.output))}`]),
    ...(answer.violations ?? []).map(({ path, rule, message }) => `violation ${plain(`${path} ${rule}: ${message}`)}`),
    `decision  ${answer.id}, entry ${answer.log.index} of the log`,
  ]
}

const says = { decided: 'Decided', pending_review: 'Waits for a person', rejected: 'Refused' } as const

/** Streams both ways: a file of any length needs no memory. */
async function decideBatch(client: Client, useCase: string, file: string): Promise<void> {
  if (file !== '-') await access(file).catch((error: unknown) => Promise.reject(fileError(file, error)))
  const answers = await client.stream({
    method: 'POST',
    path: `/v1/use-cases/${encodeURIComponent(useCase)}/decisions:batch`,
    body: file === '-' ? process.stdin : createReadStream(file),
    contentType: 'application/x-ndjson',
    headers: { accept: 'application/x-ndjson' },
  })
  const count = { lines: 0, failed: 0 }
  await pipeline(answers, (source) => countLines(source as AsyncIterable<Buffer>, count), process.stdout, {
    end: false,
  })
  say(`${count.lines - count.failed} of ${count.lines} answered.`)
  if (count.failed > 0) {
    throw new CliError(exitCodes.couldNotBeDone, `${count.failed} of ${count.lines} lines failed.`, {
      hint: 'Their answers hold "error" and the line’s number.',
    })
  }
}

/** Passes the bytes on and looks at each line: an answer has an id, a failure has `error`. */
async function* countLines(
  source: AsyncIterable<Buffer>,
  count: { lines: number; failed: number },
): AsyncGenerator<Buffer> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of source) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) countLine(line, count)
    yield chunk
  }
  countLine(rest, count)
}

function countLine(line: string, count: { lines: number; failed: number }): void {
  if (line.trim() === '') return
  count.lines++
  if (line.startsWith('{"line":')) count.failed++
}
