import { describe, expect, it } from 'vitest'
import { decisionDetail } from '../../mock/decision-samples.ts'
import { decisionEvent } from '../../mock/mock-entries.ts'
import { utf8 } from './bytes.ts'
import { matchDecision } from './decision-entry.ts'

const decision = decisionDetail({})
const entry = utf8(JSON.stringify(decisionEvent(decision, 'mock/log')))
const index = decision.log.index

describe('the entry of a decision', () => {
  it('is the one that the page shows', () => {
    const match = matchDecision(entry, index, decision)
    expect(match.kind).toBe('same')
    expect(match.kind === 'same' ? match.compared : []).toContain('digest of the output')
  })

  it.each([
    ['id', { id: '0198aaaa-0000-7000-8000-000000000002' }],
    ['time', { at: '2026-03-03T14:03:10.000Z' }],
    ['route', { route: 'review' as const }],
    ['value', { value: 'ham' }],
    ['confidence', { confidence: 0.5 }],
    ['digest of the input', { payloads: { input: { digest: 'sha256:00', bytes: 1 } } }],
    ['digest of the comment', { payloads: { ...decision.payloads, comment: { digest: 'sha256:00', bytes: 1 } } }],
  ])('is another one when its %s differs', (what, changes) => {
    const match = matchDecision(entry, index, { ...decision, ...changes })
    expect(match).toMatchObject({ kind: 'other' })
    expect(match.kind === 'other' ? match.problem : '').toContain(` for ${what}, but this page shows `)
  })

  it('is another one at another index', () => expect(matchDecision(entry, index + 1, decision).kind).toBe('other'))

  it('is none when the entry is of something else', () => {
    for (const text of ['', '[]', '7', '{}', '{"type":"use-case-applied","data":{}}', '{"type":"decision-recorded"}'])
      expect(matchDecision(utf8(text), index, decision).kind).toBe('other')
    expect(matchDecision(Uint8Array.of(0xff), index, decision).kind).toBe('other')
  })
})
