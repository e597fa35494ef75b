// Witnesses of a log that several processes share: one of them asks, the others show what it learnt.
//
//   following ──begin()──► asking ──end()──► following
//
// Cosignatures are kept with the checkpoints, so everybody reads them there. How a witness answers (away, refused, behind)
// only whoever asks can know, and writes down; it does so from the moment it begins, so that nobody who starts meanwhile
// takes the word of the one before for its own.

import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Instant } from '#core/kernel/instant.ts'
import type { WitnessPolicy } from '#core/tlog/witness-policy.ts'
import type { KeptCheckpoint, LogTree } from '#log/tree.ts'
import type { EngineLogger } from './ports.ts'
import { isAsked, evidenceHint } from './witness-courier-call.ts'
import { courierHealth, recallWitnessed, troubledOf, type CourierHealth } from './witness-courier-health.ts'
import { WitnessStanding, type WitnessHealth, type WitnessReport } from './witness-courier-standing.ts'
import type { WitnessCourier } from './witness-courier.ts'

/** Where the process that asks writes down how witnesses answer. Errors: log_unavailable. */
export type WitnessReports = {
  all(): Promise<readonly WitnessReport[]>
  /** Takes the place of what was there. */
  put(reports: readonly WitnessReport[]): Promise<void>
}

export type SharedWitnessesParts = {
  readonly policy: WitnessPolicy
  readonly tree: Pick<LogTree, 'history' | 'latest'>
  readonly reports: WitnessReports
  /** A new one for each time that it is this process's turn: one that was stopped is not started again. */
  readonly makeCourier: () => WitnessCourier
  readonly clock: () => Instant
  readonly logger: EngineLogger
  readonly limits?: Partial<SharedWitnessesLimits>
}

type SharedWitnessesLimits = {
  /** Between two looks at what is kept, and between two reports of what changed. */
  readonly lookMs: number
  /** How long a start waits for what witnesses first answer whoever asks them: longer than that one's own start does. */
  readonly startMs: number
}

const limitsDefault: SharedWitnessesLimits = { lookMs: 1_000, startMs: 14_000 }

export type SharedWitnesses = Pick<WitnessCourier, 'health' | 'troubled'> & {
  /** This process asks from now on. */
  begin(): Promise<void>
  /** Resolves when no request is under way. */
  end(): Promise<void>
  /** After the first begin(), or when it is clear that another process asks. Errors: log_rolled_back, log_forked. */
  start(): Promise<void>
  stop(): Promise<void>
}

export function createSharedWitnesses(parts: SharedWitnessesParts): SharedWitnesses {
  return new Shared(parts)
}

/** Looked through at a start, as the courier does, and at every look after it. */
const pagesMax = { start: 25, look: 1 }

const unasked: Pick<WitnessReport, 'state' | 'detail'> = {
  state: 'waiting',
  detail: 'The server that asks the witnesses does not name it: give all servers the same policy.',
}

class Shared implements SharedWitnesses {
  readonly #parts: SharedWitnessesParts
  readonly #limits: SharedWitnessesLimits
  readonly #standings: readonly WitnessStanding[]
  #courier: WitnessCourier | undefined
  /** What the courier's start found. */
  #evidence: PlatformError | undefined
  #reports: readonly WitnessReport[] = []
  #reported = ''
  #witnessed: KeptCheckpoint | undefined
  #timer: NodeJS.Timeout | undefined
  #isStopped = false
  #looking: Promise<void> = Promise.resolve()

  constructor(parts: SharedWitnessesParts) {
    this.#parts = parts
    this.#limits = { ...limitsDefault, ...parts.limits }
    this.#standings = parts.policy.witnesses.filter(isAsked).map((witness) => new WitnessStanding(witness))
  }

  async begin(): Promise<void> {
    const courier = this.#parts.makeCourier()
    this.#courier = courier
    this.#evidence = undefined
    this.#reported = ''
    await this.#look()
    await courier.start().catch((error: unknown) => {
      // It goes on asking and health says so; whether a server may start on such a log, start() decides.
      if (!(error instanceof PlatformError)) throw error
      this.#evidence = error
    })
    await this.#look()
  }

  async end(): Promise<void> {
    const courier = this.#courier
    this.#courier = undefined
    await courier?.stop()
  }

  async start(): Promise<void> {
    const { policy, tree } = this.#parts
    const standings = this.#standings
    this.#witnessed = await recallWitnessed({ policy, tree, standings, pagesMax: pagesMax.start })
    const until = performance.now() + this.#limits.startMs
    await this.#look()
    while (!this.#courier && performance.now() < until && this.#mine().some(({ state }) => state === 'waiting')) {
      await sleep(Math.min(100, this.#limits.lookMs))
      await this.#look()
    }
    const evidence = this.#evidence ?? evidenceIn(this.#courier ? [] : this.#mine())
    if (evidence) throw evidence
    this.#timer = setTimeout(() => void this.#goOn(), this.#limits.lookMs)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#looking
  }

  health(): CourierHealth {
    if (this.#courier) return this.#courier.health()
    const { policy, tree, clock } = this.#parts
    const reports = new Map(this.#reports.map((report) => [report.name, report]))
    const witnesses = this.#standings.map((standing): WitnessHealth => {
      const health = standing.health(clock())
      const { state, detail } = reports.get(health.name) ?? unasked
      return { ...health, state, detail }
    })
    return courierHealth({ policy, latest: tree.latest(), witnessed: this.#witnessed, witnesses })
  }

  troubled(): number {
    return troubledOf(this.health().witnesses)
  }

  async #goOn(): Promise<void> {
    await this.#look()
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#goOn(), this.#limits.lookMs)
  }

  /** Writes down what changed, or reads it. Never fails: the next look makes it good. */
  #look(): Promise<void> {
    const work = this.#looking
      .then(() => (this.#courier ? this.#report(this.#courier) : this.#read()))
      .catch((error: unknown) => {
        this.#parts.logger.warn({ err: error }, 'What is known of witnesses could not be shared; trying again.')
      })
    this.#looking = work
    return work
  }

  async #report(courier: WitnessCourier): Promise<void> {
    const reports = courier.reports()
    const text = JSON.stringify(reports)
    if (text === this.#reported) return
    await this.#parts.reports.put(reports)
    this.#reported = text
  }

  async #read(): Promise<void> {
    const { policy, tree, reports } = this.#parts
    this.#reports = await reports.all()
    const standings = this.#standings
    const witnessed = await recallWitnessed({ policy, tree, standings, pagesMax: pagesMax.look })
    if (witnessed && witnessed.size >= (this.#witnessed?.size ?? 0)) this.#witnessed = witnessed
  }

  /** Of the witnesses that this process's policy names. */
  #mine(): readonly WitnessReport[] {
    const names = new Set(this.#parts.policy.witnesses.map(({ name }) => name))
    return this.#reports.filter(({ name }) => names.has(name))
  }
}

function evidenceIn(reports: readonly WitnessReport[]): PlatformError | undefined {
  const found = reports.find(({ evidence }) => evidence !== null)
  if (!found || found.evidence === null) return undefined
  return new PlatformError(found.evidence, found.detail ?? `The witness ${found.name} saw another log.`, {
    hint: evidenceHint,
  })
}
