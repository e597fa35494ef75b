// The courier to the witnesses of the configured policy, and what leaves to them.

import type { Logger } from 'pino'
import { PlatformError } from '#core/kernel/errors.ts'
import type { WitnessPolicy } from '#core/tlog/witness-policy.ts'
import { createSharedWitnesses } from '#engine/shared-witnesses.ts'
import type { WitnessReport } from '#engine/witness-courier-standing.ts'
import { createWitnessCourier, type WitnessCourier } from '#engine/witness-courier.ts'
import type { PostgresLog } from '#log/postgres-log.ts'
import { putWitnessReports, witnessReports } from '#log/postgres-witness-reports.ts'
import type { LogTree } from '#log/tree.ts'
import type { AddressGuard } from '#outgoing/address-guard.ts'
import { createWitnessClient } from '#outgoing/witness-client.ts'
import type { Duties } from './compose-duties.ts'

/** What is known of witnesses, on whichever server it was learnt. */
export type Witnesses = Pick<WitnessCourier, 'health' | 'troubled'>

type Parts = {
  readonly policy: WitnessPolicy
  readonly tree: LogTree
  /** Witnesses are named by whoever runs the server, like models: private networks are open. */
  readonly guard: AddressGuard
  readonly logger: Logger
  readonly stack: AsyncDisposableStack
  /** Where other servers write on the same log: one of them asks. */
  readonly shared?: { readonly duties: Duties; readonly log: Pick<PostgresLog, 'rows'> } | undefined
}

/**
 * Witnesses are asked before anything else is written, by this server or by the one that does it for all.
 * Errors: log_rolled_back, log_forked, configuration_invalid.
 */
export async function openWitnesses({ shared, ...parts }: Parts): Promise<Witnesses> {
  await assertFits(parts.policy, parts.tree)
  return shared ? openShared(parts, shared) : openAlone(parts)
}

async function openAlone({ stack, ...parts }: Parts): Promise<Witnesses> {
  const courier = makeCourier(parts)
  stack.defer(() => courier.stop())
  await courier.start()
  return courier
}

async function openShared(
  { stack, ...parts }: Parts,
  { duties, log }: NonNullable<Parts['shared']>,
): Promise<Witnesses> {
  const { policy, tree, logger } = parts
  const witnesses = createSharedWitnesses({
    policy,
    tree,
    clock: Date.now,
    logger,
    makeCourier: () => makeCourier(parts),
    reports: {
      all: async () => (await witnessReports(log.rows)) as readonly WitnessReport[],
      put: (reports) => putWitnessReports(log.rows, reports),
    },
  })
  stack.defer(() => witnesses.stop())
  stack.defer(await duties.add('witnesses', witnesses))
  await witnesses.start()
  return witnesses
}

function makeCourier({ policy, tree, guard, logger }: Omit<Parts, 'stack'>): WitnessCourier {
  const client = createWitnessClient({ guard, clock: Date.now })
  const courier = createWitnessCourier({ policy, tree, submit: client.submit, clock: Date.now, logger })
  return {
    start: () => courier.start(),
    health: () => courier.health(),
    troubled: () => courier.troubled(),
    reports: () => courier.reports(),
    // What hangs ends with its connection; only then has the courier nothing under way.
    stop: async () => void (await Promise.all([courier.stop(), client.close()])),
  }
}

/** Log lines are for those who check; where there are any, one must be of this log. */
async function assertFits({ logs }: WitnessPolicy, tree: LogTree): Promise<void> {
  const ours = new Set((await tree.keys()).map(({ vkey }) => vkey))
  if (logs.length === 0 || logs.some(({ key }) => ours.has(key.vkey))) return
  const named = logs.map(({ key }) => `${key.name}+${key.id}`).join(', ')
  throw new PlatformError('configuration_invalid', `The witness policy is for the log ${named}, not for this one.`, {
    hint: `Its log line is: log ${tree.vkey()}`,
  })
}
