import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { ReviewDecided } from '#core/review/events.ts'
import { createReviewReads } from '#storage/review-reads.ts'
import { asker, openWorlds, principal, resolvedManifest, type World } from '../../test/support/people-world.ts'
import { eventOf, payloadOf } from './read-entry.ts'
import { createReviewDesk, type ReviewDesk } from './review-desk.ts'

const ada = principal('ada')
const bob = principal('bob')
const reviewable = { output: { approve: true, score: 0.5 } }
const override = { verdict: 'override', output: { approve: false }, reason: 'policy' } as const
const minute = 60_000

let worlds: Awaited<ReturnType<typeof openWorlds>>
let world: World
let desk: ReviewDesk

beforeAll(async () => {
  worlds = await openWorlds()
})
afterAll(() => worlds.end())

beforeEach(async () => {
  await start()
})

async function start(more: Record<string, unknown> = {}): Promise<void> {
  world = await worlds.fresh(resolvedManifest(more))
  const { journal, log, view, readRevision, database } = world
  desk = createReviewDesk({ journal, log, view, readRevision, reviews: createReviewReads(database.db) })
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'no error'
  } catch (error) {
    return error instanceof PlatformError ? error.code : String(error)
  }
}

async function verdictEntry(id: string): Promise<{ data: ReviewDecided['data']; output: unknown; comment: unknown }> {
  const index = await world.log.findOnce(`review-decided:${id}`)
  const [record] = await world.log.get([index ?? -1], { withPayloads: true })
  if (!record) throw new Error('not decided')
  return {
    data: (eventOf(record) as ReviewDecided).data,
    output: payloadOf(record, 'output'),
    comment: payloadOf(record, 'comment'),
  }
}

const list = (status: 'waiting' | 'open' | 'claimed' | 'done', who: Principal = ada) =>
  desk.list({ status, limit: 50 }, who)
const ids = async (...query: Parameters<typeof list>) => (await list(...query)).items.map(({ row }) => row.decision)

