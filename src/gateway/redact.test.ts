import { assert, constantFrom, jsonValue, array, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '#core/kernel/json.ts'
import { compileRedaction } from './redact.ts'

const everything = compileRedaction({ redact: ['email', 'phone', 'iban', 'card', 'ip'] })

describe('inside texts', () => {
  it.each([
    ['Write to jo.doe+x@mail.example.org, please.', 'Write to [email], please.'],
    ['<jörg@bücher.example>', '<[email]>'],
    ['a@b.cc@d.ee', '[email]@d.ee'],
    ['x@y and @handle and a@localhost', 'x@y and @handle and a@localhost'],
    ['call +49 (0)30 123 456-78 now', 'call [phone] now'],
    ['0049 171 1234567', '[phone]'],
    ['Tel. 030/1234567.', 'Tel. [phone].'],
    ['(555) 123-4567 or 555.123.4567', '[phone] or [phone]'],
    ['on 01.02.2026 and 2026-11-21, 12:30:45', 'on 01.02.2026 and 2026-11-21, 12:30:45'],
    ['amounts 0.12345678 and 1234567890 and 20,000.00', 'amounts 0.12345678 and 1234567890 and 20,000.00'],
    ['to DE89 3704 0044 0532 0130 00 today', 'to [iban] today'],
    ['de89370400440532013000', '[iban]'],
    ['GB82WEST12345698765432', '[iban]'],
    ['card 4111 1111 1111 1111 2026', 'card [card] 2026'],
    ['378282246310005', '[card]'],
    ['4111111111111111 4111 1111 1111 1111', '[card] [card]'],
    ['DE89370400440532013000 GB82WEST12345698765432', '[iban] [iban]'],
    ['4111 1111 1111 1112', '4111 1111 1111 1112'],
    ['from 192.168.0.12:8080', 'from [ip]:8080'],
    ['version 1.2.3 and 999.1.1.1', 'version 1.2.3 and 999.1.1.1'],
    ['at 2001:db8::ff00:42:8329 and ::1', 'at [ip] and [ip]'],
    ['std::vector and a:b, 10:30', 'std::vector and a:b, 10:30'],
    ['nothing here', 'nothing here'],
  ])('%s', (text, redacted) => {
    expect(everything(text)).toBe(redacted)
  })

  it('only what is asked for', () => {
    const wrongChecksum = 'DE89 3704 0044 0532 0130 02'
    expect(compileRedaction({ redact: ['iban'] })(wrongChecksum)).toBe(wrongChecksum)
    expect(compileRedaction({ redact: ['email'] })('a@b.cc 192.168.0.12')).toBe('[email] 192.168.0.12')
    expect(compileRedaction({})('a@b.cc')).toBe('a@b.cc')
    expect(compileRedaction(undefined)('a@b.cc')).toBe('a@b.cc')
  })
})

describe('in values', () => {
  it('replaces whole members, also below lists, whatever they hold', () => {
    const redact = compileRedaction({
      redact: [{ field: 'name' }, { field: 'lines.who' }, { field: 'address.geo.lat' }],
    })
    expect(
      redact({ name: { first: 'x' }, lines: [{ who: 1, n: 2 }], address: { geo: { lat: 1, lon: 2 } }, who: 3 }),
    ).toEqual({
      name: '[redacted]',
      lines: [{ who: '[redacted]', n: 2 }],
      address: { geo: { lat: '[redacted]', lon: 2 } },
      who: 3,
    })
    expect(redact('name')).toBe('name')
  })

  it('looks into names of members and loses none', () => {
    expect(everything({ 'a@b.cc': 1, 'c@d.ee': 2, plain: 3 })).toEqual({ '[email]': 1, '[email] (2)': 2, plain: 3 })
  })

  it('gives back the very same value when there is nothing to take out', () => {
    const value = { a: ['x', { b: 1 }], c: null }
    expect(everything(value)).toBe(value)
    const changed = { keep: { x: 1 }, mail: 'a@b.cc' }
    const redacted = everything(changed) as typeof changed
    expect(redacted.keep).toBe(changed.keep)
    expect(changed.mail).toBe('a@b.cc')
  })

  it('finds an address in any surroundings, and changes nothing outside texts', () => {
    const around = array(
      constantFrom('+49', ' ', '171', '1234567', '-', '.', '::1', '4111111111111111', 'DE89', '[', ']', '0'),
      { maxLength: 12 },
    )
    assert(
      property(around, around, jsonValue(), (before, after, value) => {
        const text = `${before.join('')} jo@mail.example.org ${after.join('')}`
        const redacted = everything([text, { value }] as JsonValue) as [string, JsonValue]
        expect(redacted[0]).not.toContain('jo@')
        expect(countOf(redacted)).toEqual(countOf([text, { value }]))
      }),
    )
  })
})

/** How many of what a value holds. */
function countOf(value: unknown): unknown {
  return typeof value === 'string'
    ? 'text'
    : typeof value !== 'object' || value === null
      ? value
      : Object.values(value).map(countOf)
}

it('takes linear time on a megabyte of anything', () => {
  const pieces = [
    'a',
    '@',
    'a@',
    'a.',
    '1',
    '1 ',
    '1-',
    '+1',
    '0 1',
    '(0',
    '4 ',
    'DE89',
    'DE89 ',
    'A1',
    '1.',
    '1:',
    'f:',
    ':',
    '0171/',
    '555-',
    '2 3',
    'a@b.',
    "'",
  ]
  for (const piece of pieces) {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length))
    const start = performance.now()
    everything(`${text}x`)
    // Linear is some 50 ms here; backtracking would not end. The bound only tells the two apart, on the slowest machine.
    expect([piece, performance.now() - start < 60_000]).toEqual([piece, true])
  }
}, 600_000)
