import { describe, expect, it } from 'vitest'
import type { JsonValue } from '#core/kernel/json.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { OutcomeRecorded } from '#core/outcomes/events.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import { principal, recordDecision } from '../../test/support/people-world.ts'
import { createJournal } from './journal.ts'
import { createOutcomeLedger } from './outcome-ledger.ts'
import { eventOf, payloadOf } from './read-entry.ts'

const now = Date.parse('2026-03-02T10:00:00Z')
const analyst = principal('analyst', { roles: [], scopes: ['outcomes'] })

function start() {
  const log = createMemoryLog()
  const ledger = createOutcomeLedger({
    journal: createJournal(log, () => now),
    log,
    subjectRef: (subject) => `ref of ${subject}`,
    redact: (_useCase, value) => (typeof value === 'string' ? value.replace('@', '[at]') : value),
  })
  const decide = (useCase = 'credit') => recordDecision(log, now, { more: { useCase, value: true }, contents: {} })
  const outcomes = async () => {
    const records = await log.read(0, 20_000, { withPayloads: true })
    return records
      .filter((record) => eventOf(record).type === 'outcome-recorded')
      .map((record) => ({
        data: (eventOf(record) as OutcomeRecorded).data,
        subject: payloadOf(record, 'subject'),
        subjectRef: record.subjectRef,
      }))
  }
  return { log, ledger, decide, outcomes }
}

async function failure(work: Promise<unknown>): Promise<{ code: string; paths: string[] }> {
  try {
    await work
    return { code: 'no error', paths: [] }
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    const problems = (error.details?.['problems'] ?? []) as { path: string }[]
    return { code: error.code, paths: problems.map(({ path }) => path) }
  }
}

describe('the outcome ledger', () => {
  it('records a label and figures with their decision', async () => {
    const { ledger, decide, outcomes } = start()
    const decision = await decide()
    const written = await ledger.record({ decision, label: false, kpi: { minutes: 12.5 } }, analyst)
    expect(written).toEqual({ recorded: 1, first: 1, last: 1 })
    expect(await outcomes()).toEqual([
      {
        data: {
          decision,
          useCase: 'credit',
          label: false,
          kpi: { minutes: 12.5 },
          at: '2026-03-02T10:00:00.000Z',
          by: { key: 'key-analyst', name: 'analyst' },
          payloads: {},
        },
        subject: undefined,
        subjectRef: undefined,
      },
    ])
  })

  it('keeps a subject apart from the entry, redacted, and joins it by its pseudonym', async () => {
    const { ledger, outcomes } = start()
    await ledger.record(
      [
        { subject: 'a@b', useCase: 'credit', label: 1 },
        { subject: 'c@d', kpi: { cost: 1 } },
      ],
      analyst,
    )
    const [known, unknown] = await outcomes()
    expect(known).toMatchObject({ subject: 'a[at]b', subjectRef: 'ref of a@b' })
    expect(unknown).toMatchObject({ subject: undefined, subjectRef: 'ref of c@d', data: { useCase: null } })
    expect(JSON.stringify([known?.data, unknown?.data])).not.toMatch(/a@b|c@d/)
  })

  it('gives a label known by subject to the subject’s latest decision, of the use case if one is named', async () => {
    const { log, ledger, decide, outcomes } = start()
    const subjectRef = 'ref of ann'
    const of = (useCase: string) =>
      recordDecision(log, now, { more: { useCase, value: true }, contents: { subjectRef } })
    const credit = await of('credit')
    const triage = await of('triage')
    await decide('credit')
    // More of hers than are read at once stand between.
    await ledger.record(
      Array.from({ length: 30 }, () => ({ subject: 'ann', kpi: { n: 1 } })),
      analyst,
    )
    await ledger.record(
      [
        { subject: 'ann', label: true },
        { subject: 'ann', useCase: 'credit', label: false },
        { subject: 'bob', label: false },
        { subject: 'ann', kpi: { n: 2 } },
      ],
      analyst,
    )
    expect((await outcomes()).slice(-4).map(({ data, subject }) => [data.decision, data.useCase, subject])).toEqual([
      [triage, 'triage', 'ann'],
      [credit, 'credit', 'ann'],
      [null, null, undefined],
      [null, null, undefined],
    ])
    expect(await failure(ledger.record([{ subject: 'ann', label: 'yes' }], analyst))).toEqual({
      code: 'request_malformed',
      paths: ['/0/label'],
    })
    await log.erasePayloads([1])
    await ledger.record({ subject: 'ann', label: true }, analyst)
    expect((await outcomes()).at(-1)?.data.decision).toBe(credit)
  })

  it('writes all or nothing, and says where what is wrong', async () => {
    const { ledger, decide, log } = start()
    const decision = await decide()
    const good = { decision, label: true }
    const cases: [JsonValue, { code: string; paths: string[] }][] = [
      [[good, { ...good, label: [] }], { code: 'request_malformed', paths: ['/1/label'] }],
      [[good, { ...good, label: 'true' }], { code: 'request_malformed', paths: ['/1/label'] }],
      [
        { ...good, useCase: 'triage' },
        { code: 'request_malformed', paths: ['/useCase'] },
      ],
      [
        [good, { ...good, decision: decision.replace(/^./, 'f') }, good],
        { code: 'outcome_unknown_decision', paths: ['/1/decision'] },
      ],
    ]
    for (const [body, expected] of cases) expect(await failure(ledger.record(body, analyst))).toEqual(expected)
    expect(log.head()).toBe(1)
  })

  it('lets a key record for its use cases only, and tells nothing of the others', async () => {
    const { ledger, decide } = start()
    const mine = principal('triage', { roles: [], scopes: ['outcomes:triage'] })
    const [credit, triage] = [await decide('credit'), await decide('triage')]
    expect((await failure(ledger.record({ decision: triage, label: true }, mine))).code).toBe('no error')
    expect((await failure(ledger.record({ decision: credit, label: true }, mine))).code).toBe(
      'outcome_unknown_decision',
    )
    expect((await failure(ledger.record({ subject: 's', label: true }, mine))).code).toBe('forbidden')
    expect((await failure(ledger.record({ subject: 's', useCase: 'credit', label: true }, mine))).code).toBe(
      'forbidden',
    )
    expect((await failure(ledger.record({ broken: 1 }, principal('x')))).code).toBe('forbidden')
  })

  it('takes ten thousand at once, in order', async () => {
    const { ledger, decide, outcomes } = start()
    const decision = await decide()
    const body = Array.from({ length: 10_000 }, (_, n) => ({ decision, kpi: { n } }))
    expect(await ledger.record(body, analyst)).toEqual({ recorded: 10_000, first: 1, last: 10_000 })
    expect((await outcomes()).map(({ data }) => data.kpi['n'])).toEqual(body.map(({ kpi }) => kpi.n))
  })

  it('says how many were recorded when the log fails on the way', async () => {
    const { log } = start()
    let left = 3
    const journal = createJournal({ ...log, append: (item) => (left-- > 0 ? log.append(item) : fail()) }, () => now)
    const ledger = createOutcomeLedger({ journal, log, subjectRef: String, redact: (_name, value) => value })
    const body = Array.from({ length: 9 }, () => ({ subject: 's', label: 1 }))
    await expect(ledger.record(body, analyst)).rejects.toMatchObject({
      code: 'log_unavailable',
      details: { recorded: 3 },
    })
  })
})

function fail(): never {
  throw new PlatformError('log_unavailable', 'The disk is full.')
}
