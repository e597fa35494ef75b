// Actions for people: what became of them, and replaying one that was given up.

import { allows, assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import type { ActionReplayed } from '#core/actions/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { Log } from '#log/log.ts'
import { readActionContents } from './action-contents.ts'
import { catchUp, catchUpMsMax } from './catch-up.ts'
import type { Journal } from './journal.ts'
import type { ActionQuery, ActionReads, ActionRow, PageOf, ReadRevision, ViewPosition } from './ports.ts'

export type ActionDeskParts = {
  readonly journal: Journal
  readonly log: Pick<Log, 'latestHead' | 'findById' | 'findOnce' | 'get'>
  readonly actions: ActionReads
  readonly readRevision: ReadRevision
  readonly view: ViewPosition
}

/** `target`: where it goes, without the query of the address, which may hold what is not for everybody's eyes. */
export type ShownAction = { readonly row: ActionRow; readonly target: string }

export type ActionDesk = {
  /** `behind`: entries that the view lacked when it was read. Errors: forbidden. */
  list(
    query: Omit<ActionQuery, 'allowed'>,
    principal: Principal,
  ): Promise<PageOf<ShownAction> & { readonly behind: number }>
  /** Queues it again, with the whole schedule before it. Errors: not_found, forbidden, action_not_dead. */
  replay(id: string, principal: Principal): Promise<ShownAction>
}

export function createActionDesk(parts: ActionDeskParts): ActionDesk {
  const { journal, log, actions, view } = parts
  return {
    async list(query, principal) {
      if (query.useCase !== undefined) assertAllowed(principal, 'read', query.useCase)
      const allowed = useCasesAllowed(principal, 'read')
      if (allowed.length === 0) assertAllowed(principal, 'read')
      const behind = await catchUp(view, log)
      const page = await actions.list({ ...query, allowed })
      return { ...page, items: await Promise.all(page.items.map((row) => shown(parts, row))), behind }
    },

    async replay(id, principal) {
      await catchUp(view, log)
      const row = await actions.find(id)
      const isVisible =
        row && (allows(principal, 'read', row.useCase) || allows(principal, 'replay-actions', row.useCase))
      if (!isVisible) throw noSuchAction(id)
      assertAllowed(principal, 'replay-actions', row.useCase)
      if (row.status !== 'dead') throw notDead(row)
      await assertSendable(parts, row)
      const { useCase, decision } = row
      const written = await journal.write<ActionReplayed>({
        type: 'action-replayed',
        subject: `use-case/${useCase}`,
        data: { useCase, decision, action: id, by: { key: principal.keyId, name: principal.name } },
        // It may die and be replayed again; each death once.
        once: `action-replayed:${id}:${row.endedAt ?? 0}`,
      })
      if (written.kind === 'taken') throw notDead({ ...row, status: 'queued' })
      const isThere = await view.waitFor(written.index, catchUpMsMax)
      const after = isThere ? await actions.find(id) : undefined
      const nextAt = journal.now()
      return shown(parts, after ?? { ...row, status: 'queued', attempts: 0, nextAt, lastError: null, endedAt: null })
    },
  }
}

/** Errors: contents_erased, or it would be queued only to be given up again. */
async function assertSendable({ log, readRevision }: ActionDeskParts, row: ActionRow): Promise<void> {
  const resolveSecret = async () => ''
  const contents = await readActionContents({ log, readRevision, resolveSecret }, row)
  if (contents.kind !== 'impossible' || !contents.isErased) return
  throw new PlatformError('contents_erased', `The action ${row.id} cannot be sent any more: ${contents.because}`, {
    hint: 'The decision’s page says when and why. What the receiver needs must come from elsewhere.',
  })
}

async function shown({ readRevision }: ActionDeskParts, row: ActionRow): Promise<ShownAction> {
  const revision = await readRevision(row.useCase, row.revision)
  const url = revision?.manifest.actions?.[row.position]?.webhook.url
  return { row, target: url === undefined ? '' : withoutQuery(url) }
}

function withoutQuery(url: string): string {
  if (!URL.canParse(url)) return ''
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

function noSuchAction(id: string): PlatformError {
  return new PlatformError('not_found', `There is no action ${id.slice(0, 80)}.`, {
    hint: 'An action’s id is <decision>.<position>; the key must be for its use case.',
  })
}

function notDead({ id, status }: ActionRow): PlatformError {
  const why = status === 'queued' ? 'It is queued and will be tried by itself.' : 'It was delivered.'
  return new PlatformError('action_not_dead', `The action ${id} was not given up. ${why}`, {
    hint: 'Only what was given up can be replayed.',
    details: { status },
  })
}
