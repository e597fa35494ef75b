import { describe, expect, it } from 'vitest'
import type { ErasureDone } from '#wire/privacy.ts'
import { erasedWords, erasePlan, erasureCause } from './privacy-words.ts'

const plan: ErasureDone = {
  id: null,
  index: null,
  decisions: 3,
  others: 0,
  payloads: 7,
  held: 1,
  holds: [{ id: 'h', useCase: 'credit-approval', reason: 'Lawsuit 7 O 41/26.', decisions: 1 }],
  waiting: { reviews: 1, actions: 2 },
  copies: { deliveries: 4, reads: 1 },
  isPending: false,
}

describe('what an erasure would do', () => {
  it('says what goes, what is kept, what no longer works, what is not reached', () => {
    expect(erasePlan(plan)).toEqual([
      'The contents of 3 decisions go: inputs, outputs, comments, subjects, with their salts.',
      '1 decision is kept by the legal hold on use case credit-approval: Lawsuit 7 O 41/26.',
      '1 of them waits for a person, who then decides without seeing contents.',
      '2 actions can no longer be sent.',
      'That they were there, their digests, and what was decided stay on the log. Every proof still holds.',
      'Copies that left this server are not reached, such as backups and exports (known: 4 actions delivered to other systems, 1 read or export of the log since).',
    ])
  })

  it('says when there is nothing, and which hold keeps what there is', () => {
    const held = { ...plan, decisions: 0, payloads: 0 }
    expect(erasePlan(held)).toEqual([expect.stringContaining('a legal hold keeps all of it'), expect.any(String)])
    expect(erasePlan({ ...held, holds: [] })).toEqual([expect.stringContaining('nothing to erase')])
    expect(erasedWords({ ...held, index: 48_300 })).toBe(
      'Nothing was erased, and the log says so at 48,300: that you asked for it, why, and which hold kept it.',
    )
  })

  it('tells of entries that belong to no decision', () => {
    expect(erasePlan({ ...plan, others: 1 })[0]).toContain('3 decisions and 1 other entry that named the person go')
    expect(erasePlan({ ...plan, decisions: 0, others: 2 })[0]).toContain('of 2 other entries that named the person go')
  })

  it('names no copies that are not known', () => {
    expect(erasePlan({ ...plan, copies: { deliveries: 0, reads: 0 } }).at(-1)).toBe(
      'Copies that left this server are not reached, such as backups and exports.',
    )
  })
})

describe('the list of erasures', () => {
  it('says which were kept by a hold', () => {
    expect(erasureCause({ cause: 'request', decisions: 2, held: 1 })).toBe('Asked for')
    expect(erasureCause({ cause: 'request', decisions: 0, held: 1 })).toBe('Asked for, and kept by a legal hold')
    expect(erasureCause({ cause: 'retention', decisions: 2, held: 0 })).toBe('Their time was over')
  })
})

describe('what an erasure did', () => {
  it('says where the log says so', () => {
    expect(erasedWords({ ...plan, index: 48_300 })).toBe(
      '7 payloads of 3 decisions are erased, and the log says so at 48,300. 1 decision under a legal hold was kept.',
    )
    expect(erasedWords({ ...plan, index: 48_300, held: 0, isPending: true })).toContain('is being carried out')
    expect(erasedWords({ ...plan, held: 2 })).toBe('Nothing was erased. 2 decisions under a legal hold were kept.')
  })
})
