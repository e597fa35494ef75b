// The view and whoever keeps it equal to the log: this server alone, or one of those that share the database.

import { performance } from 'node:perf_hooks'
import type { Logger } from 'pino'
import { PlatformError } from '#core/kernel/errors.ts'
import { createProjector, type Projected, type Projector } from '#engine/projector.ts'
import { createSharedView, type ViewMessage, type ViewSignals } from '#engine/shared-view.ts'
import type { Log } from '#log/log.ts'
import type { Signals } from '#log/postgres-signals.ts'
import { openDatabase, type Database } from '#storage/open-database.ts'
import type { Store } from './compose-store.ts'
import type { Configuration } from './configuration.ts'

export type View = Pick<Projector, 'position' | 'waitFor' | 'health' | 'rebuild'>

export type OpenedView = {
  readonly database: Database
  readonly view: View
  /** Told of everything that was projected, by whichever server. */
  readonly followers: Set<(projected: Projected) => void>
  /** Those who want to know what was projected, not only that something was. */
  readonly readers: Set<() => boolean>
}

type Setting = { readonly stack: AsyncDisposableStack; readonly logger: Logger; readonly store: Store }

/** Resolves when the view has caught up with the log. Errors: view_unavailable, configuration_invalid. */
export async function openView({ dataDir, databaseUrl }: Configuration, setting: Setting): Promise<OpenedView> {
  const { stack, logger, store } = setting
  const { log, duties, shared } = store
  const database = await openDatabase({ databaseUrl, dataDir, logger })
  stack.defer(() => database.close())
  const followers = new Set<(projected: Projected) => void>()
  const readers = new Set<() => boolean>()
  const tell = (projected: Projected) => followers.forEach((follow) => follow(projected))
  const makeProjector = (onProjected: (projected: Projected) => void) =>
    createProjector({ log, database, clock: Date.now, logger, onProjected, isBusy: createBusyGauge() })

  let view: View
  if (shared) {
    await refuseForeignView(database, log)
    const sharedView = createSharedView({
      log,
      signals: viewSignals(shared.log.signals),
      readRow: () => readProjection(database),
      reset: () => database.reset(),
      makeProjector,
      onProjected: tell,
      wantsEvents: () => [...readers].some((wants) => wants()),
      logger,
    })
    sharedView.start()
    stack.defer(() => sharedView.stop())
    stack.defer(await duties.add('projection', { begin: () => sharedView.take(), end: () => sharedView.leave() }))
    view = sharedView
  } else {
    const projector = makeProjector(tell)
    stack.defer(await duties.add('projection', { begin: () => projector.start(), end: () => projector.stop() }))
    view = projector
  }
  await untilCaughtUp(log, view, logger)
  return { database, view, followers, readers }
}

/** Keys and manifests in force are read from the view, so it must be whole before anybody is let in. */
async function untilCaughtUp(log: Log, view: View, logger: Logger): Promise<void> {
  const last = log.head() - 1
  while (!(await view.waitFor(last, 5_000))) {
    const { state, detail } = view.health()
    if (state === 'stuck')
      throw new PlatformError('view_unavailable', `The view cannot be made: ${detail ?? 'unknown'}.`)
    logger.warn({ position: view.position(), of: last + 1, detail }, 'The view is catching up with the log.')
  }
}

async function readProjection(database: Database): Promise<{ origin: string; position: number } | undefined> {
  return database.db.selectFrom('projection').select(['origin', 'position']).executeTakeFirst()
}

/** In a database that others may use, nobody's view is thrown away unasked. */
async function refuseForeignView(database: Database, { origin }: Log): Promise<void> {
  const row = await readProjection(database)
  if (!row || row.origin === origin) return
  throw new PlatformError(
    'configuration_invalid',
    `The database holds the view of another log (${row.origin}); the log in it is ${origin}.`,
    {
      hint: 'Give each log a database of its own. If nobody needs that view any more, make it anew from this log: airworthy rebuild.',
    },
  )
}

const channels = { position: 'airworthy_view', wanted: 'airworthy_view_wanted', anew: 'airworthy_view_anew' } as const

/** Each kind has a channel, so that the last message of each is sent. */
function viewSignals(signals: Signals): ViewSignals {
  return {
    tell(message) {
      signals.tell(channels[message.kind], JSON.stringify(message))
    },
    on(listener) {
      const stops = Object.values(channels).map((channel) =>
        signals.on(channel, (text) => listener(JSON.parse(text) as ViewMessage)),
      )
      return () => stops.forEach((stop) => stop())
    },
  }
}

/** Above this share of its time the main thread has no room for work that can wait. */
const busyUtilization = 0.8

/** Tells whether the event loop was nearly always at work since the last time it was asked. */
export function createBusyGauge(): () => boolean {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization > busyUtilization
  }
}
