import { describe, expect, it } from 'vitest'
import { formatInstant, parseDurationMs, parseInstant } from './instant.ts'

describe('parseDurationMs', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['4h', 14_400_000],
    ['400d', 34_560_000_000],
  ])('reads %s', (text, ms) => expect(parseDurationMs(text)).toBe(ms))

  it.each(['', '4', '4 h', '-4h', '4w', '1.5h', '999999999d', '9999999h'])('takes %o for none', (text) =>
    expect(parseDurationMs(text)).toBeUndefined(),
  )

  it('never reaches beyond what an instant can be', () => {
    expect(formatInstant(Date.UTC(2100, 0) + (parseDurationMs('99999d') ?? Number.NaN))).toMatch(/^2373-/)
  })
})

describe('parseInstant', () => {
  it('reads RFC 3339 with any offset', () => {
    expect(parseInstant('2026-11-21T06:00:00Z')).toBe(Date.UTC(2026, 10, 21, 6))
    expect(parseInstant('2026-11-21T06:00:00.5+02:00')).toBe(Date.UTC(2026, 10, 21, 4, 0, 0, 500))
  })

  it.each(['2026-11-21', 'yesterday', '2026-13-01T00:00:00Z', '2026-11-21T06:00:00', ''])('takes %o for none', (text) =>
    expect(parseInstant(text)).toBeUndefined(),
  )
})
