import { describe, expect, it } from 'vitest'
import { destinations } from './destinations.ts'
import { readSearch, writeSearch } from './search.ts'

const words = (typed: string) => destinations(typed, ['inbox-triage', 'review-of-refunds']).map((each) => each.words)

describe('destinations of the palette', () => {
  it('are all of them before anything is typed', () => {
    expect(words('')).toEqual([
      'Home',
      'Review',
      'Use cases',
      'Assessments',
      'Decisions',
      'Actions',
      'Keys',
      'Log',
      'inbox-triage',
      'review-of-refunds',
    ])
  })

  it('are those that hold every word, beginnings first', () => {
    expect(words('re')).toEqual(['Review', 'review-of-refunds'])
    expect(words('refunds rev')).toEqual(['review-of-refunds'])
    expect(words('zzz')).toEqual([])
  })

  it('know a decision by its id', () => {
    expect(destinations(' 0198AAAA-0000-7000-8000-000000000001 ', [])).toEqual([
      {
        words: 'Decision 0198aaaa-0000-7000-8000-000000000001',
        kind: 'decision',
        href: '/decisions/0198aaaa-0000-7000-8000-000000000001',
      },
    ])
  })
})

describe('addresses', () => {
  it('are plain query parameters', () => {
    expect(writeSearch({ useCase: 'a b', route: undefined, n: 3, empty: '' })).toBe('?useCase=a+b&n=3')
    expect(readSearch('?useCase=a+b&n=3')).toEqual({ useCase: 'a b', n: '3' })
    expect(writeSearch({})).toBe('')
  })
})
