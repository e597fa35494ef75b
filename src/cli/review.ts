// `airworthy review`: the review desk for people who live in a terminal. The same rules as in the UI: the server's.

import { Option, type Command } from 'commander'
import type { ReviewDecision, ReviewItem, ReviewState } from '#wire/review.ts'
import { apiVerb, wholeNumber, withClient, withQuery, type ApiOptions } from './api-verb.ts'
import { formatCount, formatShare, formatTime, paint, plain, print, tableLines } from './output.ts'
import { examples } from './help-examples.ts'
import { readJsonArgument } from './read-json.ts'

export function registerReview(program: Command): void {
  const review = program
    .command('review')
    .description('look at what waits for a person, and decide it')
    .addHelpText(
      'after',
      examples([
        ['airworthy review list --use-case inbox-triage', 'what is open, oldest first'],
        ['airworthy review show <id>', 'the case, the proposal, what may be done'],
        ['airworthy review approve <id>', 'decide as the model proposed'],
        [`airworthy review override <id> --output '{"label":"inbox"}' --reason sender-known`, 'decide otherwise'],
      ]),
    )
  registerList(review)
  registerShow(review)
  registerClaims(review)
  registerVerdicts(review)
}

type ListOptions = ApiOptions & { readonly useCase?: string; readonly status: string; readonly limit: number }

function registerList(review: Command): void {
  apiVerb(review, 'list', 'reviews, those due first at the top')
    .option('--use-case <name>', 'of one use case')
    .addOption(
      new Option('--status <status>', 'open, claimed or done').choices(['open', 'claimed', 'done']).default('open'),
    )
    .option('--limit <n>', 'how many', wholeNumber(1, 200), 20)
    .addHelpText('after', examples([['airworthy review list --status done --limit 5', 'the five decided last']]))
    .action((options: ListOptions) =>
      withClient(options, async (client) => {
        const { useCase, status, limit } = options
        const page = (await client.request('GET', withQuery('/api/v1/reviews', { useCase, status, limit }))).body as {
          items: ReviewItem[]
          next: string | null
          total?: number
        }
        print(page, options, () => listLines(page.items, status, page.total))
      }),
    )
}

function listLines(items: readonly ReviewItem[], status: string, total: number | undefined): string[] {
  if (items.length === 0) return [`No review is ${status}.`]
  const more =
    total === undefined || total <= items.length ? [] : ['', `${formatCount(total)} in all; --limit shows more.`]
  const rows = items.map((one) => [
    one.id,
    one.useCase,
    one.kind,
    one.routedBecause,
    one.confidence === null ? null : formatShare(one.confidence),
    formatTime(one.dueAt),
    one.claimedBy ?? one.doneBy,
  ])
  return [
    ...tableLines({ head: ['id', 'use case', 'kind', 'because', 'confidence', 'due (UTC)', 'who'], rows, right: [4] }),
    ...more,
  ]
}

function registerShow(review: Command): void {
  apiVerb(review, 'show <id>', 'one review: the case, the proposal, what may be done')
    .addHelpText('after', examples([['airworthy review show <id> --json', 'with everything, for a script']]))
    .action((id: string, options: ApiOptions) =>
      withClient(options, async (client) => {
        const item = (await client.request('GET', reviewPath(id))).body as ReviewItem
        print(item, options, () => showLines(item))
      }),
    )
}

function showLines(item: ReviewItem): string[] {
  const allowed = Object.entries(item.allowed).map(
    ([action, why]) => `  ${action.padEnd(9)} ${why === null ? 'yes' : `no: ${plain(why)}`}`,
  )
  return [
    `${paint('bold', item.useCase)} ${item.kind}, ${item.status}${item.claimedBy ? ` by ${plain(item.claimedBy)}` : ''}, because ${plain(item.routedBecause)}`,
    ...item.violations.map(({ path, rule, message }) => `violation ${plain(`${path} ${rule}: ${message}`)}`),
    `due       ${formatTime(item.dueAt)}`,
    `proposal  ${item.proposal === null ? 'none is shown' : plain(JSON.stringify(item.proposal))}${item.confidence === null ? '' : ` (${formatShare(item.confidence)})`}`,
    `reasons   ${item.reasons.join(', ') || 'none declared'}`,
    'input',
    ...JSON.stringify(item.input, null, 2)
      .split('\n')
      .map((line) => `  ${plain(line)}`),
    'you may',
    ...allowed,
  ]
}

function registerClaims(review: Command): void {
  for (const [verb, does] of [
    ['claim', 'hold a review for yourself until its lease ends'],
    ['release', 'give a review back'],
  ] as const) {
    apiVerb(review, `${verb} <id>`, does)
      .addHelpText('after', examples([[`airworthy review ${verb} <id>`, does]]))
      .action((id: string, options: ApiOptions) =>
        withClient(options, async (client) => {
          const state = (await client.request('POST', `${reviewPath(id)}/${verb}`)).body as ReviewState
          print(state, options, [
            verb === 'claim' ? `Yours until ${formatTime(state.claimedUntil)} UTC.` : 'Given back; it is open again.',
          ])
        }),
      )
  }
}

type VerdictOptions = ApiOptions & { readonly comment?: string; readonly output?: string; readonly reason?: string }

function registerVerdicts(review: Command): void {
  apiVerb(review, 'approve <id>', 'decide as the model proposed')
    .option('--comment <text>', 'a remark, kept with the decision')
    .addHelpText('after', examples([['airworthy review approve <id>', 'the proposal stands']]))
    .action((id: string, options: VerdictOptions) => decide(id, options, { verdict: 'approve' }))

  apiVerb(review, 'override <id>', 'decide otherwise than the model, or where it proposed nothing')
    .requiredOption('--output <json>', 'the output that is to stand: JSON, @file or - for standard input')
    .option('--reason <code>', 'one of the reasons that the manifest lists')
    .option('--comment <text>', 'a remark, kept with the decision')
    .addHelpText(
      'after',
      examples([['airworthy review override <id> --output @right.json --reason other', 'from a file']]),
    )
    .action(async (id: string, options: VerdictOptions) => {
      const output = await readJsonArgument(options.output ?? '')
      return decide(id, options, {
        verdict: 'override',
        output,
        ...(options.reason === undefined ? {} : { reason: options.reason }),
      })
    })
}

function decide(id: string, options: VerdictOptions, verdict: ReviewDecision): Promise<void> {
  const body: ReviewDecision = options.comment === undefined ? verdict : { ...verdict, comment: options.comment }
  return withClient(options, async (client) => {
    const state = (await client.request('POST', `${reviewPath(id)}/decide`, body)).body as ReviewState
    print(state, options, [`Decided: ${state.verdict ?? verdict.verdict}.`])
  })
}

function reviewPath(id: string): string {
  return `/api/v1/reviews/${encodeURIComponent(id)}`
}
