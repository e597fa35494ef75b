// What the routes are given: the desks and reads behind each noun.

import { fileURLToPath } from 'node:url'
import { describePolicy } from '#core/use-case/describe-policy.ts'
import { createDecisionFile } from '#engine/decision-file.ts'
import type { Projector } from '#engine/projector.ts'
import { createChangeFeed } from '#http/change-feed.ts'
import type { Waiting } from '#http/decision-waiting.ts'
import { createMetrics, type Metrics, type Readiness } from '#http/operation-routes.ts'
import type { RouteParts } from '#http/routes.ts'
import type { Log } from '#log/log.ts'
import { createAccuracyReads } from '#storage/accuracy-reads.ts'
import { createActionReads } from '#storage/action-reads.ts'
import { createDecisionReads } from '#storage/decision-reads.ts'
import { createDecisionTraceReads } from '#storage/decision-trace-reads.ts'
import { createReviewReads } from '#storage/review-reads.ts'
import { createUseCaseReads } from '#storage/use-case-reads.ts'
import type { Engine, Ground } from './compose-server.ts'
import type { Configuration } from './configuration.ts'
import { version } from './version.ts'

type Parts = { readonly ground: Ground; readonly people: Engine; readonly waiting: Waiting }

export function composeRoutes(configuration: Configuration, { ground, people, waiting }: Parts): RouteParts {
  const { log, database, projector } = ground
  const { gateway, useCases, ring } = people
  const view = projector
  const clock = Date.now
  const feed = createChangeFeed(clock)
  ground.followers.add(feed.publish)
  const traces = createDecisionTraceReads({
    db: database.db,
    reviews: createReviewReads(database.db),
    actions: createActionReads(database.db),
  })
  const readRevision = (useCase: string, revision: number) => useCases.revision(useCase, revision)
  const file = createDecisionFile({ log, traces, readRevision, clock })
  const reads = createUseCaseReads(database.db)
  return {
    findPrincipal: (hash) => ring.find(hash),
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
    status: { version, startedAt: clock(), log, view, database, useCases, totals: reads.totals },
    events: { feed, view, clock },
    operations: { readiness: () => readiness(ground), metrics: ground.metrics, rebuild: () => projector.rebuild() },
    webDir: fileURLToPath(new URL('../web/dist', import.meta.url)),
  }
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

export function composeMetrics(log: Pick<Log, 'head'>, projector: Pick<Projector, 'position'>): Metrics {
  return createMetrics({
    log_entries: { help: 'Entries on the log.', read: () => log.head() },
    view_behind: { help: 'Entries that the view has yet to take in.', read: () => log.head() - projector.position() },
  })
}

async function readiness({ log, database, projector }: Ground): Promise<Readiness> {
  const view = projector.health()
  const ping = await database.ping().then(
    (ms) => ({ ok: true, detail: `${ms.toFixed(1)} ms` }),
    (error: Error) => ({ ok: false, detail: error.message }),
  )
  const checks = {
    log: { ok: true, detail: `${log.head()} entries` },
    view: { ok: view.state === 'following' || view.state === 'rebuilding', detail: view.detail ?? view.state },
    database: ping,
  }
  return { ok: Object.values(checks).every(({ ok }) => ok), checks }
}
