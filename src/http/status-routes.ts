// How the server is: the log's head, how far the view is, and what waits.

import type { FastifyInstance } from 'fastify'
import { assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import type { Principal } from '#core/kernel/principal.ts'
import { catchUp } from '#engine/catch-up.ts'
import type { Log } from '#log/log.ts'
import type { UseCasesAllowed, ViewPosition } from '#engine/ports.ts'
import { Problem } from '#wire/common.ts'
import { Status, type LogHead } from '#wire/system.ts'

export type StatusParts = {
  readonly version: string
  readonly startedAt: Instant
  readonly log: Pick<Log, 'origin' | 'head' | 'latestHead'>
  readonly view: ViewPosition & {
    health(): {
      readonly state: 'stopped' | 'following' | 'retrying' | 'rebuilding' | 'stuck'
      readonly detail: string | null
    }
  }
  readonly database: { readonly kind: 'embedded' | 'postgresql'; ping(): Promise<number> }
  readonly useCases: { list(): readonly { readonly name: string }[] }
  readonly totals: (
    allowed: UseCasesAllowed,
  ) => Promise<{ openReviews: number; queuedActions: number; deadActions: number }>
}

export function registerStatusRoutes(app: FastifyInstance, parts: StatusParts): void {
  const { log, view, useCases } = parts

  app.get('/api/v1/status', { schema: statusSchema }, async ({ principal }): Promise<Status> => {
    const allowed = allowedTo(principal)
    await catchUp(view, log)
    const counted = await count(parts, allowed)
    const visible = useCases.list().filter(({ name }) => allowed === 'all' || allowed.includes(name))
    return {
      version: parts.version,
      startedAt: formatInstant(parts.startedAt),
      log: headOf(parts),
      view: { database: parts.database.kind, ok: counted.detail === null, detail: counted.detail },
      useCases: visible.length,
      ...counted.totals,
    }
  })
}

const nothing = { openReviews: 0, queuedActions: 0, deadActions: 0 }

/** Status answers also when the view does not: that is when it is read. */
async function count({ database, totals, view }: StatusParts, allowed: UseCasesAllowed) {
  const { state, detail } = view.health()
  const trouble = state === 'following' || state === 'rebuilding' ? null : (detail ?? `The projection is ${state}.`)
  try {
    await database.ping()
    return { totals: await totals(allowed), detail: trouble }
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    return { totals: nothing, detail: trouble ?? error.message }
  }
}

function headOf({ log, view }: StatusParts): LogHead {
  const size = log.head()
  const position = Math.min(view.position(), size)
  return { origin: log.origin, size, view: { position, behind: size - position } }
}

/** Errors: forbidden for a key that may read nothing. */
function allowedTo(principal: Principal): UseCasesAllowed {
  const allowed = useCasesAllowed(principal, 'read')
  if (allowed.length === 0) assertAllowed(principal, 'read')
  return allowed
}

const tags = ['system']
const statusSchema = {
  operationId: 'readStatus',
  summary: 'How the server is, and what waits',
  tags,
  response: { 200: Status, 403: Problem },
}
