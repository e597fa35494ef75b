// Writes what the gateway and the engine would write, with contents, on any log: for tests of whatever reads it back.

import type { ActionAttempted } from '#core/actions/events.ts'
import type { DecisionRecorded } from '#core/decision/events.ts'
import { canonicalJson } from '#core/kernel/canonical-json.ts'
import { entryBytes, makeEvent } from '#core/kernel/event.ts'
import { uuidV7 } from '#core/kernel/id.ts'
import type { JsonObject, JsonValue } from '#core/kernel/json.ts'
import { payloadRef, type Payload } from '#core/kernel/payload.ts'
import type { OutcomeRecorded } from '#core/outcomes/events.ts'
import type { ReviewClaimed, ReviewDecided } from '#core/review/events.ts'
import type { Log } from '#log/log.ts'

export type History = ReturnType<typeof writeHistory>
type DecisionChanges = Partial<DecisionRecorded['data']> & {
  readonly input?: JsonValue
  readonly output?: JsonValue
  readonly subject?: string
  readonly at?: number
}

export const actor = { key: 'key-desk', name: 'desk' }

/** `start`: the time of the first entry; each entry is a second later. */
export function writeHistory(log: Log, start: number) {
  let written = 0

  async function write(
    type: string,
    data: JsonObject,
    more: { id?: string; at?: number; payloads?: Payload[]; subjectRef?: string; once?: string } = {},
  ) {
    written++
    const at = more.at ?? start + written * 1000
    const id = more.id ?? `event-${written}`
    const entry = entryBytes(makeEvent({ id, source: `/${log.origin}`, at, subject: 'test' }, type, data))
    const { payloads, subjectRef, once } = more
    return log.append({
      id,
      entry,
      ...(payloads ? { payloads } : {}),
      ...(subjectRef ? { subjectRef } : {}),
      ...(once ? { once } : {}),
    })
  }

  const payload = (part: string, value: JsonValue): Payload => ({
    part,
    salt: new Uint8Array(16),
    bytes: Buffer.from(canonicalJson(value)),
  })

  return {
    async decision({
      input = { text: 'hello' },
      output,
      subject,
      at,
      ...changes
    }: DecisionChanges = {}): Promise<string> {
      const id = uuidV7(
        start + written,
        Uint8Array.from({ length: 10 }, (_, i) => (written * 13 + i) % 256),
      )
      const payloads = [payload('input', subject === undefined ? { input } : { input, subject })]
      if (output !== undefined) payloads.push(payload('output', output))
      const refs = Object.fromEntries(
        payloads.map((each) => [each.part, payloadRef(each)]),
      ) as DecisionRecorded['data']['payloads']
      const data: DecisionRecorded['data'] = {
        useCase: 'triage',
        revision: 1,
        origin: 'gateway',
        status: 'decided',
        route: 'act',
        reason: 'sure',
        arm: 'champion',
        model: { name: 'm', version: '1' },
        confidence: 0.97,
        value: 'spam',
        violations: [],
        failure: null,
        audit: null,
        review: null,
        actions: [],
        idempotency: null,
        by: actor,
        steps: [{ step: 'model', ms: 1.5 }],
        ...changes,
        payloads: refs,
      }
      await write('decision-recorded', data, {
        id,
        payloads,
        ...(at === undefined ? {} : { at }),
        ...(subject === undefined ? {} : { subjectRef: `person:${subject}` }),
      })
      return id
    },
    reviewDecided(
      decision: string,
      data: Partial<ReviewDecided['data']> & { readonly output?: JsonValue; readonly comment?: string } = {},
    ) {
      const { output, comment, ...changes } = data
      const payloads = [
        ...(output === undefined ? [] : [payload('output', output)]),
        ...(comment === undefined ? [] : [payload('comment', comment)]),
      ]
      const refs = Object.fromEntries(
        payloads.map((each) => [each.part, payloadRef(each)]),
      ) as ReviewDecided['data']['payloads']
      return write(
        'review-decided',
        {
          useCase: 'triage',
          decision,
          kind: 'decision',
          verdict: 'override',
          reason: 'policy',
          value: 'ham',
          agrees: false,
          actions: [],
          by: actor,
          ...changes,
          payloads: refs,
        },
        { payloads, once: `review-decided:${decision}` },
      )
    },
    reviewClaimed: (decision: string, until: string, by: ReviewClaimed['data']['by'] = actor) =>
      write('review-claimed', { useCase: 'triage', decision, by, until }),
    outcome: (data: Partial<OutcomeRecorded['data']>, subject?: string) =>
      write(
        'outcome-recorded',
        {
          decision: null,
          useCase: null,
          label: null,
          kpi: {},
          at: '2026-03-01T00:00:00.000Z',
          by: actor,
          payloads: {},
          ...data,
        },
        subject === undefined ? {} : { subjectRef: `person:${subject}` },
      ),
    actionAttempted: (decision: string, data: Partial<ActionAttempted['data']> = {}) =>
      write('action-attempted', {
        useCase: 'triage',
        decision,
        action: `${decision}.0`,
        attempt: 1,
        error: 'HTTP 503',
        nextAt: '2026-03-02T00:00:00.000Z',
        ...data,
      }),
    actionDead: (decision: string) =>
      write('action-dead-lettered', {
        useCase: 'triage',
        decision,
        action: `${decision}.0`,
        attempt: 10,
        error: 'HTTP 500',
      }),
    applied(useCase: string, revision: number, manifest: JsonValue) {
      const one = payload('manifest', manifest)
      return write(
        'use-case-applied',
        { useCase, revision, by: actor, payloads: { manifest: payloadRef(one) } },
        { payloads: [one], once: `revision:${useCase}:${revision}` },
      )
    },
    keyRevoked: (key: string) => write('key-revoked', { key, by: actor }),
  }
}
