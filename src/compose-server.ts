// How a server is built and joined: the graph of everything, in the order in which it starts and stops.

import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { pino, type Logger } from 'pino'
import type { RunningServer } from '#cli/services.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { createActionDesk } from '#engine/action-desk.ts'
import { createActionRunner, type ActionRunner } from '#engine/action-runner.ts'
import { ensureAdminKey } from '#engine/admin-key.ts'
import { createJournal } from '#engine/journal.ts'
import { createKeyRing } from '#engine/key-ring.ts'
import { createLogKeys } from '#engine/log-keys.ts'
import { createLogReaders } from '#engine/log-readers.ts'
import { createOutcomeLedger } from '#engine/outcome-ledger.ts'
import { createReviewDesk } from '#engine/review-desk.ts'
import { createUseCaseRegistry } from '#engine/use-case-registry.ts'
import { createGateway } from '#gateway/gateway.ts'
import type { Pipeline } from '#gateway/pipeline.ts'
import { createRandomPool } from '#gateway/random-pool.ts'
import { createApp, type App } from '#http/app.ts'
import { describeApi } from '#http/openapi.ts'
import { registerRoutes } from '#http/routes.ts'
import { createWaiting } from '#http/decision-waiting.ts'
import { lockFolder } from '#log/folder-lock.ts'
import { createAddressGuard } from '#outgoing/address-guard.ts'
import { createActionReads } from '#storage/action-reads.ts'
import { createKeyReads } from '#storage/key-reads.ts'
import { createReviewReads } from '#storage/review-reads.ts'
import { createRevisionReads } from '#storage/use-case-revision-reads.ts'
import { createOthers } from './compose-others.ts'
import { composeAssessments } from './compose-assessments.ts'
import { isLoopback, openOutside } from './compose-outside.ts'
import { compileRules, createPreparer } from './compose-pipelines.ts'
import { composePrivacy } from './compose-privacy.ts'
import { composeMetrics, composeRoutes } from './compose-routes.ts'
import { openStore, type Store } from './compose-store.ts'
import { verifyOwnLog } from './compose-verification.ts'
import { openView } from './compose-view.ts'
import type { Configuration } from './configuration.ts'
import { version } from './version.ts'
import { openWitnesses } from './compose-witnesses.ts'

/** Everything listens when it resolves. Errors: data_dir_in_use, data_dir_invalid, configuration_invalid, view_unavailable. */
export async function composeServer(configuration: Configuration): Promise<RunningServer> {
  const { dataDir } = configuration
  // What is opened is closed in the reverse order, also when a later step fails.
  await using opening = new AsyncDisposableStack()
  const logger = pino({ level: configuration.logLevel, base: null }, pino.destination(2))
  const ground = await openGround(configuration, { stack: opening, logger })
  const people = await openEngine(configuration, { stack: opening, logger, ground })
  // Two servers that start together must not each take in the same key.
  const { ring, others } = people
  const admin = await others.alone(() => ensureAdminKey({ ring, fromEnvironment: configuration.adminKey, dataDir }))
  if (admin.warning) logger.warn(admin.warning)

  const { app, url } = await listen(configuration, { stack: opening, logger, ground, people })
  ground.lock.describe({ pid: process.pid, url })
  opening.defer(await ground.duties.add('actions', people.runner))
  opening.defer(await ground.duties.add('retention', people.privacy.retention))
  logger.info({ url, dataDir }, 'listening')

  const running = opening.move()
  let closing: Promise<void> | undefined
  const close = async () => {
    await app.close()
    await running.disposeAsync()
  }
  return {
    url,
    adminKey: admin.key,
    isNewAdminKey: admin.isNew,
    adminKeyFile: admin.file,
    verifyLog: () => verifyOwnLog(configuration, ground.tree.vkey()),
    close: () => (closing ??= close()),
  }
}

type Setting = { readonly stack: AsyncDisposableStack; readonly logger: Logger }

/** The log, the view, and what keeps the view equal to the log. */
async function openGround(configuration: Configuration, { stack, logger }: Setting) {
  const { dataDir } = configuration
  makeFolder(dataDir)
  const lock = lockFolder(dataDir)
  stack.defer(() => lock.release())
  const store = await openStore(configuration, { stack, logger })
  const { log, tree } = store
  const witnesses = await askWitnesses(configuration, { store, stack, logger })
  const { view: projector, ...rest } = await openView(configuration, { stack, logger, store })
  const journal = createJournal(log, Date.now)
  const logKeys = createLogKeys({ journal, log, tree })
  await logKeys.announce()
  const logReaders = createLogReaders({ journal, logger })
  stack.defer(() => logReaders.close())
  const metrics = composeMetrics({ log, projector, tree, witnesses })
  return { ...store, ...rest, lock, witnesses, logKeys, logReaders, projector, journal, metrics }
}

/** Undefined without a policy. Before anything is appended: what witnesses saw may show that entries are missing. */
async function askWitnesses(configuration: Configuration, { store, ...setting }: Setting & { readonly store: Store }) {
  const { witnessPolicy: policy, allowInternal: allow, host } = configuration
  if (!policy) return undefined
  const guard = createAddressGuard({ allow, allowLoopback: isLoopback(host), allowPrivate: true })
  const { tree, duties } = store
  const shared = store.shared && { duties, log: store.shared.log }
  return openWitnesses({ policy, guard, tree, shared, ...setting })
}

