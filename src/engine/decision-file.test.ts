import { beforeEach, describe, expect, it } from 'vitest'
import { PlatformError } from '#core/kernel/errors.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import type { Log } from '#log/log.ts'
import { actor, writeHistory, type History } from '../../test/support/histories.ts'
import { createDecisionFile } from './decision-file.ts'
import type { DecisionTrace, ReadRevision } from './ports.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const manifest = {
  decision: {
    rules: [
      { when: 'confidence > 0.9', route: 'act', reason: 'sure' },
      { when: 'input.big', route: 'review' },
      { when: 'input.odd', route: 'fallback', reason: 'twice' },
      { when: 'input.even', route: 'fallback', reason: 'twice' },
    ],
  },
  actions: [{ on: 'act', webhook: { url: 'https://key:secret@core.example/spam?token=1' } }],
} as unknown as ResolvedManifest
const readRevision: ReadRevision = async (_useCase, revision) =>
  revision === 1 ? ({ manifest } as Awaited<ReturnType<ReadRevision>>) : undefined

let log: Log
let history: History
beforeEach(() => {
  log = createMemoryLog()
  history = writeHistory(log, now - 3_600_000)
})

const unknownToView = async () => undefined
function file(find: (id: string) => Promise<DecisionTrace | undefined> = unknownToView, on: Log = log) {
  return createDecisionFile({ log: on, checkpointed: () => 1, traces: { find }, readRevision, clock: () => now })
}

describe('decision file, from the log alone', () => {
  it('shows a decision that the system made', async () => {
    const id = await history.decision({
      input: { text: 'buy' },
      output: { label: 'spam' },
      subject: 'ann',
      actions: [0],
    })
    expect(await file().read(id)).toMatchObject({
      id,
      status: 'decided',
      value: 'spam',
      finalValue: 'spam',
      input: { text: 'buy' },
      subject: 'ann',
      output: { label: 'spam' },
      finalOutput: { label: 'spam' },
      withheld: null,
      rule: 'confidence > 0.9',
      review: null,
      durationMs: 1.5,
      log: { index: 0 },
      actions: [{ id: `${id}.0`, status: 'queued', target: 'https://core.example/spam' }],
    })
    expect(await file().readAt(0)).toEqual(await file().read(id))
  })

  it('shows a pending one without a final answer, and the person’s answer once there is one', async () => {
    const id = await history.decision({
      status: 'pending_review',
      route: 'review',
      reason: 'rule-2',
      output: { label: 'spam' },
      review: { kind: 'decision', dueAt: null },
    })
    expect(await file().read(id)).toMatchObject({
      status: 'pending_review',
      output: { label: 'spam' },
      finalOutput: null,
      finalValue: null,
      rule: 'input.big',
      review: { status: 'open' },
    })
    await history.reviewDecided(id, { output: { label: 'ham' }, comment: 'known sender', actions: [0] })
    expect(await file().read(id)).toMatchObject({
      status: 'decided',
      value: 'spam',
      finalValue: 'ham',
      output: { label: 'spam' },
      finalOutput: { label: 'ham' },
      review: { status: 'done', verdict: 'override', comment: 'known sender', doneBy: 'desk', log: { index: 1 } },
      actions: [{ id: `${id}.0`, status: 'queued' }],
    })
  })

  it('lets the proposal stand when it was approved without being said again', async () => {
    const id = await history.decision({
      status: 'pending_review',
      route: 'review',
      output: { label: 'spam' },
      review: { kind: 'decision', dueAt: null },
    })
    await history.reviewDecided(id, { verdict: 'approve', value: 'spam', agrees: true })
    expect(await file().read(id)).toMatchObject({ finalOutput: { label: 'spam' }, finalValue: 'spam' })
  })

  it('hides the answer and what tells it while a blind audit is open, except from who got it anyway', async () => {
    const id = await history.decision({ output: { label: 'spam' }, review: { kind: 'audit', dueAt: null } })
    const hidden = {
      value: null,
      finalValue: null,
      confidence: null,
      output: null,
      finalOutput: null,
      rule: null,
      reason: 'audit',
      withheld: 'blind-audit',
    }
    expect(await file().read(id)).toMatchObject(hidden)
    expect(await file().read(id, { asRecorded: true })).toMatchObject({
      value: 'spam',
      finalOutput: { label: 'spam' },
      reason: 'sure',
      withheld: null,
    })
    await history.reviewDecided(id, { kind: 'audit', value: 'ham', output: { label: 'ham' } })
    // The audit found otherwise; what was done stays what was done.
    expect(await file().read(id)).toMatchObject({
      status: 'decided',
      finalValue: 'spam',
      finalOutput: { label: 'spam' },
      withheld: null,
    })
  })

  it('says that contents were erased', async () => {
    const id = await history.decision({ output: { label: 'spam' } })
    const erased: Log = { ...log, findById: async (wanted) => log.findById(wanted) }
    expect(await file(unknownToView, erased).read(id)).toMatchObject({
      input: null,
      output: null,
      finalOutput: null,
      withheld: 'erased',
      value: 'spam',
    })
  })

  it('names all rules that share the reason: one of them held', async () => {
    const id = await history.decision({ reason: 'twice', route: 'review', status: 'pending_review' })
    expect((await file().read(id))?.rule).toMatch(/^\(.+\) \|\| \(.+\)$/)
  })

  it('knows only decisions', async () => {
    await history.keyRevoked('k')
    expect(await file().read('no uuid')).toBeUndefined()
    expect(await file().read('00000000-0000-7000-8000-000000000000')).toBeUndefined()
    expect(await file().readAt(0)).toBeUndefined()
    expect(await file().readAt(7)).toBeUndefined()
  })

  it('answers while the database is away, and passes other faults on', async () => {
    const id = await history.decision()
    const away = () => Promise.reject(new PlatformError('view_unavailable', 'away'))
    expect(await file(away).read(id)).toMatchObject({ id, label: null })
    await expect(file(() => Promise.reject(new TypeError('a mistake'))).read(id)).rejects.toThrow('a mistake')
  })
})

describe('decision file, with the view', () => {
  it('takes claims from it, as long as they hold', async () => {
    const id = await history.decision({ status: 'pending_review', review: { kind: 'decision', dueAt: null } })
    const claimedUntil = (until: number) => async (): Promise<DecisionTrace> => ({
      label: null,
      actions: [],
      outcomes: [],
      review: {
        decision: id,
        useCase: 'triage',
        kind: 'decision',
        logIndex: 0,
        openedAt: now,
        dueAt: null,
        claims: 1,
        claim: { ...actor, until },
        done: null,
      },
    })
    const mine = await file(claimedUntil(now + 1)).read(id, { viewer: actor.key })
    expect(mine?.review).toMatchObject({ status: 'claimed', claimedBy: 'desk', claimedByMe: true })
    expect((await file(claimedUntil(now + 1)).read(id, { viewer: 'another' }))?.review).toMatchObject({
      claimedByMe: false,
    })
    expect((await file(claimedUntil(now)).read(id))?.review).toMatchObject({ status: 'open', claimedBy: null })
  })
})
