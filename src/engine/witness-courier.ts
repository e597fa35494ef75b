// Carries checkpoints to witnesses and their cosignatures back, so that nobody can be shown another log than others.
//
// Each witness has a loop of its own with at most one request under way: one that hangs or is away delays no other, and
// nothing on the hot path waits for any. A loop takes the checkpoint that the others were asked for last, if its witness has
// not seen that yet, else the newest: so witnesses of different speed cosign the same ones, and a quorum comes together
// while entries keep arriving.
//
// What a witness has seen of the log, no restored copy of the data folder can take back: `start` refuses a log that is
// shorter than that, or another one.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Instant } from '#core/kernel/instant.ts'
import { formatInstant } from '#core/kernel/instant.ts'
import type { WitnessPolicy } from '#core/tlog/witness-policy.ts'
import type { KeptCheckpoint, LogTree } from '#log/tree.ts'
import type { EngineLogger } from './ports.ts'
import {
  callWitness,
  isAsked,
  type CallOutcome,
  type CallParts,
  type SubmitCheckpoint,
} from './witness-courier-call.ts'
import {
  courierHealth,
  isWitnessed,
  recallWitnessed,
  troubledOf,
  type CourierHealth,
} from './witness-courier-health.ts'
import { WitnessStanding, type WitnessReport, type WitnessStateName } from './witness-courier-standing.ts'

export type WitnessCourierParts = {
  readonly policy: WitnessPolicy
  readonly tree: Pick<LogTree, 'addCosignature' | 'at' | 'history' | 'latest' | 'onCheckpoint' | 'tile' | 'waitFor'>
  readonly submit: SubmitCheckpoint
  readonly clock: () => Instant
  readonly logger: EngineLogger
  readonly limits?: Partial<CourierLimits>
}

type CourierLimits = {
  /** For one request. */
  readonly timeoutMs: number
  /** How long a start waits for first answers. */
  readonly startMs: number
  /** Pause after the first failure, and the longest. */
  readonly firstMs: number
  readonly mostMs: number
  readonly newerMs: number
}

const limitsDefault: CourierLimits = {
  timeoutMs: 10_000,
  startMs: 5_000,
  firstMs: 1_000,
  mostMs: 60_000,
  newerMs: 3_000,
}

export type WitnessCourier = {
  /** Asks every witness and waits a little for their answers, and for what those that answered make known. Errors: log_rolled_back, log_forked. */
  start(): Promise<void>
  /** Resolves when no request is under way; `submit` must end what hangs. */
  stop(): Promise<void>
  health(): CourierHealth
  /** Witnesses that are away or refuse. */
  troubled(): number
  /** For processes that do not ask: how each witness answers this one. */
  reports(): readonly WitnessReport[]
}

export function createWitnessCourier(parts: WitnessCourierParts): WitnessCourier {
  return new Courier(parts)
}

/** Looked through at a start for what witnesses cosigned before: an hour and a half of load. */
const rememberedPages = 25
/** A witness that says each time that it has another size is not followed for ever. */
const conflictsMax = 3

class Courier implements WitnessCourier {
  readonly #parts: WitnessCourierParts
  readonly #limits: CourierLimits
  readonly #call: Omit<CallParts, 'submit'>
  readonly #standings: readonly WitnessStanding[]
  /** Those that have answered anything. */
  readonly #heard = new Set<WitnessStanding>()
  readonly #stopping = new AbortController()
  readonly #sleepers = new Set<() => void>()
  readonly #loops: Promise<void>[] = []
  /** The newest checkpoint that any witness was asked for. */
  #round: KeptCheckpoint | undefined
  #witnessed: KeptCheckpoint | undefined

  constructor(parts: WitnessCourierParts) {
    this.#parts = parts
    this.#limits = { ...limitsDefault, ...parts.limits }
    const { timeoutMs, newerMs } = this.#limits
    this.#call = { tree: parts.tree, timeoutMs, newerMs }
    this.#standings = parts.policy.witnesses.filter(isAsked).map((witness) => new WitnessStanding(witness))
  }

  async start(): Promise<void> {
    const { policy, tree, clock } = this.#parts
    const standings = this.#standings
    this.#witnessed = await recallWitnessed({ policy, tree, standings, pagesMax: rememberedPages })
    const stopListening = tree.onCheckpoint(() => {
      for (const standing of this.#standings) standing.expect(clock())
      this.#wake()
    })
    this.#stopping.signal.addEventListener('abort', stopListening)
    const asked = this.#standings.map((standing) => {
      const first = Promise.withResolvers<void>()
      this.#loops.push(this.#serve(standing, first.resolve))
      return { standing, settled: first.promise }
    })
    const { startMs, newerMs } = this.#limits
    await this.#untilSettled(asked, startMs)
    // Who answered in time is heard to the end: whether it saw more than we have is only known after a wait of our own.
    await this.#untilSettled(
      asked.filter(({ standing }) => this.#heard.has(standing)),
      newerMs + startMs,
    )
    const evidence = this.#standings.find((standing) => standing.evidence)?.evidence
    if (evidence) throw evidence
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    await Promise.all(this.#loops)
  }