export type Ground = Awaited<ReturnType<typeof openGround>>

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new PlatformError(
      'data_dir_invalid',
      `The data folder ${dataDir} cannot be made: ${(error as Error).message}.`,
      {
        cause: error,
        hint: 'Choose a folder this user may write to: AIRWORTHY_DATA_DIR.',
      },
    )
  }
}

/** Who decides, acts and is let in: keys, use cases in force, the desks, the runner. */
async function openEngine(configuration: Configuration, { stack, logger, ground }: Setting & { ground: Ground }) {
  const { log, journal, database, projector } = ground
  const outside = openOutside(configuration)
  stack.defer(() => outside.sender.close())
  const { gateway, useCases } = openUseCases(configuration, { ground, outside, logger })
  const others = createOthers(ground.shared, logger)
  const ring = createKeyRing({ journal, keys: createKeyReads(database.db), alone: others.alone })
  const from = projector.position()
  await ring.load()
  await useCases.load()
  stack.defer(() => useCases.close())
  others.follow(from, { ring, useCases })
  stack.defer(() => others.stop())

  const readRevision = (useCase: string, revision: number) => useCases.revision(useCase, revision)
  const view = projector
  const desk = createReviewDesk({ journal, log, reviews: createReviewReads(database.db), readRevision, view })
  const actions = createActionReads(database.db)
  const makeRunner = () =>
    createActionRunner({
      log,
      journal,
      actions,
      view,
      readRevision,
      resolveSecret: outside.resolveSecret,
      send: (attempt) => outside.sender.send(attempt),
      random: Math.random,
      logger,
    })
  const runner = actionDuty(makeRunner)
  ground.followers.add(() => runner.wake())
  const ledger = createOutcomeLedger({
    journal,
    log,
    subjectRef: (subject) => ground.pseudonym(`subject\n${subject}`),
    // Without a manifest nobody knows what is to be redacted, so nothing is kept.
    redact: (useCase, value) => useCases.inForce(useCase)?.prepared.redact(value) ?? '[withheld]',
  })
  const actionDesk = createActionDesk({ journal, log, actions, readRevision, view })
  const privacy = composePrivacy({ ground, useCases, logger })
  const assessments = composeAssessments({ configuration, ground, useCases, stack, logger })
  return { gateway, useCases, ring, desk, others, runner, ledger, actionDesk, privacy, assessments }
}

/** A runner for each time that the duty is this server's: one that was stopped is not started again. */
function actionDuty(make: () => ActionRunner) {
  let runner: ActionRunner | undefined
  return {
    begin() {
      runner = make()
      runner.start()
    },
    async end() {
      await runner?.stop()
      runner = undefined
    },
    wake: () => runner?.wake(),
  }
}

type Needs = {
  readonly ground: Ground
  readonly outside: ReturnType<typeof openOutside>
  readonly logger: Logger
}

/** The gateway and the use cases it serves: what is applied becomes a pipeline and is published to it. */
function openUseCases({ modelDir, inFlightMax }: Configuration, { ground, outside, logger }: Needs) {
  const { log, journal, database, pseudonym, metrics } = ground
  const monotonic = () => performance.now()
  const gateway = createGateway({
    log,
    clock: Date.now,
    monotonic,
    random: createRandomPool(),
    pseudonym,
    inFlightMax,
    onDecided: (decision, ms) => metrics.decided(decision, ms / 1000),
  })
  const { modelGuard: guard, resolveSecret } = outside
  const useCases = createUseCaseRegistry<Pipeline>({
    journal,
    log,
    revisions: createRevisionReads(database.db),
    compileRules,
    prepare: createPreparer({ modelDir, guard, resolveSecret, clock: monotonic }),
    publish: (pipelines) => gateway.publish(pipelines),
    retire: ({ model }) => void model.close(),
    logger,
  })
  return { gateway, useCases }
}

export type Engine = Awaited<ReturnType<typeof openEngine>>

type Parts = Setting & { readonly ground: Ground; readonly people: Engine }

async function listen(
  configuration: Configuration,
  { stack, logger, ground, people }: Parts,
): Promise<{ app: App; url: string }> {
  const waiting = createWaiting()
  people.desk.onDecided((id) => waiting.decided(id))
  people.others.decided.add((id) => waiting.decided(id))
  const app = createApp({ logger, requestId: randomUUID, bodyLimitBytes: configuration.bodyLimitBytes })
  await describeApi(app, version)
  await registerRoutes(app, composeRoutes(configuration, { ground, people, waiting }))
  // Callers that wait for a person end first, or closing would wait for them.
  app.addHook('preClose', async () => waiting.stop())
  stack.defer(() => app.close())
  const { host, port } = configuration
  const url = await app.listen({ host, port }).catch((error: Error) => {
    throw cannotListen(configuration, error)
  })
  return { app, url }
}

function cannotListen({ host, port }: Configuration, cause: NodeJS.ErrnoException): PlatformError {
  if (cause.code === 'EADDRINUSE') {
    return new PlatformError('address_in_use', `Another program listens on port ${port} of ${host}.`, {
      cause,
      hint: 'Stop it, or choose another port: PORT or --port (0 takes any free one).',
    })
  }
  return new PlatformError(
    'configuration_invalid',
    `The server cannot listen on port ${port} of ${host}: ${cause.message}.`,
    {
      cause,
      hint: 'Set AIRWORTHY_HOST to an address of this machine, and PORT to one this user may take.',
    },
  )
}
