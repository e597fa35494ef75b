import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventParser } from './event-stream.ts'

const stream = [
  ': hello',
  '',
  'event: change',
  'id: 7',
  'data: {"a":1}',
  '',
  ': heartbeat',
  '',
  'data: one',
  'data:two',
  '',
  'event: nothing',
  '',
  '',
].join('\n')
const events = [
  { event: 'change', data: '{"a":1}', id: '7' },
  { event: 'message', data: 'one\ntwo', id: '7' },
]

describe('the event stream', () => {
  it('is read whole', () => {
    expect(createEventParser().push(stream)).toEqual(events)
    expect(createEventParser().push(stream.replaceAll('\n', '\r\n'))).toEqual(events)
  })

  it('is read the same, wherever it is cut', () => {
    const cuts = fc.array(fc.nat(stream.length), { maxLength: 8 })
    fc.assert(
      fc.property(cuts, fc.constantFrom('\n', '\r\n'), (at, ending) => {
        const text = stream.replaceAll('\n', ending)
        const parser = createEventParser()
        const places = [0, ...at.sort((a, b) => a - b), text.length]
        const found = places.slice(1).flatMap((end, i) => parser.push(text.slice(places[i], end)))
        expect(found).toEqual(events)
      }),
    )
  })
})
