// The circuit breaker: after so many failures in a row, stop asking a model that is down, and find out by one call at a
// time whether it is back.
//
//   closed ──(failures in a row reach the limit)──▶ open
//   open ──(openMs passed, somebody calls)──▶ half-open: that one call is the probe, all others are refused
//   half-open ──(the probe succeeds)──▶ closed        half-open ──(the probe fails)──▶ open
//
// Pure: the state goes in and comes out. Results of calls that began before the circuit opened change nothing any more.

export type CircuitRules = {
  /** Failures in a row that open it. */
  readonly failures: number
  readonly openMs: number
}

export type CircuitState =
  | { readonly kind: 'closed'; readonly failures: number }
  /** `since` in milliseconds of the caller's clock. */
  | { readonly kind: 'open'; readonly since: number }
  | { readonly kind: 'half-open' }

export type Admission = 'normal' | 'probe' | 'refused'

export const closedCircuit: CircuitState = { kind: 'closed', failures: 0 }

/** What `admit` would say, without taking the probe's place. */
export function isRefusing(state: CircuitState, rules: CircuitRules, now: number): boolean {
  if (state.kind !== 'open') return state.kind === 'half-open'
  // A clock that was set back would keep it open for as long; then it is time to probe.
  const passed = now - state.since
  return passed >= 0 && passed < rules.openMs
}

export function admit(
  state: CircuitState,
  rules: CircuitRules,
  now: number,
): { admission: Admission; state: CircuitState } {
  if (state.kind === 'closed') return { admission: 'normal', state }
  if (isRefusing(state, rules, now)) return { admission: 'refused', state }
  return { admission: 'probe', state: { kind: 'half-open' } }
}

export function afterSuccess(state: CircuitState, admission: Admission): CircuitState {
  if (admission === 'probe') return closedCircuit
  return state.kind === 'closed' ? closedCircuit : state
}

export function afterFailure(
  state: CircuitState,
  admission: Admission,
  { rules, now }: { rules: CircuitRules; now: number },
): CircuitState {
  if (admission === 'probe') return { kind: 'open', since: now }
  if (state.kind !== 'closed') return state
  const failures = state.failures + 1
  return failures >= rules.failures ? { kind: 'open', since: now } : { kind: 'closed', failures }
}

/** The call told nothing about the model; a probe gives its place to the next caller. */
export function afterNothing(state: CircuitState, admission: Admission): CircuitState {
  // Open since so long ago that the next call is let through as a probe.
  return admission === 'probe' ? { kind: 'open', since: Number.NEGATIVE_INFINITY } : state
}
