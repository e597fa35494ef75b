// The view against the log: rows as they should be, rows that somebody changed, took out or put in. The log is in memory, made
// by nothing of ours.

import { describe, expect, it } from 'vitest'
import { provenLog, provenOrigin, type EntrySpec } from '../../test/support/proven-log.ts'
import { Findings } from './finding.ts'
import type { LogSource } from './source.ts'
import { ViewCheck } from './view-check.ts'
import type { ViewedDecision, ViewSource } from './view-source.ts'

const recorded = {
  useCase: 'triage',
  revision: 2,
  origin: 'gateway',
  status: 'decided',
  route: 'act',
  reason: 'confident',
  arm: 'champion',
  model: { name: 'm', version: '1' },
  confidence: 0.9,
  value: true,
  steps: [{ ms: 0.1 }, { ms: 0.2 }],
}
const waiting = { ...recorded, status: 'pending_review', route: 'review' }
const reviewOf = (decision: string, kind: string, value: unknown): EntrySpec => ({
  type: 'review-decided',
  data: { decision, kind, value },
})

const plain = provenLog({ entries: [{ data: recorded }, { data: waiting }, { data: waiting }, { data: recorded }] })
const ids = plain.entries.map(({ id }) => id)
const specs: EntrySpec[] = [
  { data: recorded },
  { data: waiting },
  { data: waiting },
  { data: recorded },
  { type: 'use-case-revised' },
  reviewOf(ids[1] ?? '', 'decision', false),
  reviewOf(ids[3] ?? '', 'audit', false),
]
const log = provenLog({ entries: specs })

function rowOf(index: number, changed: Partial<ViewedDecision> = {}): ViewedDecision {
  const { steps: _, ...data } = (specs[index] as EntrySpec).data as typeof recorded
  const finalValue = data.status === 'decided' ? data.value : null
  const row = { ...data, index, id: ids[index] ?? '', at: '2026-03-02T10:00:00.000Z', finalValue, durationMs: 0.3 }
  return { ...row, ...changed }
}
const settled = { status: 'decided', finalValue: false }
const rightRows = () => [rowOf(0), rowOf(1, settled), rowOf(2), rowOf(3)]

type World = {
  readonly entries?: number
  readonly position?: number
  readonly origin?: string
  readonly isCopy?: boolean
}

/** `entries`: what was on the log when it was read; more may be there by now. */
async function compared(rows: readonly ViewedDecision[], world: World = {}) {
  const { entries = log.entries.length, position = entries, origin = provenOrigin, isCopy = false } = world
  const view: ViewSource = {
    name: 'a view',
    projection: async () => ({ origin, position }),
    async *decisions() {
      for (let from = 0; from < rows.length; from += 2) yield rows.slice(from, from + 2)
    },
    close: async () => undefined,
  }
  const findings = new Findings(20)
  const check = new ViewCheck(view, findings, entries)
  for (const [index, { bytes }] of log.entries.slice(0, entries).entries())
    check.note(index, (JSON.parse(bytes.toString()) as { type: string }).type, bytes)
  const figures = await check.finish(sourceOf(isCopy), { end: entries, origin: provenOrigin, onProgress: undefined })
  return { figures, found: findings.list.map(({ where, problem }) => [where.entry, problem]) }
}

function sourceOf(isCopy: boolean): LogSource {
  return {
    origin: provenOrigin,
    size: async () => log.entries.length,
    entries: async (from: number, to: number) =>
      log.entries.slice(from, to).map(({ bytes, id }, at) => [from + at, bytes, id, 0] as const),
    ...(isCopy ? {} : { payloads: {} }),
  } as unknown as LogSource
}

describe('a view that agrees', () => {
  it('has every decision as it was recorded, and as a person decided it', async () => {
    const { figures, found } = await compared(rightRows())
    expect([found, figures]).toEqual([[], { name: 'a view', entries: 7, agreeing: 4 }])
    expect((await compared(rightRows().toReversed())).found).toEqual([])
  })

  it('may be behind, or ahead of what was read', async () => {
    expect((await compared([rowOf(0), rowOf(1)], { position: 2 })).figures.agreeing).toBe(2)
    expect((await compared(rightRows(), { entries: 3, position: 7 })).figures).toMatchObject({
      entries: 3,
      agreeing: 3,
    })
  })

  it('may know of a person’s decision sooner or later than the log did when it was read', async () => {
    expect((await compared(rightRows(), { entries: 5, position: 5 })).found).toEqual([])
    expect((await compared([rowOf(0), rowOf(1), rowOf(2), rowOf(3)], { position: 5 })).found).toEqual([])
  })

  it('may keep back what somebody is to look at blindly', async () => {
    const blind = { reason: undefined, confidence: undefined, value: undefined, finalValue: undefined }
    expect((await compared(rightRows().with(3, rowOf(3, blind)))).found).toEqual([])
  })
})

describe('a view that does not agree', () => {
  it.each<[string, Partial<ViewedDecision>]>([
    ['id', { id: 'other' }],
    ['at', { at: '2026-03-02T10:00:00.001Z' }],
    ['useCase', { useCase: 'other' }],
    ['revision', { revision: 3 }],
    ['origin', { origin: 'observation' }],
    ['status', { status: 'rejected' }],
    ['route', { route: 'fallback' }],
    ['reason', { reason: 'otherwise' }],
    ['arm', { arm: 'challenger' }],
    ['model', { model: null }],
    ['confidence', { confidence: 0.900_000_001 }],
    ['value', { value: 'true' }],
    ['finalValue', { finalValue: false }],
    ['durationMs', { durationMs: 0.301 }],
  ])('is named with the entry and what it says: %s', async (name, changed) => {
    const { figures, found } = await compared(rightRows().with(3, rowOf(3, changed)))
    expect(found).toEqual([[3, expect.stringContaining(`Of decision ${ids[3]} the view says ${name} `)]])
    expect(figures.agreeing).toBe(3)
  })

  it('lacks decisions', async () => {
    expect((await compared([rowOf(0), rowOf(3)])).found).toEqual([
      [1, 'The decisions of entries 1 to 2 are not in the view.'],
    ])
  })

  it('has one that no entry records, or one twice', async () => {
    const { found } = await compared([...rightRows(), { ...rowOf(0), index: 4 }, rowOf(0)])
    expect(found).toEqual([
      [4, expect.stringContaining('which records none')],
      [0, 'The view has two decisions of this entry.'],
    ])
  })

  it('lacks what a person decided, or says what nobody did', async () => {
    expect((await compared(rightRows().with(1, rowOf(1)))).found).toEqual([[1, expect.stringContaining('status')]])
    expect((await compared(rightRows().with(2, rowOf(2, settled)))).found).toEqual([
      [2, expect.stringContaining('status')],
    ])
  })

  it('is of another log, or of a longer one than is left', async () => {
    const other = await compared(rightRows(), { origin: 'airworthy/other' })
    expect(other.found).toEqual([[undefined, expect.stringContaining('airworthy/other')]])
    const longer = await compared(rightRows(), { position: 9 })
    expect(longer.found).toEqual([[undefined, expect.stringContaining('entries at its end are gone')]])
    expect((await compared(rightRows(), { position: 9, isCopy: true })).found).toEqual([])
  })
})
