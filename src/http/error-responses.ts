// The only place where a code becomes an HTTP status, and where a failure becomes RFC 9457 problem+json.

import { PlatformError, type ErrorCode } from '#core/kernel/errors.ts'
import type { Problem } from '#wire/common.ts'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

export const statusOf: Record<ErrorCode, number> = {
  request_malformed: 400,
  contents_erased: 410,
  request_too_large: 413,
  json_too_deep: 400,
  json_name_refused: 400,
  json_not_canonical: 400,
  manifest_invalid: 422,
  revision_conflict: 409,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  media_type_unsupported: 415,
  idempotency_conflict: 409,
  review_not_open: 409,
  review_claimed: 409,
  review_verdict_invalid: 422,
  outcome_unknown_decision: 422,
  action_not_dead: 409,
  hold_not_in_force: 409,
  overloaded: 429,
  log_unavailable: 503,
  log_rolled_back: 503,
  log_forked: 503,
  checkpoint_invalid: 503,
  checkpoint_pending: 503,
  view_behind: 503,
  view_unavailable: 503,
  log_in_use: 503,
  data_dir_in_use: 503,
  data_dir_invalid: 503,
  address_in_use: 503,
  configuration_invalid: 500,
  model_unavailable: 503,
  address_refused: 422,
  secret_unavailable: 422,
  note_malformed: 400,
  entry_too_large: 413,
  table_unreadable: 422,
  assessment_failed: 500,
  internal: 500,
}

/** Seconds after which it is worth trying again. */
const retryAfter: Partial<Record<ErrorCode, number>> = {
  overloaded: 1,
  log_unavailable: 2,
  checkpoint_pending: 1,
  view_behind: 1,
  view_unavailable: 2,
  model_unavailable: 2,
}

/** Fastify's own refusals, in our words. */
const fastifyCodes: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request_malformed',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_unsupported',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_malformed',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request_malformed',
  FST_ERR_VALIDATION: 'request_malformed',
  FST_ERR_BAD_URL: 'request_malformed',
}

export function toPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error
  // Code may throw anything, null too.
  const fault = (error ?? {}) as Partial<FastifyError>
  const code = fastifyCodes[fault.code ?? '']
  if (code) return new PlatformError(code, fault.message ?? code, validationDetails(fault))
  if (typeof fault.statusCode === 'number' && fault.statusCode >= 400 && fault.statusCode < 500) {
    return new PlatformError('request_malformed', fault.message ?? 'The request is malformed.', { cause: error })
  }
  return new PlatformError('internal', 'Something went wrong on the server.', {
    cause: error,
    hint: 'Quote the instance id to whoever runs the server; its log says more.',
  })
}

/** Where in the request Fastify's schema validation found what. */
function validationDetails(fault: Partial<FastifyError>): { details?: Record<string, unknown>; hint?: string } {
  if (!fault.validation) return {}
  const problems = fault.validation.map(({ instancePath, message, params }) => {
    const extra = params as { additionalProperty?: string; additionalProperties?: string[] }
    const name = extra.additionalProperty ?? extra.additionalProperties?.join(', ')
    return {
      path: `${fault.validationContext ?? ''}${instancePath}`,
      message: `${message ?? 'is not valid'}${name === undefined ? '' : ` (${name})`}`,
    }
  })
  return { details: { problems }, hint: 'See openapi.json for what the endpoint takes.' }
}

export function problemOf(error: PlatformError, instance: string): Problem {
  return {
    ...error.details,
    type: `https://airworthy.dev/errors/${error.code}`,
    title: error.code.replaceAll('_', ' '),
    status: statusOf[error.code],
    code: error.code,
    detail: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    instance,
  }
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toPlatformError(error)
  const status = statusOf[problem.code]
  if (status >= 500)
    request.log.error({ err: problem.cause ?? problem, code: problem.code, request: request.id }, problem.message)
  const wait = retryAfter[problem.code]
  if (wait !== undefined) void reply.header('retry-after', String(wait))
  if (problem.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer realm="airworthy"')
  void reply
    .code(status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(problem, request.id)))
}