describe('the review desk', () => {
  it('shows what a person needs, and what may be done', async () => {
    const id = await world.decide({}, { ...reviewable, input: { amount: 7 } })
    const { items, total } = await list('open')
    expect(total).toBe(1)
    expect(items[0]).toMatchObject({
      row: { decision: id },
      input: { amount: 7 },
      proposal: reviewable.output,
      reasons: ['documents', 'policy'],
      routedBecause: 'otherwise',
      allowed: { claim: null, approve: null, override: null, release: { code: 'review_not_open' } },
    })
  })

  it('leases a claim: others wait, the holder renews, and it lapses by itself', async () => {
    const id = await world.decide({}, reviewable)
    const claimed = await desk.claim(id, ada)
    expect(claimed).toMatchObject({
      heldByMe: true,
      row: { claims: 1, claim: { until: world.clock.now + 15 * minute } },
    })
    await expect(desk.claim(id, bob)).rejects.toMatchObject({
      code: 'review_claimed',
      details: { claimedBy: 'ada', claimedUntil: '2026-03-02T10:15:00.000Z' },
    })
    expect(await codeOf(desk.decide(id, { verdict: 'approve' }, bob))).toBe('review_claimed')

    world.clock.now += 10 * minute
    expect((await desk.claim(id, ada)).row).toMatchObject({
      claims: 2,
      claim: { until: world.clock.now + 15 * minute },
    })
    expect(await ids('claimed')).toEqual([id])

    world.clock.now += 15 * minute
    expect(await ids('open')).toEqual([id])
    expect((await desk.claim(id, bob)).row.claim?.name).toBe('bob')
  })

  it('gives a claim back', async () => {
    const id = await world.decide({}, reviewable)
    expect(await codeOf(desk.release(id, ada))).toBe('review_not_open')
    await desk.claim(id, ada)
    expect(await codeOf(desk.release(id, bob))).toBe('review_claimed')
    expect((await desk.release(id, ada)).holding).toBe('open')
    expect((await desk.claim(id, bob)).heldByMe).toBe(true)
  })

  it('takes the lease’s length from the manifest', async () => {
    await start({ review: { lease: '30s', reasons: ['policy'] } })
    const id = await world.decide({}, reviewable)
    expect((await desk.claim(id, ada)).row.claim?.until).toBe(world.clock.now + 30_000)
  })

  it('approves: the proposal stands, the caller that waits is told at once', async () => {
    const id = await world.decide({}, reviewable)
    const told: string[] = []
    const stop = desk.onDecided((decision) => told.push(decision))
    const done = await desk.decide(id, { verdict: 'approve', comment: 'fine' }, ada)
    expect(told).toEqual([id])
    stop()
    expect(done).toMatchObject({
      holding: 'done',
      comment: 'fine',
      row: { done: { name: 'ada', verdict: 'approve', agrees: true } },
    })
    expect(await desk.find(id, bob)).toMatchObject({ comment: 'fine', row: { done: { verdict: 'approve' } } })
    expect(await ids('open')).toEqual([])
    expect(await ids('done')).toEqual([id])
    expect(await codeOf(desk.claim(id, bob))).toBe('review_not_open')
    expect(await codeOf(desk.decide(id, { verdict: 'approve' }, ada))).toBe('review_not_open')
  })

  it('overrides: redacted output and comment apart from the entry, value, agreement and actions in it', async () => {
    const webhook = { url: 'https://core.example/x', secretRef: 'env:S' }
    await start({
      privacy: { redact: ['email'] },
      actions: [
        { on: 'act', webhook },
        { on: 'decided', webhook },
      ],
    })
    const id = await world.decide({}, reviewable)
    const output = { approve: false, note: 'ask a@example.org' }
    await desk.decide(id, { verdict: 'override', output, reason: 'policy', comment: 'b@example.org called' }, ada)
    const entry = await verdictEntry(id)
    expect(entry.data).toMatchObject({
      verdict: 'override',
      reason: 'policy',
      value: false,
      agrees: false,
      actions: [1],
    })
    expect(entry.output).toEqual({ approve: false, note: 'ask [email]' })
    expect(entry.comment).toBe('[email] called')
    expect(JSON.stringify(entry.data)).not.toContain('example.org')
  })

  it('refuses a verdict that does not fit, with every problem, and leaves the review as it was', async () => {
    const id = await world.decide()
    await expect(desk.decide(id, { verdict: 'override', output: { approve: 'yes' } }, ada)).rejects.toMatchObject({
      code: 'review_verdict_invalid',
      details: { problems: [{ path: '/output/approve' }, { path: '/reason' }] },
    })
    expect(await codeOf(desk.decide(id, { verdict: 'approve' }, ada))).toBe('review_verdict_invalid')
    expect((await desk.find(id, ada)).row.claims).toBe(0)
  })

  it('hides what the system did while a blind audit is open', async () => {
    const audit = {
      status: 'decided',
      route: 'act',
      reason: 'confident',
      review: { kind: 'audit', dueAt: null },
    } as const
    const id = await world.decide(audit, reviewable)
    const item = await desk.find(id, ada)
    expect(item).toMatchObject({ proposal: undefined, confidence: null, model: null, routedBecause: 'audit' })
    expect(JSON.stringify(item)).not.toMatch(/confident|0\.5/)
    expect(item.allowed.approve?.code).toBe('review_verdict_invalid')
    const done = await desk.decide(id, { verdict: 'override', output: { approve: true } }, ada)
    expect(done).toMatchObject({ proposal: reviewable.output, row: { done: { agrees: true } } })
  })

  it('does not let the asking key answer itself, unless it is an admin’s', async () => {
    const self = principal('app', { keyId: asker.key })
    const id = await world.decide({}, reviewable)
    expect(await codeOf(desk.decide(id, { verdict: 'approve' }, self))).toBe('forbidden')
    expect(await codeOf(desk.claim(id, self))).toBe('forbidden')
    expect(await codeOf(desk.decide(id, { verdict: 'approve' }, { ...self, roles: ['admin'] }))).toBe('no error')
  })

  it('shows only what the key may see, and needs the right to decide', async () => {
    const id = await world.decide({}, reviewable)
    const elsewhere = principal('eve', { roles: ['reviewer:triage'] })
    expect(await codeOf(desk.find(id, elsewhere))).toBe('not_found')
    expect(await ids('open', elsewhere)).toEqual([])
    expect(await codeOf(desk.list({ status: 'open', limit: 1, useCase: 'credit' }, elsewhere))).toBe('forbidden')
    expect(await codeOf(list('open', principal('none', { roles: [] })))).toBe('forbidden')
    expect(await codeOf(desk.decide(id, { verdict: 'approve' }, principal('audit', { roles: ['auditor'] })))).toBe(
      'forbidden',
    )
    expect(await codeOf(desk.find('nonsense', ada))).toBe('not_found')
    expect(await codeOf(desk.find('01957f2c-0000-7000-8000-000000000001', ada))).toBe('not_found')
  })
})

