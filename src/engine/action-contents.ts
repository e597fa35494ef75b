// What is to be sent for an action: address, secret and message, from the log and the manifest of the decision's revision.

import type { DecisionRecorded } from '#core/decision/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { ReviewDecided } from '#core/review/events.ts'
import { webhookId, webhookMessage, type WithOutput } from '#core/actions/webhook-message.ts'
import type { Log, LogRecord } from '#log/log.ts'
import type { ActionRow, ReadRevision, WebhookAttempt } from './ports.ts'
import { eventOf, payloadOf } from './read-entry.ts'

export type ActionContentParts = {
  readonly log: Pick<Log, 'findById' | 'findOnce' | 'get'>
  readonly readRevision: ReadRevision
  /** Errors: secret_unavailable. */
  readonly resolveSecret: (reference: string) => Promise<string>
}

/** `failed` may work later (a secret that is not there yet); `impossible` never will. */
export type ActionContents =
  | { readonly kind: 'attempt'; readonly attempt: WebhookAttempt }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'impossible'; readonly because: string; readonly isErased?: boolean }

const timeoutMsDefault = 15_000

export async function readActionContents(parts: ActionContentParts, action: ActionRow): Promise<ActionContents> {
  const { log, readRevision } = parts
  const revision = await readRevision(action.useCase, action.revision)
  const declared = revision?.manifest.actions ?? []
  const webhook = declared[action.position]?.webhook
  if (!webhook) return impossible(`Revision ${action.revision} declares no action ${action.position}.`)
  const decision = await log.findById(action.decision, { withPayloads: true })
  if (!decision) return impossible('The log has no such decision.')
  const built = webhookMessage(withOutput(decision), await reviewOf(log, action.decision))
  if (built.kind === 'impossible') return { ...built, isErased: true }
  const secret = await secretOf(parts, webhook.secretRef)
  if (secret.kind === 'failed') return secret
  return {
    kind: 'attempt',
    attempt: {
      url: webhook.url,
      secret: secret.secret,
      id: webhookId(action.decision, action.position, declared.length),
      body: JSON.stringify(built.message),
      timeoutMs: webhook.timeoutMs ?? timeoutMsDefault,
    },
  }
}

async function reviewOf(
  log: ActionContentParts['log'],
  decision: string,
): Promise<WithOutput<ReviewDecided> | undefined> {
  const index = await log.findOnce(`review-decided:${decision}`)
  const [record] = index === undefined ? [] : await log.get([index], { withPayloads: true })
  return record && withOutput(record)
}

function withOutput<E extends DecisionRecorded | ReviewDecided>(record: LogRecord): WithOutput<E> {
  return { event: eventOf(record) as unknown as E, output: payloadOf(record, 'output') }
}

type Secret = { readonly kind: 'secret'; readonly secret: string } | { readonly kind: 'failed'; readonly error: string }

async function secretOf({ resolveSecret }: ActionContentParts, reference: string): Promise<Secret> {
  try {
    return { kind: 'secret', secret: await resolveSecret(reference) }
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    return { kind: 'failed', error: error.message }
  }
}

function impossible(because: string): ActionContents {
  return { kind: 'impossible', because }
}