  health(): CourierHealth {
    const { policy, clock, tree } = this.#parts
    const witnesses = this.#standings.map((standing) => standing.health(clock()))
    return courierHealth({ policy, latest: tree.latest(), witnessed: this.#witnessed, witnesses })
  }

  troubled(): number {
    return troubledOf(this.health().witnesses)
  }

  reports(): readonly WitnessReport[] {
    return this.#standings.map((standing) => standing.report(this.#parts.clock()))
  }

  /** `asked` is called after the first answer, or failure. */
  async #serve(standing: WitnessStanding, asked: () => void): Promise<void> {
    let isFirst = true
    while (!this.#stopping.signal.aborted) {
      // The first request is made in any case: it tells whether the witness saw more than we have.
      const checkpoint = isFirst ? this.#parts.tree.latest() : this.#next(standing)
      if (checkpoint === undefined) {
        await new Promise<void>((resolve) => this.#sleepers.add(resolve))
        continue
      }
      isFirst = false
      const pauseMs = await this.#bring(standing, checkpoint)
      asked()
      if (pauseMs > 0) await this.#pause(pauseMs)
    }
    asked()
  }

  #next(standing: WitnessStanding): KeptCheckpoint | undefined {
    const latest = this.#parts.tree.latest()
    standing.learn(latest)
    if (this.#round && this.#round.size > standing.seen && standing.owes(this.#round)) return this.#round
    return latest.size >= standing.seen && standing.owes(latest) ? latest : undefined
  }

  /** Answers how long to leave the witness alone. */
  async #bring(standing: WitnessStanding, checkpoint: KeptCheckpoint): Promise<number> {
    const before = standing.health(this.#parts.clock()).state
    if (checkpoint.size > (this.#round?.size ?? -1)) this.#round = checkpoint
    const outcome = await this.#ask(standing, checkpoint)
    const pauseMs = await this.#settle(standing, outcome).catch((error: Error) => {
      standing.failed('away', `Its cosignature could not be kept: ${error.message}.`)
      return standing.pauseMs(this.#limits)
    })
    if (!this.#stopping.signal.aborted) this.#tell(standing, before)
    return pauseMs
  }

  /** Asks again from where the witness says that it is. */
  async #ask(standing: WitnessStanding, first: KeptCheckpoint): Promise<Settled> {
    let checkpoint = first
    for (let conflicts = 0; ; conflicts++) {
      const { witness } = standing
      const old = Math.min(standing.seen, checkpoint.size)
      const submit: SubmitCheckpoint = async (request) => {
        const answer = await this.#parts.submit(request)
        this.#heard.add(standing)
        return answer
      }
      const outcome = await callWitness({ ...this.#call, submit }, { witness, checkpoint, old }).catch(
        (error: Error): CallOutcome => ({ kind: 'away', detail: `Our own tree cannot be read: ${error.message}` }),
      )
      if (outcome.kind !== 'elsewhere') return { outcome, checkpoint }
      if (conflicts >= conflictsMax || this.#stopping.signal.aborted) {
        const detail = 'Each time it is asked it says that it has seen another size.'
        return { outcome: { kind: 'refused', detail }, checkpoint }
      }
      standing.seen = outcome.size
      if (checkpoint.size < outcome.size) checkpoint = this.#parts.tree.latest()
    }
  }

  async #settle(standing: WitnessStanding, { outcome, checkpoint }: Settled): Promise<number> {
    switch (outcome.kind) {
      case 'cosigned':
        await this.#keep(standing, checkpoint, outcome.line)
        return 0
      case 'refused':
        standing.failed('refused', outcome.detail, outcome.evidence)
        return this.#limits.mostMs
      case 'away':
      default:
        standing.failed('away', outcome.detail)
        return Math.max(standing.pauseMs(this.#limits), Math.min(outcome.retryAfterMs ?? 0, this.#limits.mostMs))
    }
  }

  async #keep(standing: WitnessStanding, { size }: KeptCheckpoint, line: string): Promise<void> {
    const { tree, clock, policy } = this.#parts
    const now = clock()
    await tree.addCosignature(size, { witness: standing.witness.key.name, at: formatInstant(now), line })
    standing.cosigned(size, { now, newest: tree.latest().size })
    if (size < (this.#witnessed?.size ?? 0)) return
    const whole = await tree.at(size)
    if (whole && isWitnessed(policy, whole)) this.#witnessed = whole
  }

  /** The alert: once when something changed, for whoever reads the server's log. */
  #tell(standing: WitnessStanding, before: WitnessStateName): void {
    const { name, state, detail, url } = standing.health(this.#parts.clock())
    if (state === before) return
    const facts = { witness: name, url, state, detail }
    if (standing.evidence) this.#parts.logger.error(facts, 'A witness saw a log that this one does not continue.')
    else if (state === 'ok') this.#parts.logger.info(facts, 'A witness cosigns.')
    else this.#parts.logger.warn(facts, 'A witness does not cosign.')
  }

  async #untilSettled(asked: readonly { readonly settled: Promise<void> }[], msMax: number): Promise<void> {
    await Promise.race([Promise.all(asked.map(({ settled }) => settled)), this.#pause(msMax)])
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
  }

  #wake(): void {
    for (const resolve of this.#sleepers) resolve()
    this.#sleepers.clear()
  }
}

type Settled = {
  readonly outcome: Exclude<CallOutcome, { readonly kind: 'elsewhere' }>
  /** The one that was asked for in the end. */
  readonly checkpoint: KeptCheckpoint
}