describe('two people at once', () => {
  it('lets one claim and tells the other', async () => {
    const id = await world.decide({}, reviewable)
    await desk.find(id, ada)
    const codes = await Promise.all([codeOf(desk.claim(id, ada)), codeOf(desk.claim(id, bob))])
    expect(codes.toSorted()).toEqual(['no error', 'review_claimed'])
  })

  it('lets one decide, also when nobody claimed it', async () => {
    const id = await world.decide({}, reviewable)
    const people = Array.from({ length: 8 }, (_, n) => principal(`p${n}`))
    const codes = await Promise.all(people.map((one) => codeOf(desk.decide(id, override, one))))
    expect(codes.filter((code) => code === 'no error')).toHaveLength(1)
    expect(codes.filter((code) => code !== 'no error')).toEqual(Array(7).fill('review_claimed'))
  })

  it('keeps the first verdict of one person who decides twice', async () => {
    const id = await world.decide({}, reviewable)
    const codes = await Promise.all([
      codeOf(desk.decide(id, { verdict: 'approve' }, ada)),
      codeOf(desk.decide(id, override, ada)),
    ])
    expect(codes).toEqual(['no error', 'review_not_open'])
    expect((await verdictEntry(id)).data.verdict).toBe('approve')
  })

  it('works while the view stands still: the log decides', async () => {
    const id = await world.decide({}, reviewable)
    await desk.find(id, ada)
    const { journal, log, readRevision, database } = world
    const stale = { position: () => log.head(), waitFor: async () => false }
    const other = createReviewDesk({ journal, log, readRevision, reviews: createReviewReads(database.db), view: stale })
    await world.view.stop()
    expect((await other.claim(id, ada)).heldByMe).toBe(true)
    expect(await codeOf(other.claim(id, bob))).toBe('review_claimed')
    world.clock.now += 15 * minute
    expect((await other.claim(id, bob)).row.claim?.name).toBe('bob')
    expect(await codeOf(other.decide(id, override, bob))).toBe('no error')
    expect(await codeOf(other.decide(id, override, bob))).toBe('review_not_open')
  })

  it('says that a review is on its way when the view has not come so far', async () => {
    await world.view.stop()
    const id = await world.decide({}, reviewable)
    const { journal, log, readRevision, database } = world
    const behind = { position: () => 0, waitFor: async () => false }
    const other = createReviewDesk({
      journal,
      log,
      readRevision,
      reviews: createReviewReads(database.db),
      view: behind,
    })
    expect(await codeOf(other.find(id, ada))).toBe('view_behind')
    expect((await other.list({ status: 'open', limit: 1 }, ada)).behind).toBe(1)
  })
})

describe('the queue', () => {
  it('has what is due first first, in pages, and counts what is left', async () => {
    const due = [3, 1, null, 2, 1, null].map((hour) => (hour === null ? null : `2026-03-02T1${hour}:00:00.000Z`))
    const made: string[] = []
    for (const dueAt of due) made.push(await world.decide({ review: { kind: 'decision', dueAt } }, reviewable))
    const expected = [1, 4, 3, 0, 2, 5].map((n) => made[n])
    expect(await ids('open')).toEqual(expected)

    const paged: string[] = []
    let cursor: string | undefined
    do {
      const page = await desk.list({ status: 'open', limit: 2, cursor }, ada)
      if (cursor === undefined) expect(page.total).toBe(6)
      paged.push(...page.items.map(({ row }) => row.decision))
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    expect(paged).toEqual(expected)
    expect(await codeOf(desk.list({ status: 'open', limit: 2, cursor: 'x' }, ada))).toBe('request_malformed')
  })

  it('has what was decided last first', async () => {
    const made = [await world.decide({}, reviewable), await world.decide({}, reviewable)]
    for (const id of made) {
      world.clock.now += minute
      await desk.decide(id, { verdict: 'approve' }, ada)
    }
    expect(await ids('done')).toEqual(made.toReversed())
    const first = await desk.list({ status: 'done', limit: 1 }, ada)
    const second = await desk.list({ status: 'done', limit: 1, cursor: first.next ?? '' }, ada)
    expect(second.items[0]?.row.decision).toBe(made[0])
    expect(second.next).toBeNull()
  })

  it('filters by kind', async () => {
    await world.decide({}, reviewable)
    const audit = await world.decide(
      { status: 'decided', route: 'act', review: { kind: 'audit', dueAt: null } },
      reviewable,
    )
    const page = await desk.list({ status: 'open', kind: 'audit', limit: 5 }, ada)
    expect(page.items.map(({ row }) => row.decision)).toEqual([audit])
  })
})
