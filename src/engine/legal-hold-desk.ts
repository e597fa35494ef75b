// Legal holds: placed on a use case or on a person, released, listed. What a hold covers is not erased, by nobody and nothing.
//
// After a release, retention takes up what it left. An erasure that was asked for while the hold stood is not carried out by
// itself: the answer then said that it was kept, and whether it is still wanted is for people to say.

import { randomBytes } from 'node:crypto'
import { allows, assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { LegalHoldPlaced, LegalHoldReleased } from '#core/privacy/events.ts'
import { catchUp, catchUpMsMax } from './catch-up.ts'
import type { PageOf } from './ports.ts'
import { act, mustCatchUp, type PrivacyActParts } from './privacy-acts.ts'
import type { HoldRow } from './privacy-ports.ts'

export type LegalHoldDeskParts = PrivacyActParts & {
  readonly subjectRef: (subject: string) => string
  readonly isUseCase: (name: string) => Promise<boolean>
}

export type WantedHold = {
  readonly useCase?: string | undefined
  readonly subject?: string | undefined
  readonly reason: string
}

/** `behind`: entries that the view lacked when it was read. */
type HoldPage = PageOf<HoldRow> & { readonly behind: number }

export type LegalHoldDesk = {
  /** In force when it resolves. Errors: request_malformed, not_found, forbidden, view_behind. */
  place(wanted: WantedHold, principal: Principal): Promise<HoldRow>
  /** Errors: not_found, forbidden, hold_not_in_force. */
  release(id: string, reason: string, principal: Principal): Promise<HoldRow>
  /** Newest first. Errors: forbidden. */
  list(page: { readonly limit: number; readonly cursor?: string | undefined }, by: Principal): Promise<HoldPage>
}

export function createLegalHoldDesk(parts: LegalHoldDeskParts): LegalHoldDesk {
  const { reads, view, log, subjectRef, isUseCase } = parts
  return {
    async place({ useCase, subject, reason }, principal) {
      oneTarget({ 'use case': useCase, subject })
      assertAllowed(principal, 'erase', useCase)
      refusePersonInReason(reason, subject)
      if (useCase !== undefined && !(await isUseCase(useCase))) throw noSuchUseCase(useCase)
      const hold = randomBytes(6).toString('hex')
      const by = actorOf(principal)
      const target = useCase ?? null
      const written = await act(parts, (_holds, append) =>
        append<LegalHoldPlaced>({
          type: 'legal-hold-placed',
          subject: useCase === undefined ? `key/${by.key}` : `use-case/${useCase}`,
          data: { hold, useCase: target, reason, by },
          ...(subject === undefined ? {} : { subjectRef: subjectRef(subject) }),
        }),
      )
      const at = new Date(written.at).toISOString()
      return { id: hold, logIndex: written.index, useCase: target, reason, by, at, released: null }
    },

    async release(id, reason, principal) {
      await mustCatchUp(parts)
      const row = await reads.findHold(id)
      if (!row || !(allows(principal, 'read', row.useCase ?? undefined) || mayErase(principal, row)))
        throw noSuchHold(id)
      assertAllowed(principal, 'erase', row.useCase ?? undefined)
      const by = actorOf(principal)
      const written = await act(parts, async (holds, append) => {
        if (!holds.some((hold) => hold.id === id)) throw notInForce(id)
        return append<LegalHoldReleased>({
          type: 'legal-hold-released',
          subject: row.useCase === null ? `key/${by.key}` : `use-case/${row.useCase}`,
          data: { hold: id, useCase: row.useCase, reason, by },
        })
      })
      await view.waitFor(written.index, catchUpMsMax)
      return { ...row, released: { at: new Date(written.at).toISOString(), by, reason } }
    },

    async list(page, principal) {
      const allowed = useCasesAllowed(principal, 'read')
      if (allowed.length === 0) assertAllowed(principal, 'read')
      const behind = await catchUp(view, log)
      return { ...(await reads.holds({ ...page, allowed })), behind }
    },
  }
}

function mayErase(principal: Principal, { useCase }: HoldRow): boolean {
  return allows(principal, 'erase', useCase ?? undefined)
}

export function actorOf({ keyId, name }: Principal) {
  return { key: keyId, name }
}

/** Errors: request_malformed unless exactly one is given. */
export function oneTarget(targets: Readonly<Record<string, string | undefined>>): void {
  if (Object.values(targets).filter((target) => target !== undefined).length === 1) return
  const names = Object.keys(targets).join(' or a ')
  throw new PlatformError('request_malformed', `Give a ${names}, and not both.`, {
    hint: 'For example {"subject": "customer-17", "reason": "request 2026-118"}.',
  })
}

/** The reason stays on the log for ever. Errors: request_malformed. */
export function refusePersonInReason(reason: string, subject: string | undefined): void {
  if (subject === undefined || !reason.toLowerCase().includes(subject.toLowerCase())) return
  throw new PlatformError('request_malformed', 'The reason names the subject, and reasons stay on the log for ever.', {
    hint: 'Name a case instead: "request 2026-118".',
  })
}

function noSuchUseCase(name: string): PlatformError {
  return new PlatformError('not_found', `There is no use case ${name}.`, { hint: 'airworthy status lists them.' })
}

function noSuchHold(id: string): PlatformError {
  return new PlatformError('not_found', `There is no legal hold ${id.slice(0, 80)}.`, {
    hint: 'airworthy hold list shows their ids.',
  })
}

function notInForce(id: string): PlatformError {
  return new PlatformError('hold_not_in_force', `The legal hold ${id} was released before.`, {
    hint: 'Nothing was changed. airworthy hold list says when and by whom.',
  })
}
