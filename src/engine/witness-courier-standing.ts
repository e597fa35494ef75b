// How we stand with a witness:
//
//   waiting   not asked yet
//   ok        cosigned the newest checkpoint, or one so new that the next is on its way
//   behind    answers, but a checkpoint has been waiting for its cosignature for long
//   away      does not answer; asked again after ever longer pauses
//   refused   says no: it does not know the log or its key, or it saw another tree

import type { ErrorCode, PlatformError } from '#core/kernel/errors.ts'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import { isSignedBy, parseSignatureLine } from '#core/tlog/note.ts'
import type { KeptCheckpoint } from '#log/tree.ts'
import type { AskedWitness } from './witness-courier-call.ts'

export type WitnessStateName = 'ok' | 'behind' | 'away' | 'refused' | 'waiting'

export type WitnessHealth = {
  readonly name: string
  readonly vkey: string
  readonly url: string
  readonly state: WitnessStateName
  /** Of the newest checkpoint that it cosigned, as far as we hold its line. */
  readonly size: number | null
  /** When that line came. */
  readonly at: string | null
  readonly detail: string | null
}

/** How a witness answers the process that asks it. */
export type WitnessReport = {
  readonly name: string
  readonly state: WitnessStateName
  readonly detail: string | null
  /** The code of what it proves: log_rolled_back, log_forked. */
  readonly evidence: ErrorCode | null
}

const behindMs = 10_000

export class WitnessStanding {
  readonly witness: AskedWitness
  /** Of the checkpoint that it saw last, as far as we know: what the next proof starts from. */
  seen = 0
  /** The checkpoint whose cosignature we hold. */
  #cosigned: { readonly size: number; readonly at: string } | undefined
  #said: { readonly state: 'waiting' | 'ok' | 'away' | 'refused'; readonly detail: string | null } = {
    state: 'waiting',
    detail: null,
  }
  #owedSince: Instant | undefined
  #failures = 0
  #evidence: PlatformError | undefined

  constructor(witness: AskedWitness) {
    this.witness = witness
  }

  /** That it saw a log which ours does not continue. */
  get evidence(): PlatformError | undefined {
    return this.#evidence
  }

  /** Learns from a line that is kept: from before this start, or brought by another process. */
  learn(checkpoint: KeptCheckpoint): void {
    if (!this.owes(checkpoint)) return
    const line = checkpoint.cosignatures.find((one) => isSignedBy(parseSignatureLine(one.line), this.witness.key))
    if (line === undefined) return
    this.seen = Math.max(this.seen, checkpoint.size)
    this.#cosigned = { size: checkpoint.size, at: line.at }
  }

  owes(checkpoint: KeptCheckpoint): boolean {
    return this.#cosigned === undefined || this.#cosigned.size < checkpoint.size
  }

  /** A newer checkpoint is there. */
  expect(now: Instant): void {
    this.#owedSince ??= now
  }

  cosigned(size: number, { now, newest }: { readonly now: Instant; readonly newest: number }): void {
    this.seen = size
    this.#cosigned = { size, at: formatInstant(now) }
    this.#owedSince = size < newest ? now : undefined
    this.#said = { state: 'ok', detail: null }
    this.#failures = 0
    this.#evidence = undefined
  }

  failed(state: 'away' | 'refused', detail: string, evidence?: PlatformError): void {
    this.#said = { state, detail }
    this.#failures++
    this.#evidence = evidence
  }

  /** Doubles with every failure in a row. */
  pauseMs({ firstMs, mostMs }: { readonly firstMs: number; readonly mostMs: number }): number {
    return Math.min(mostMs, firstMs * 2 ** Math.min(20, this.#failures - 1))
  }

  health(now: Instant): WitnessHealth {
    const { name, key, url } = this.witness
    const isBehind = this.#said.state === 'ok' && this.#owedSince !== undefined && now - this.#owedSince > behindMs
    const { size, at } = this.#cosigned ?? { size: null, at: null }
    const state = isBehind ? 'behind' : this.#said.state
    return { name, vkey: key.vkey, url, state, size, at, detail: this.#said.detail }
  }

  report(now: Instant): WitnessReport {
    const { name, state, detail } = this.health(now)
    return { name, state, detail, evidence: this.#evidence?.code ?? null }
  }
}
