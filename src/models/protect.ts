// What stands between the gateway and every model, whatever its protocol:
//
//   circuit ─▶ place (or queue) ─▶ circuit again ─▶ attempt ─▶ retry on connection errors ─▶ judge
//
// and one deadline over all of it, the wait in the queue included. The circuit is asked twice, because it may open while
// a call waits: then those in the queue fail at once instead of one by one against a model that is down.

import type { ModelFailure } from '#core/decision/events.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { ModelAnswer, ModelCaller, ModelHealth } from '#gateway/ports.ts'
import { failedAttempt, type Attempt, type FailedAttempt, type Protocol } from './attempt.ts'
import {
  admit,
  afterFailure,
  afterNothing,
  afterSuccess,
  closedCircuit,
  isRefusing,
  type Admission,
} from './circuit.ts'
import type { CircuitRules, CircuitState } from './circuit.ts'
import { createConcurrencyGate, type ConcurrencyGate } from './concurrency-gate.ts'

export type Protection = {
  /** For one call, everything included. */
  readonly timeoutMs: number
  /** Further attempts after the first, on connection errors only. */
  readonly retries: number
  readonly concurrency: number
  readonly queue: number
  readonly circuit: CircuitRules
}

export type ProtectOptions = {
  /** As the manifest calls it. */
  readonly name: string
  readonly protocol: Protocol
  readonly protection: Protection
  /** Milliseconds that never go back, best `performance.now`. */
  readonly clock: () => number
}

type Call = { readonly input: JsonValue; readonly context: JsonValue; readonly deadline: number }

/** The model as the gateway sees it. */
export function protect(options: ProtectOptions): ModelCaller {
  return new ProtectedModel(options)
}

class ProtectedModel implements ModelCaller {
  readonly #options: ProtectOptions
  readonly #gate: ConcurrencyGate
  #circuit: CircuitState = closedCircuit
  #isClosed = false
  #lastFailure: ModelFailure | undefined

  constructor(options: ProtectOptions) {
    this.#options = options
    this.#gate = createConcurrencyGate(options.protection)
  }

  // Not an async function: a model that answers at once costs one promise and no timer.
  call(input: JsonValue, context: JsonValue): Promise<ModelAnswer> {
    if (this.#isClosed) return failing('failed', 'The model was closed; its use case has another one now.')
    const { clock, protection } = this.#options
    const { timeoutMs, concurrency, queue, circuit } = protection
    const now = clock()
    if (isRefusing(this.#circuit, circuit, now)) return this.#circuitOpen()
    const calling = { input, context, deadline: now + timeoutMs }
    if (this.#gate.tryEnter()) return this.#carryOut(calling)
    const place = this.#gate.wait(timeoutMs)
    if (!place) return failing('busy', `All ${concurrency} places and the queue of ${queue} are taken.`)
    return place.then((isIn) =>
      isIn ? this.#carryOut(calling) : failing('timeout', `No place became free within ${timeoutMs} ms.`),
    )
  }

  /** With a place taken, which is given back in every case. */
  #carryOut(calling: Call): Promise<ModelAnswer> {
    const { clock, protection } = this.#options
    const { admission, state } = admit(this.#circuit, protection.circuit, clock())
    this.#circuit = state
    if (admission === 'refused') {
      this.#gate.leave()
      return this.#circuitOpen()
    }
    try {
      const result = this.#attempt(calling)
      if (!(result instanceof Promise)) return Promise.resolve(this.#judge(result, admission))
      return result.then(
        (settled) => this.#judge(settled, admission),
        () => this.#judge(brokenProtocol, admission),
      )
    } catch {
      return Promise.resolve(this.#judge(brokenProtocol, admission))
    }
  }

  #attempt(calling: Call): Attempt | Promise<Attempt> {
    const first = this.#attemptOnce(calling)
    if (!(first instanceof Promise) || this.#options.protection.retries === 0) return first
    return first.then((result) => (isWorthRepeating(result) ? this.#attemptAgain(calling, result) : result))
  }

  async #attemptAgain(calling: Call, first: FailedAttempt): Promise<Attempt> {
    let result: Attempt = first
    for (let n = 1; n <= this.#options.protection.retries && isWorthRepeating(result); n++) {
      const pauseMs = retryPauseMs(n)
      if (this.#remainingMs(calling) <= pauseMs) break
      if (pauseMs > 0) await pause(pauseMs)
      result = await this.#attemptOnce(calling)
    }
    return result
  }

  #attemptOnce(calling: Call): Attempt | Promise<Attempt> {
    return this.#options.protocol.attempt(calling.input, calling.context, this.#remainingMs(calling))
  }

  #judge(result: Attempt, admission: Admission): ModelAnswer {
    this.#gate.leave()
    if (result.kind === 'answer') {
      this.#circuit = afterSuccess(this.#circuit, admission)
      this.#lastFailure = undefined
      return result
    }
    const { clock, protection } = this.#options
    this.#lastFailure = result.failure
    if (result.tells === 'works') this.#circuit = afterSuccess(this.#circuit, admission)
    else if (result.tells === 'nothing') this.#circuit = afterNothing(this.#circuit, admission)
    else this.#circuit = afterFailure(this.#circuit, admission, { rules: protection.circuit, now: clock() })
    return { kind: 'failure', failure: result.failure }
  }

  /** At least 1, at most the whole timeout, also when the clock jumped. */
  #remainingMs({ deadline }: Call): number {
    const { clock, protection } = this.#options
    return Math.max(1, Math.min(protection.timeoutMs, Math.ceil(deadline - clock())))
  }

  #circuitOpen(): Promise<ModelAnswer> {
    const { failures, openMs } = this.#options.protection.circuit
    return failing('circuit-open', `The model failed ${failures} times in a row and is left alone for ${openMs} ms.`)
  }

  health(): ModelHealth {
    const { name, protocol } = this.#options
    const head = { protocol: name, target: protocol.target, detail: this.#lastFailure?.detail ?? null }
    if (this.#isClosed) return { ...head, state: 'unavailable', detail: 'Closed.' }
    if (this.#circuit.kind !== 'closed') return { ...head, state: 'circuit-open' }
    return { ...head, state: this.#lastFailure?.cause === 'unreachable' ? 'unavailable' : 'ready' }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#gate.drained()
    await this.#options.protocol.close()
  }
}

const brokenProtocol = failedAttempt('failed', 'The call failed inside the gateway.')

function failing(cause: ModelFailure['cause'], detail: string): Promise<ModelAnswer> {
  return Promise.resolve({ kind: 'failure', failure: { cause, detail } })
}

function isWorthRepeating(result: Attempt): result is FailedAttempt {
  return result.kind === 'failure' && result.isRetryable
}

/** The first at once: most often a kept-alive connection had just been closed by the other side. Then 25, 50, 100, 200 ms. */
function retryPauseMs(n: number): number {
  return n === 1 ? 0 : 25 * 2 ** (n - 2)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
