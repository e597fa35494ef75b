// The demonstration's figures. Every one is asked of the API or counted from its answers; none is written down.

import type { AccuracyRow, UseCaseDetail } from '#wire/use-case.ts'
import type { Proportion } from '#wire/common.ts'
import type { DecisionDetail, DecisionSummary } from '#wire/decision.ts'
import { withQuery } from './api-verb.ts'
import type { Client } from './client.ts'
import type { CaseAnswer, DemoStory, LiveCase } from './demo-story.ts'
import type { Replayed } from './demo-replay.ts'

export type ContractFigures = {
  readonly broken: number
  /** Most frequent first. A case that breaks two rules is counted in both. */
  readonly reasons: readonly {
    readonly path: string
    readonly rule: string
    readonly message: string
    readonly n: number
  }[]
}

export type LiveFigures = {
  readonly total: number
  readonly bySystem: number
  /** Decisions that wait for a person, without audits of what is decided. */
  readonly waiting: number
  readonly contract: ContractFigures
  /** The model's answer against the truth, wherever the model was asked. */
  readonly model: Proportion
  /** What was finally decided, by the system or by a person, against the truth. */
  readonly final: Proportion
}

export type WorstWeek = { readonly week: string; readonly accuracy: Proportion }

/** Broken cases that are looked at one by one; beyond it the reasons are counted from the newest only. */
const brokenMax = 1000
/** Weeks with fewer labelled cases say little and are not called the worst. */
const weekCasesMin = 30

export async function readLiveFigures(client: Client, story: DemoStory): Promise<LiveFigures> {
  const path = `/api/v1/use-cases/${story.useCase}`
  const { allTime } = (await client.request('GET', path)).body as UseCaseDetail
  const rows = ((await client.request('GET', `${path}/accuracy`)).body as { items: AccuracyRow[] }).items
  const sum = (side: 'model' | 'final') =>
    story.proportion(
      rows.reduce((hits, row) => hits + row[side].hits, 0),
      rows.reduce((n, row) => n + row[side].n, 0),
    )
  const pending = await readDecisions(client, { useCase: story.useCase, status: 'pending_review' })
  return {
    total: allTime.total,
    bySystem: allTime.act + allTime.fallback,
    waiting: pending.length,
    contract: await readContractFigures(client, story),
    model: sum('model'),
    final: sum('final'),
  }
}

async function readContractFigures(client: Client, { useCase }: DemoStory): Promise<ContractFigures> {
  const broken = await readDecisions(client, { useCase, reason: 'contract-violation' })
  const counts = new Map<string, { path: string; rule: string; message: string; n: number }>()
  const details = await Promise.all(
    broken.slice(0, brokenMax).map(({ id }) => client.request('GET', `/api/v1/decisions/${id}`)),
  )
  for (const { path, rule, message } of details.flatMap(({ body }) => (body as DecisionDetail).violations)) {
    const count = counts.get(`${path} ${rule}`) ?? { path, rule, message, n: 0 }
    counts.set(`${path} ${rule}`, { ...count, n: count.n + 1 })
  }
  return { broken: broken.length, reasons: [...counts.values()].sort((a, b) => b.n - a.n) }
}

export type AnsweredCase = { readonly case: LiveCase; readonly answer: CaseAnswer }

/** Lists hide the answers that wait for a blind second look, so what the caller was told counts where there is one. */
export async function readAnswers(
  client: Client,
  story: DemoStory,
  replayed: readonly Replayed[],
): Promise<readonly AnsweredCase[]> {
  const listed = new Map((await readDecisions(client, { useCase: story.useCase })).map((one) => [one.id, one]))
  return replayed.map(({ case: of, id, output }) => {
    const { value, confidence } = story.answerOf(output) ?? listed.get(id) ?? { value: null, confidence: null }
    return { case: of, answer: { value: value === null ? null : String(value), confidence } }
  })
}

/** The week of arrival (from its Monday, UTC) in which the model was right least often; undefined without such weeks. */
export function findWorstWeek(story: DemoStory, answered: readonly AnsweredCase[]): WorstWeek | undefined {
  const weeks = new Map<string, { hits: number; n: number }>()
  for (const {
    case: { label, receivedAt },
    answer: { value },
  } of answered) {
    if (value === null) continue
    const count = weeks.get(mondayOf(receivedAt)) ?? { hits: 0, n: 0 }
    weeks.set(mondayOf(receivedAt), { hits: count.hits + (value === label ? 1 : 0), n: count.n + 1 })
  }
  const judged = [...weeks].filter(([, { n }]) => n >= weekCasesMin).sort(([, a], [, b]) => a.hits / a.n - b.hits / b.n)
  const worst = judged[0]
  return worst && { week: worst[0], accuracy: story.proportion(worst[1].hits, worst[1].n) }
}

export function mondayOf(instant: number): string {
  const dayMs = 86_400_000
  const day = Math.floor(instant / dayMs)
  // 1970-01-01 was a Thursday: the Monday before it is day -3.
  return new Date((day - ((day + 3) % 7)) * dayMs).toISOString().slice(0, 10)
}

/** All pages. */
async function readDecisions(client: Client, query: Readonly<Record<string, string>>): Promise<DecisionSummary[]> {
  const items: DecisionSummary[] = []
  let cursor: string | undefined
  do {
    const { body } = await client.request('GET', withQuery('/api/v1/decisions', { ...query, limit: 200, cursor }))
    const page = body as { items: DecisionSummary[]; next: string | null }
    items.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return items
}
