import { describe, expect, it } from 'vitest'
import { createMockLog } from '../../mock/mock-log.ts'
import { foundCrypto } from '../proof/testing.ts'
import { checkTyped, tidyReceipt, typedProblem } from './receipt-check.ts'

const blank = { text: '', id: '', keys: 'this', key: '' } as const
const id = '0198aaaa-0000-7000-8000-000000000001'
const log = createMockLog({
  clock: () => 1_772_546_589_000,
  head: () => 9,
  entryAt: (n) => Buffer.from(JSON.stringify({ id: n === 4 ? id : `filler-${n}`, type: 'decision-recorded' })),
})
log.grow()

async function check(typed: Partial<Parameters<typeof checkTyped>[0]['typed']>, index = 4) {
  return checkTyped({
    typed: { ...blank, ...typed },
    log: log.state('usual'),
    crypto: await foundCrypto(),
    fetchReceipt: () => Promise.resolve(log.receipt(index)),
  })
}

describe('what is typed to be checked', () => {
  it('needs a receipt or an id, and a key where another is meant', () => {
    expect(typedProblem(blank)).toHaveProperty('text')
    expect(typedProblem({ ...blank, id: 'nonsense' })).toHaveProperty('id')
    expect(typedProblem({ ...blank, id })).toEqual({})
    expect(typedProblem({ ...blank, text: 'x', keys: 'other' })).toHaveProperty('key')
  })

  it('is tidied as mails untidy it, and no more', () => {
    expect(tidyReceipt(' \r\na\r\n\r\nb  c')).toBe('a\n\nb  c\n')
    expect(tidyReceipt(' \n ')).toBe('')
  })

  it('holds when pasted, with whatever line ends', async () => {
    const pasted = log.receipt(4).replaceAll('\n', '\r\n').trim()
    expect((await check({ text: pasted })).check.problem).toBeNull()
  })

  it('is fetched by id, and must be of that decision', async () => {
    const found = await check({ id: id.toUpperCase() })
    expect(found.check.problem).toBeNull()
    expect(found.text).toBe(log.receipt(4))
    expect((await check({ id }, 5)).check.problem).toContain('receipt of another entry')
  })

  it('holds only by the key that was given', async () => {
    const { vkey, keys } = log.state('usual')
    expect((await check({ id, keys: 'other', key: vkey })).check.problem).toBeNull()
    expect((await check({ id, keys: 'other', key: keys[1]?.vkey ?? '' })).check.problem).toContain(
      'No key that was given',
    )
    expect((await check({ id, keys: 'other', key: 'nonsense' })).check.problem).toContain('A key reads')
  })
})
