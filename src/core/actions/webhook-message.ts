// What an action tells the receiver: the decision as it stands, built from the log's entries and payloads alone.
//
// Outputs are the recorded ones, so what the manifest redacts does not leave by this door either.

import type { DecisionRecorded } from '#core/decision/events.ts'
import type { JsonObject, JsonValue } from '#core/kernel/json.ts'
import type { ReviewDecided } from '#core/review/events.ts'

/** An entry with what is left of its output payload: undefined when it was erased or there was none. */
export type WithOutput<E> = { readonly event: E; readonly output: JsonValue | undefined }

export type WebhookMessage =
  | { readonly kind: 'message'; readonly message: JsonObject }
  | { readonly kind: 'impossible'; readonly because: string }

/**
 * The id under which the receiver sees it, the same for every attempt and replay: the decision's id where the manifest
 * declares one action, so that it joins with everything else known by that id; with several actions each has its own,
 * since a receiver that drops ids it knows would otherwise drop the second action.
 */
export function webhookId(decision: string, position: number, actionsDeclared: number): string {
  return actionsDeclared === 1 ? decision : `${decision}.${position}`
}

/** `review` is the person's decision, where one decided; a blind audit changes nothing and is left out. */
export function webhookMessage(
  decision: WithOutput<DecisionRecorded>,
  review: WithOutput<ReviewDecided> | undefined,
): WebhookMessage {
  const person = review?.event.data.kind === 'decision' ? review : undefined
  const final = finalOutput(decision, person)
  if (final.kind === 'erased') return { kind: 'impossible', because: 'The output was erased before it could be sent.' }
  const { data, id } = decision.event
  return {
    kind: 'message',
    message: {
      type: 'decision.decided',
      timestamp: person?.event.time ?? decision.event.time,
      data: {
        decision: id,
        useCase: data.useCase,
        revision: data.revision,
        route: data.route,
        reason: data.reason,
        arm: data.arm,
        model: data.model,
        confidence: data.confidence,
        output: final.output,
        value: person ? person.event.data.value : data.value,
        decidedBy: person ? 'person' : 'system',
        review: person ? reviewPart(person.event) : null,
      },
    },
  }
}

type Final = { readonly kind: 'output'; readonly output: JsonValue } | { readonly kind: 'erased' }

function finalOutput(decision: WithOutput<DecisionRecorded>, person: WithOutput<ReviewDecided> | undefined): Final {
  const from = person?.event.data.payloads.output ? person : decision
  if (from.output !== undefined) return { kind: 'output', output: from.output }
  return from.event.data.payloads.output ? { kind: 'erased' } : { kind: 'output', output: null }
}

/** Not the reviewer's name: the receiver needs to know that a person decided, the log knows who. */
function reviewPart({ data }: ReviewDecided): JsonObject {
  return { verdict: data.verdict, reason: data.reason, agrees: data.agrees }
}
