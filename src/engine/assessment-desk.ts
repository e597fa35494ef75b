// Assessments as evidence of a use case: made in a process of their own, recorded on the log, listed and read again.
//
//   data (two files, or two periods of decisions) → computed elsewhere → WRITTEN to the log → answered
//
// What nobody waits for any more is stopped and leaves nothing. Data are in a folder that is removed, however it ends.

import { mkdtemp, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { allows, assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import type { AssessmentRecorded } from '#core/assessment/events.ts'
import type { DecidedValue } from '#core/decision/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { isUuid } from '#core/kernel/id.ts'
import { formatInstant } from '#core/kernel/instant.ts'
import type { JsonObject } from '#core/kernel/json.ts'
import { makePayload, payloadRef, saltBytes } from '#core/kernel/payload.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { Log, LogRecord } from '#log/log.ts'
import {
  decisionColumns,
  positiveOf,
  writeDecisions,
  type DecisionsFileParts,
  type WrittenDecisions,
} from './assessment-decisions.ts'
import type {
  Assessed,
  AssessmentReads,
  AssessmentRow,
  AssessmentRunner,
  DecidedRows,
  Period,
  Watched,
} from './assessment-ports.ts'
import { catchUp } from './catch-up.ts'
import type { Journal } from './journal.ts'
import { actorOf } from './legal-hold-desk.ts'
import type { PageOf, ViewPosition } from './ports.ts'
import { eventOf } from './read-entry.ts'

export type AssessmentDeskParts = DecisionsFileParts & {
  readonly journal: Journal
  readonly log: Pick<Log, 'get' | 'findById' | 'latestHead'>
  readonly view: ViewPosition
  readonly reads: AssessmentReads
  readonly runner: AssessmentRunner
  readonly inForce: (name: string) => Pick<DecidedRows, 'manifest' | 'revision'> | undefined
  /** Where data lie while they are looked at. */
  readonly folder: string
}

export type FilesWanted = {
  readonly useCase: string
  readonly reference: string
  readonly live: string
  readonly settings: JsonObject
}
export type PeriodsWanted = {
  readonly useCase: string
  readonly reference: Period
  readonly live: Period
  readonly settings: JsonObject
}

export type KeptAssessment = { readonly row: AssessmentRow; readonly text: string }
type Asked = { readonly useCase?: string | undefined; readonly limit: number; readonly cursor?: string | undefined }

export type AssessmentDesk = {
  /** Whether the key may have one made for the use case. Errors: forbidden, not_found. */
  admit(useCase: string, principal: Principal): void
  /** A folder for data, removed when `work` ends. */
  inFolder<T>(work: (folder: string) => Promise<T>): Promise<T>
  /** Errors: table_unreadable, overloaded, assessment_failed, log_unavailable. */
  ofFiles(wanted: FilesWanted, principal: Principal, watched: Watched): Promise<AssessmentRow>
  /** Errors as ofFiles, and not_found for a period without decisions. */
  ofDecisions(wanted: PeriodsWanted, principal: Principal, watched: Watched): Promise<AssessmentRow>
  list(asked: Asked, principal: Principal): Promise<PageOf<AssessmentRow> & { readonly behind: number }>
  /** Errors: not_found, contents_erased. */
  read(id: string, principal: Principal): Promise<KeptAssessment>
  /** Errors as read. */
  report(id: string, principal: Principal): Promise<{ readonly html: string; readonly style: string }>
}

/** Of the text of a result. */
const resultBytesMax = 8 * 1024 * 1024
const headlineMax = 1_000

export function createAssessmentDesk(parts: AssessmentDeskParts): AssessmentDesk {
  const { runner, reads, log, view } = parts
  const desk: AssessmentDesk = {
    admit(useCase, principal) {
      assertAllowed(principal, 'assess', useCase)
      if (parts.inForce(useCase)) return
      throw new PlatformError('not_found', `There is no use case "${useCase}".`, {
        hint: 'Apply its manifest first: airworthy apply -f airworthy.yaml.',
      })
    },
    async inFolder(work) {
      const folder = await mkdtemp(join(parts.folder, 'airworthy-assess-'))
      try {
        return await work(folder)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    async ofFiles({ useCase, ...work }, principal, watched) {
      desk.admit(useCase, principal)
      refuseRobustness(work.settings)
      const assessed = await runner.assess(work, watched)
      return record(parts, assessed, { useCase, principal, source: 'files' })
    },
    async ofDecisions(wanted, principal, watched) {
      desk.admit(wanted.useCase, principal)
      const assessed = await desk.inFolder((folder) => assessDecisions(parts, wanted, { folder, watched }))
      return record(parts, assessed, { useCase: wanted.useCase, principal, source: 'decisions' })
    },
    async list(asked, principal) {
      const allowed = useCasesAllowed(principal, 'read')
      if (allowed.length === 0) assertAllowed(principal, 'read')
      const behind = await catchUp(view, log)
      return { ...(await reads.list({ ...asked, allowed })), behind }
    },
    read: (id, principal) => read(parts, id, principal),
    async report(id, principal) {
      const { row, text } = await read(parts, id, principal)
      const kept = { useCase: row.useCase, index: row.logIndex, digest: row.digest }
      return runner.report(text, { madeAt: row.at, kept })
    },
  }
  return desk
}

type Place = { readonly folder: string; readonly watched: Watched }

async function assessDecisions(parts: AssessmentDeskParts, wanted: PeriodsWanted, place: Place): Promise<Assessed> {
  const { useCase } = wanted
  const { robustness = false, ...settings } = wanted.settings
  const { folder, watched } = place
  const file = (which: 'reference' | 'live') => join(folder, fileName(which, wanted[which]))
  watched.onProgress({ step: 'Reading decisions of the first period', share: 0 })
  // A period that ends now includes what was decided a moment ago.
  await catchUp(parts.view, parts.log)
  const positive = await twoAnswers(parts, wanted)
  const write = (which: 'reference' | 'live') =>
    writeDecisions(parts, { useCase, period: wanted[which], file: file(which), signal: watched.signal, positive })
  const reference = await write('reference')
  watched.onProgress({ step: 'Reading decisions of the second period', share: 0.1 })
  const live = await write('live')
  const inForce = agreedOn(parts, useCase)
  const onProgress: Watched['onProgress'] = ({ step, share }) => watched.onProgress({ step, share: 0.2 + 0.8 * share })
  return parts.runner.assess(
    {
      reference: file('reference'),
      live: file('live'),
      settings: withRoles(settings, {
        ...rolesOf(reference, live),
        ...(positive === undefined ? {} : { positive: String(positive) }),
      }),
      ...(inForce && { decided: { ...inForce, lists: [...reference.lists], robustness: robustness === true } }),
      notes: erasedNotes(reference, live),
    },
    { ...watched, onProgress },
  )
}

/** The positive one of two answers, over both periods; undefined where there are others than two. */
async function twoAnswers({ periods }: AssessmentDeskParts, wanted: PeriodsWanted): Promise<DecidedValue | undefined> {
  const { useCase, reference, live, settings } = wanted
  const found = await Promise.all([reference, live].map((period) => periods.values(useCase, period, 3)))
  const counts = new Map<DecidedValue, number>()
  for (const { value, n } of found.flat()) counts.set(value, (counts.get(value) ?? 0) + n)
  const asked = settings['positive']
  return positiveOf(
    Array.from(counts, ([value, n]) => ({ value, n })),
    typeof asked === 'string' ? asked : undefined,
  )
}

/** What is in force now, also where decisions were made under another revision. */
function agreedOn(
  { inForce }: AssessmentDeskParts,
  useCase: string,
): Omit<DecidedRows, 'lists' | 'robustness'> | undefined {
  const found = inForce(useCase)
  return found && { manifest: found.manifest, revision: found.revision }
}

function refuseRobustness({ robustness }: JsonObject): void {
  if (robustness !== true) return
  throw new PlatformError('request_malformed', '"robustness" asks the use case’s model about its own decisions.', {
    hint: 'Name two periods of decisions; or let the command line ask a model about files: airworthy assess --model.',
  })
}

/** It is shown as the name of the data: `before, 2026-01-01 to 2026-02-01`, with times (UTC) where they are not midnight. */
function fileName(which: 'reference' | 'live', { from, to }: Period): string {
  const [first, last] = [from, to].map((at) => {
    return at
      .replace('T', ' ')
      .replaceAll(':', '.')
      .replace(/(?:\.00)?\.000Z$/, '')
      .replace(/ 00\.00$/, '')
  })
  return `${which === 'reference' ? 'before' : 'live'}, ${first} to ${last}`
}

/** Labels that nobody reported make no target. */
function rolesOf(...written: readonly WrittenDecisions[]): JsonObject {
  const { target, prediction, score, timestamp } = decisionColumns
  const roles = { prediction, score, timestamp }
  return written.every(({ labelled }) => labelled === 0) ? { ...roles, ignore: [target] } : { ...roles, target }
}

/** What is chosen goes before what is known; what is to be left out adds up. */
function withRoles(settings: JsonObject, roles: JsonObject): JsonObject {
  const ignore = [roles, settings].flatMap((each) => (each['ignore'] ?? []) as readonly string[])
  return { ...roles, ...settings, ...(ignore.length === 0 ? {} : { ignore }) }
}

function erasedNotes(reference: WrittenDecisions, live: WrittenDecisions): readonly string[] {
  const erased = reference.erased + live.erased
  if (erased === 0) return []
  return [
    `${erased} decisions whose contents were erased are left out (${reference.erased} before, ${live.erased} live).`,
  ]
}

type About = {
  readonly useCase: string
  readonly principal: Principal
  readonly source: AssessmentRecorded['data']['source']
}

async function record(parts: AssessmentDeskParts, assessed: Assessed, about: About): Promise<AssessmentRow> {
  const { text, ...summary } = assessed
  const { useCase, principal, source } = about
  const by = actorOf(principal)
  const payload = makePayload('result', randomBytes(saltBytes), text)
  if (payload.bytes.length > resultBytesMax) throw tooLarge(payload.bytes.length)
  const result = payloadRef(payload)
  const headline = summary.headline.slice(0, headlineMax)
  const { id, index, at } = await parts.journal.write<AssessmentRecorded>({
    type: 'assessment-recorded',
    subject: `use-case/${useCase}`,
    data: { ...summary, headline, useCase, by, source, payloads: { result } },
    payloads: [payload],
  })
  return {
    ...summary,
    headline,
    useCase,
    by,
    source,
    id,
    logIndex: index,
    at: formatInstant(at),
    digest: result.digest,
  }
}

function tooLarge(bytes: number): PlatformError {
  const megabytes = (bytes / 1_048_576).toFixed(1)
  return new PlatformError('request_too_large', `The result has ${megabytes} MiB; 8 MiB can be kept.`, {
    hint: 'Leave columns out (ignore), or choose larger parts over time (chunk).',
  })
}

async function read({ log }: AssessmentDeskParts, id: string, principal: Principal): Promise<KeptAssessment> {
  const record = isUuid(id) ? await log.findById(id, { withPayloads: true }) : undefined
  const row = record && rowOf(record)
  if (!row || !allows(principal, 'read', row.useCase)) {
    throw new PlatformError('not_found', `There is no assessment ${id.slice(0, 80)}.`, {
      hint: 'List them: /api/v1/assessments. The key must be for its use case.',
    })
  }
  const payload = record?.payloads.find(({ part }) => part === 'result')
  if (payload) return { row, text: Buffer.from(payload.bytes).toString('utf8') }
  throw new PlatformError('contents_erased', 'The result of this assessment was erased by age.', {
    hint: 'Its entry still says the verdict, the headline and the digest: see the list.',
  })
}

function rowOf(record: LogRecord): AssessmentRow | undefined {
  const event = eventOf(record)
  if (event.type !== 'assessment-recorded') return undefined
  const { id, time, data } = event as AssessmentRecorded
  const { payloads, ...rest } = data
  return { ...rest, id, logIndex: record.index, at: time, digest: payloads.result.digest }
}
