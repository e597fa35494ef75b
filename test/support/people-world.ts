// A world for tests of people's work: a log, the view of it on an embedded database, a projector between them, and one use
// case whose rules are compiled as a server compiles them. The clock stands until a test moves it.

import { randomBytes } from 'node:crypto'
import { compilePolicy } from '#core/decision/policy.ts'
import type { DecisionRecorded } from '#core/decision/events.ts'
import { uuidV7 } from '#core/kernel/id.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { validateManifest } from '#core/use-case/validate-manifest.ts'
import { createJournal, type Journal } from '#engine/journal.ts'
import type { DecisionRules, EngineLogger, ReadRevision } from '#engine/ports.ts'
import type { Projector } from '#engine/projector.ts'
import { compileContract } from '#gateway/check-contract.ts'
import { compileRedaction } from '#gateway/redact.ts'
import { decisionItem, payloadRefs } from '#gateway/record.ts'
import type { Log } from '#log/log.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import { creditUseCase } from './credit-use-case.ts'
import { createPatientProjector } from './patient-projector.ts'
import { openEmbedded, type TestDatabase } from './view-databases.ts'

export type World = {
  readonly log: Log
  readonly journal: Journal
  readonly view: Projector
  readonly database: TestDatabase['database']
  readonly readRevision: ReadRevision
  clock: { now: number }
  /** Records a decision as the gateway would; answers its id. */
  decide(more?: Partial<DecisionRecorded['data']>, contents?: DecisionContents): Promise<string>
  /** Called after each projection. */
  afterProjection(listener: () => void): void
  end(): Promise<void>
}

export type DecisionContents = { readonly input?: JsonValue; readonly output?: JsonValue; readonly subjectRef?: string }

export const asker = { key: 'app', name: 'application' }

export function principal(name: string, more: Partial<Principal> = {}): Principal {
  return { keyId: `key-${name}`, name, scopes: [], roles: ['reviewer'], ...more }
}

export const silentLogger: EngineLogger = { info: () => undefined, warn: () => undefined, error: () => undefined }

export function resolvedManifest(more: Record<string, unknown> = {}): ResolvedManifest {
  const result = validateManifest(creditUseCase(more))
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems))
  return result.manifest
}

export function rulesOf(manifest: ResolvedManifest): DecisionRules {
  const contract = compileContract(manifest)
  const policy = compilePolicy(manifest)
  return {
    checkOutput: (output) => contract.checkOutput(output),
    redact: compileRedaction(manifest.privacy),
    value: (facts) => policy.value(facts),
    actionsAfterReview: (facts) => policy.actions('review', facts),
  }
}

/** Opens the database once; each `fresh` world starts on an empty log and an empty view. */
export async function openWorlds(): Promise<{
  fresh(manifest?: ResolvedManifest, log?: Log): Promise<World>
  end(): Promise<void>
}> {
  const test = await openEmbedded()
  const open: World[] = []
  return {
    async fresh(manifest = resolvedManifest(), log = createMemoryLog(`airworthy/${randomBytes(8).toString('hex')}`)) {
      for (const world of open.splice(0)) await world.end()
      const world = await worldOn(test.database, manifest, log)
      open.push(world)
      return world
    },
    async end() {
      for (const world of open) await world.end()
      await test.end()
    },
  }
}

async function worldOn(database: TestDatabase['database'], manifest: ResolvedManifest, log: Log): Promise<World> {
  const clock = { now: Date.parse('2026-03-02T10:00:00Z') }
  const listeners: (() => void)[] = []
  const onProjected = () => listeners.forEach((listener) => listener())
  const view = createPatientProjector({ log, database, clock: () => clock.now, onProjected })
  view.start()
  const rules = rulesOf(manifest)
  return {
    log,
    journal: createJournal(log, () => clock.now),
    view,
    database,
    clock,
    readRevision: async (useCase) => (useCase === manifest.metadata.name ? { manifest, rules } : undefined),
    decide: (more, contents) => recordDecision(log, clock.now, { more: more ?? {}, contents: contents ?? {} }),
    afterProjection: (listener) => void listeners.push(listener),
    end: () => view.stop(),
  }
}

/** For tests that need a log only. */
export async function recordDecision(
  log: Log,
  at: number,
  { more, contents }: { more: Partial<DecisionRecorded['data']>; contents: DecisionContents },
): Promise<string> {
  const id = uuidV7(at, randomBytes(10))
  const payload = (part: string, value: JsonValue) => ({
    part,
    salt: randomBytes(16),
    bytes: Buffer.from(JSON.stringify(value)),
  })
  const output = contents.output === undefined ? undefined : payload('output', contents.output)
  const input = payload('input', { input: contents.input ?? { amount: 5000 } })
  const item = decisionItem({
    id,
    origin: log.origin,
    at,
    input,
    output,
    subjectRef: contents.subjectRef,
    once: undefined,
    data: {
      payloads: payloadRefs(input, output),
      useCase: 'credit',
      revision: 1,
      origin: 'gateway',
      status: 'pending_review',
      route: 'review',
      reason: 'otherwise',
      arm: 'champion',
      model: { name: 'approve', version: '1' },
      confidence: 0.5,
      value: output === undefined ? null : true,
      violations: [],
      failure: null,
      audit: null,
      review: { kind: 'decision', dueAt: null },
      actions: [],
      idempotency: null,
      by: asker,
      steps: [],
      ...more,
    },
  })
  await log.append(item)
  return id
}
