// How a server is built and joined: the graph of everything, in the order in which it starts and stops.

import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { pino, type Logger } from 'pino'
import type { LogVerification, RunningServer } from '#cli/services.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { createActionDesk } from '#engine/action-desk.ts'
import { createActionRunner } from '#engine/action-runner.ts'
import { ensureAdminKey } from '#engine/admin-key.ts'
import { createJournal } from '#engine/journal.ts'
import { createKeyRing } from '#engine/key-ring.ts'
import { createOutcomeLedger } from '#engine/outcome-ledger.ts'
import { createProjector, type Projected, type Projector } from '#engine/projector.ts'
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
import type { Log } from '#log/log.ts'
import { openSqliteLog } from '#log/sqlite-log.ts'
import { verifyLog } from '#log/verify-log.ts'
import { createAddressGuard } from '#outgoing/address-guard.ts'
import { createSecretResolver } from '#outgoing/secret.ts'
import { createWebhookSender } from '#outgoing/webhook-sender.ts'
import { createActionReads } from '#storage/action-reads.ts'
import { createKeyReads } from '#storage/key-reads.ts'
import { openDatabase } from '#storage/open-database.ts'
import { createReviewReads } from '#storage/review-reads.ts'
import { createRevisionReads } from '#storage/use-case-revision-reads.ts'
import { compileRules, createPreparer } from './compose-pipelines.ts'
import { composeMetrics, composeRoutes } from './compose-routes.ts'
import type { Configuration } from './configuration.ts'
import { openPseudonyms } from './server-secret.ts'
import { version } from './version.ts'

/** Everything listens when it resolves. Errors: data_dir_in_use, data_dir_invalid, configuration_invalid, view_unavailable. */
export async function composeServer(configuration: Configuration): Promise<RunningServer> {
  const { dataDir } = configuration
  // What is opened is closed in the reverse order, also when a later step fails.
  await using opening = new AsyncDisposableStack()
  const logger = pino({ level: configuration.logLevel, base: null }, pino.destination(2))
  const ground = await openGround(configuration, { stack: opening, logger })
  const people = await openEngine(configuration, { stack: opening, logger, ground })
  const admin = await ensureAdminKey({ ring: people.ring, fromEnvironment: configuration.adminKey, dataDir })
  if (admin.warning) logger.warn(admin.warning)

  const { app, url } = await listen(configuration, { stack: opening, logger, ground, people })
  ground.lock.describe({ pid: process.pid, url })
  people.runner.start()
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
    verifyLog: (): Promise<LogVerification> => verifyLog(ground.log),
    close: () => (closing ??= close()),
  }
}

type Setting = { readonly stack: AsyncDisposableStack; readonly logger: Logger }

/** The log, the view, and the projector that keeps the view equal to the log. */
async function openGround({ dataDir, databaseUrl }: Configuration, { stack, logger }: Setting) {
  makeFolder(dataDir)
  const lock = lockFolder(dataDir)
  stack.defer(() => lock.release())
  const log = await openSqliteLog({ dir: dataDir })
  stack.defer(() => log.close())
  const database = await openDatabase({ databaseUrl, dataDir, logger })
  stack.defer(() => database.close())
  const followers = new Set<(projected: Projected) => void>()
  const projector = createProjector({
    log,
    database,
    clock: Date.now,
    logger,
    onProjected: (projected) => followers.forEach((follow) => follow(projected)),
    isBusy: createBusyGauge(),
  })
  projector.start()
  stack.defer(() => projector.stop())
  await untilCaughtUp({ log, projector, logger })
  return {
    lock,
    log,
    database,
    projector,
    followers,
    pseudonym: openPseudonyms(dataDir),
    journal: createJournal(log, Date.now),
    metrics: composeMetrics(log, projector),
  }
}
export type Ground = Awaited<ReturnType<typeof openGround>>

/** Above this share of its time the main thread has no room for work that can wait. */
const busyUtilization = 0.8

/** Tells whether the event loop was nearly always at work since the last time it was asked. */
function createBusyGauge(): () => boolean {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization > busyUtilization
  }
}

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

/** Keys and manifests in force are read from the view, so it must be whole before anybody is let in. */
async function untilCaughtUp({
  log,
  projector,
  logger,
}: {
  log: Log
  projector: Projector
  logger: Logger
}): Promise<void> {
  const last = log.head() - 1
  while (!(await projector.waitFor(last, 5_000))) {
    const { state, detail } = projector.health()
    if (state === 'stuck')
      throw new PlatformError('view_unavailable', `The view cannot be made: ${detail ?? 'unknown'}.`)
    logger.warn({ position: projector.position(), of: last + 1, detail }, 'The view is catching up with the log.')
  }
}

/** Who decides, acts and is let in: keys, use cases in force, the desks, the runner. */
async function openEngine(configuration: Configuration, { stack, logger, ground }: Setting & { ground: Ground }) {
  const { log, journal, database, projector } = ground
  const outside = openOutside(configuration)
  stack.defer(() => outside.sender.close())
  const { gateway, useCases } = openUseCases(configuration, { ground, outside, logger })
  const ring = createKeyRing({ journal, keys: createKeyReads(database.db) })
  await ring.load()
  await useCases.load()
  stack.defer(() => useCases.close())

  const readRevision = (useCase: string, revision: number) => useCases.revision(useCase, revision)
  const view = projector
  const desk = createReviewDesk({ journal, log, reviews: createReviewReads(database.db), readRevision, view })
  const actions = createActionReads(database.db)
  const runner = createActionRunner({
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
  ground.followers.add(() => runner.wake())
  stack.defer(() => runner.stop())
  const ledger = createOutcomeLedger({
    journal,
    log,
    subjectRef: (subject) => ground.pseudonym(`subject\n${subject}`),
    // Without a manifest nobody knows what is to be redacted, so nothing is kept.
    redact: (useCase, value) => useCases.inForce(useCase)?.prepared.redact(value) ?? '[withheld]',
  })
  const actionDesk = createActionDesk({ journal, log, actions, readRevision, view })
  return { gateway, useCases, ring, desk, runner, ledger, actionDesk }
}

/** What leaves the server: which addresses it may call, and with which secrets. */
function openOutside({ allowInternal: allow, host, dataDir }: Configuration) {
  const allowLoopback = isLoopback(host)
  return {
    modelGuard: createAddressGuard({ allow, allowLoopback, allowPrivate: true }),
    sender: createWebhookSender({ guard: createAddressGuard({ allow, allowLoopback }), clock: Date.now }),
    resolveSecret: createSecretResolver({
      env: process.env,
      reservedNames: ['AIRWORTHY_ADMIN_KEY', 'DATABASE_URL'],
      reservedFolders: [dataDir],
    }),
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

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

type Parts = Setting & { readonly ground: Ground; readonly people: Engine }

async function listen(
  configuration: Configuration,
  { stack, logger, ground, people }: Parts,
): Promise<{ app: App; url: string }> {
  const waiting = createWaiting()
  people.desk.onDecided((id) => waiting.decided(id))
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
