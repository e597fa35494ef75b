import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  admit,
  afterFailure,
  afterNothing,
  afterSuccess,
  closedCircuit,
  isRefusing,
  type CircuitState,
} from './circuit.ts'

const rules = { failures: 3, openMs: 1000 }

function failing(times: number, state: CircuitState = closedCircuit, now = 0): CircuitState {
  let next = state
  for (let i = 0; i < times; i++) next = afterFailure(next, 'normal', { rules, now })
  return next
}

describe('the circuit', () => {
  it('opens at the limit of failures in a row, not before', () => {
    expect(failing(2)).toEqual({ kind: 'closed', failures: 2 })
    expect(failing(3)).toEqual({ kind: 'open', since: 0 })
  })

  it('counts anew after a success', () => {
    expect(failing(2, afterSuccess(failing(2), 'normal'))).toEqual({ kind: 'closed', failures: 2 })
  })

  it('refuses while open, then lets one probe through and refuses the others', () => {
    const open = failing(3)
    expect(admit(open, rules, 999).admission).toBe('refused')
    const { admission, state } = admit(open, rules, 1000)
    expect(admission).toBe('probe')
    expect(admit(state, rules, 5000).admission).toBe('refused')
    expect(isRefusing(state, rules, 5000)).toBe(true)
  })

  it('closes when the probe succeeds and opens again when it fails', () => {
    const { state } = admit(failing(3), rules, 1000)
    expect(afterSuccess(state, 'probe')).toEqual(closedCircuit)
    expect(afterFailure(state, 'probe', { rules, now: 1000 })).toEqual({ kind: 'open', since: 1000 })
  })

  it('gives the probe’s place to the next call when the probe told nothing', () => {
    const { state } = admit(failing(3), rules, 1000)
    expect(admit(afterNothing(state, 'probe'), rules, 1001).admission).toBe('probe')
    expect(afterNothing(failing(2), 'normal')).toEqual(failing(2))
  })

  it('does not let calls that began before it opened decide about it', () => {
    const open = failing(3)
    expect(afterSuccess(open, 'normal')).toBe(open)
    expect(afterFailure(open, 'normal', { rules, now: 900 })).toBe(open)
    const { state } = admit(open, rules, 1000)
    expect(afterSuccess(state, 'normal')).toBe(state)
    expect(afterFailure(state, 'normal', { rules, now: 1000 })).toBe(state)
  })

  it('probes when the clock was set back', () => {
    expect(admit(failing(3, closedCircuit, 10_000), rules, 500).admission).toBe('probe')
  })

  it('never has two probes at once, and always lets calls through again', () => {
    const step = fc.record({
      event: fc.constantFrom('call', 'success', 'failure', 'nothing'),
      wait: fc.integer({ min: 0, max: 700 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let state = closedCircuit
        let now = 0
        let probes = 0
        for (const { event, wait } of steps) {
          now += wait
          if (event === 'call') {
            const admitted = admit(state, rules, now)
            state = admitted.state
            if (admitted.admission === 'probe') probes++
          } else if (probes > 0) {
            probes--
            if (event === 'success') state = afterSuccess(state, 'probe')
            else if (event === 'failure') state = afterFailure(state, 'probe', { rules, now })
            else state = afterNothing(state, 'probe')
          } else if (event === 'failure') state = afterFailure(state, 'normal', { rules, now })
          expect(probes).toBeLessThanOrEqual(1)
        }
        if (probes === 0) expect(admit(state, rules, now + rules.openMs).admission).not.toBe('refused')
      }),
    )
  })
})
