// What the routes are given: the desks and reads behind each noun.

import { fileURLToPath } from 'node:url'
import { describePolicy } from '#core/use-case/describe-policy.ts'
import { createDecisionFile } from '#engine/decision-file.ts'
import { createLogReceipts } from '#engine/log-receipts.ts'
import type { Projector } from '#engine/projector.ts'
import { createChangeFeed } from '#http/change-feed.ts'
import type { Waiting } from '#http/decision-waiting.ts'
import { createMetrics, type Metrics, type Readiness } from '#http/operation-routes.ts'
import type { RouteParts } from '#http/routes.ts'
import type { Log } from '#log/log.ts'
import type { LogTree } from '#log/tree.ts'
import { createAccuracyReads } from '#storage/accuracy-reads.ts'
import { createActionReads } from '#storage/action-reads.ts'
import { createDecisionReads } from '#storage/decision-reads.ts'
import { createDecisionTraceReads } from '#storage/decision-trace-reads.ts'
import { createProvableDecisionReads } from '#storage/provable-decision-reads.ts'
import { createReviewReads } from '#storage/review-reads.ts'
import { createUseCaseReads } from '#storage/use-case-reads.ts'
import type { Engine, Ground } from './compose-server.ts'
import type { Witnesses } from './compose-witnesses.ts'
import type { Configuration } from './configuration.ts'
import { version } from './version.ts'

type Parts = { readonly ground: Ground; readonly people: Engine; readonly waiting: Waiting }

export function composeRoutes(configuration: Configuration, { ground, people, waiting }: Parts): RouteParts {
  const { log, tree, database, projector: view, logReaders: readers } = ground
  const { gateway, useCases, ring } = people
  const clock = Date.now
  const feed = createChangeFeed(clock)
  ground.followers.add(feed.publish)
  ground.readers.add(() => feed.size() > 0)
  const file = composeDecisionFile({ ground, people })
  const reads = createUseCaseReads(database.db)
  const findPrincipal = (hash: string) => ring.find(hash)
  return {
    findPrincipal,
    decide: {
      gateway,
      // Whoever asked for a decision is told all of it, also while a blind second look at it is open.
      readDecision: (id) => file.read(id, { asRecorded: true }),
      lookAtDecision: (id) => file.read(id),
      readDecisionAt: (index) => file.readAt(index, { asRecorded: true }),
      waiting,
      lineBytesMax: configuration.bodyLimitBytes,
      version,
    },
    observations: { observe: (useCase, observation, by) => gateway.observe(useCase, observation, by) },
    outcomes: { ledger: people.ledger },
    decisions: { list: createDecisionReads(database.db).list, file, log, view },
    useCases: {
      useCases: useCaseFacts(people),
      ...reads,
      accuracy: createAccuracyReads(database.db).ofUseCase,
      log,
      view,
      clock,
    },
    apply: { apply: (request) => useCases.apply(request) },
    reviews: { desk: people.desk },
    actions: { desk: people.actionDesk },
    keys: { ring },
    log: composeLogParts(ground, people),
    tiles: { log, tree, readers, findPrincipal, isPublic: configuration.isPublicLog },
    receipts: {
      log,
      view,
      receipts: createLogReceipts({ log, tree }),
      readers,
      provable: createProvableDecisionReads(database.db).page,
    },
    assessments: { desk: people.assessments },
    privacy: { ...people.privacy, log, view },
    status: { version, startedAt: clock(), log, view, database, useCases, totals: reads.totals },
    events: { feed, view, clock },
    operations: { readiness: () => readiness(ground), metrics: ground.metrics, rebuild: () => view.rebuild() },
    webDir: fileURLToPath(new URL('../web/dist', import.meta.url)),
  }
}

function composeLogParts(ground: Ground, { privacy }: Engine): RouteParts['log'] {
  const { log, tree, projector: view, logKeys: keys, logReaders: readers } = ground
  const witnesses = () => ground.witnesses?.health() ?? nobodyWitnesses
  return { log, tree, view, keys, readers, witnesses, contents: () => privacy.reads.counts() }
}

function composeDecisionFile({ ground: { log, tree, database }, people: { useCases } }: Omit<Parts, 'waiting'>) {
  const { db } = database
  return createDecisionFile({
    log,
    checkpointed: () => tree.latest().size,
    traces: createDecisionTraceReads({ db, reviews: createReviewReads(db), actions: createActionReads(db) }),
    readRevision: (useCase, revision) => useCases.revision(useCase, revision),
    clock: Date.now,
  })
}

function useCaseFacts({ useCases }: Engine): RouteParts['useCases']['useCases'] {
  return {
    list: () => useCases.list(),
    inForce: (name) => useCases.inForce(name),
    revision: async (name, revision) => (await useCases.revision(name, revision))?.manifest,
    modelHealth(name) {
      const unknown = {
        protocol: '',
        target: '',
        state: 'unavailable',
        detail: 'The use case is not in force.',
      } as const
      return useCases.inForce(name)?.prepared.model.health() ?? unknown
    },
    describePolicy,
  }
}

const nobodyWitnesses = { witnessed: null, witnesses: [], quorum: null }

type Measured = {
  readonly log: Pick<Log, 'head'>
  readonly projector: Pick<Projector, 'position'>
  readonly tree: Pick<LogTree, 'health' | 'latest'>
  readonly witnesses: Witnesses | undefined
}

export function composeMetrics({ log, projector, tree, witnesses }: Measured): Metrics {
  return createMetrics({
    log_entries: { help: 'Entries on the log.', read: () => log.head() },
    view_behind: { help: 'Entries that the view has yet to take in.', read: () => log.head() - projector.position() },
    log_checkpoint_entries: { help: 'Entries that the newest checkpoint covers.', read: () => tree.latest().size },
    log_tree_growing: {
      help: '1 while checkpoints are made; 0 when the tree has stopped.',
      read: () => (tree.health().state === 'growing' ? 1 : 0),
    },
    witness_away: { help: 'Witnesses that are away or refuse.', read: () => witnesses?.troubled() ?? 0 },
    log_witnessed_entries: {
      help: 'Entries that the newest checkpoint with enough cosignatures covers.',
      read: () => witnesses?.health().witnessed?.size ?? 0,
    },
  })
}

async function readiness({ log, database, projector, trouble }: Ground): Promise<Readiness> {
  const view = projector.health()
  const cannotRecord = trouble()
  const ping = await database.ping().then(
    (ms) => ({ ok: true, detail: `${ms.toFixed(1)} ms` }),
    (error: Error) => ({ ok: false, detail: error.message }),
  )
  const checks = {
    log: { ok: cannotRecord === null, detail: cannotRecord ?? `${log.head()} entries` },
    view: { ok: view.state === 'following' || view.state === 'rebuilding', detail: view.detail ?? view.state },
    database: ping,
  }
  return { ok: Object.values(checks).every(({ ok }) => ok), checks }
}
