import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  armChoices,
  filterQuery,
  fromLocalInput,
  hoursAgo,
  readFilters,
  routeChoices,
  statusChoices,
  toLocalInput,
  withFilter,
} from './decision-filters.ts'

const minute = fc.integer({ min: 0, max: 30_000_000 }).map((minutes) => new Date(minutes * 60_000).toISOString())
const filters = fc.record(
  {
    useCase: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
    route: fc.constantFrom(...routeChoices),
    status: fc.constantFrom(...statusChoices),
    arm: fc.constantFrom(...armChoices),
    reason: fc.string({ minLength: 1 }),
    from: minute,
    to: minute,
  },
  { requiredKeys: [] },
)

describe('filters of decisions', () => {
  it('survive the address', () => {
    fc.assert(
      fc.property(filters, (wanted) => {
        const address = filterQuery(wanted).toString()
        expect(readFilters(Object.fromEntries(new URLSearchParams(address)))).toEqual(wanted)
      }),
    )
  })

  it('drop what they do not know', () => {
    expect(
      readFilters({ useCase: '../x', route: 'maybe', status: 1, arm: null, reason: '', from: 'soon', colour: 'red' }),
    ).toEqual({})
  })

  it('change one at a time, and an empty value takes it out', () => {
    expect(withFilter({ route: 'act', useCase: 'a' }, 'route', 'review')).toEqual({ useCase: 'a', route: 'review' })
    expect(withFilter({ route: 'act', useCase: 'a' }, 'route', '')).toEqual({ useCase: 'a' })
  })

  it('speak the reader’s own zone in inputs', () => {
    fc.assert(
      fc.property(minute, (instant) => {
        expect(fromLocalInput(toLocalInput(instant))).toBe(instant)
      }),
    )
    expect([toLocalInput(undefined), fromLocalInput('')]).toEqual(['', ''])
    expect(hoursAgo(1, Date.parse('2026-03-03T14:03:09Z'))).toBe('2026-03-03T13:03:00.000Z')
  })
})
