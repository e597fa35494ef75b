// From the bytes of a model's answer to a JSON value, or to the reason why not.

import { PlatformError } from '#core/kernel/errors.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { parseJson } from '#core/kernel/parse-json.ts'
import { unfit, type Unfit } from './attempt.ts'

export type Parsed = { readonly kind: 'json'; readonly value: JsonValue } | Unfit

export function parseAnswer(body: Buffer, contentType: string | undefined): Parsed {
  if (body.length === 0) return unfit('The answer is empty.')
  // Left out by many small servers, so absent is no fault; named otherwise (an error page, a login form) is.
  if (contentType !== undefined && !isJsonType(contentType)) return unfit('The answer is not JSON by its content type.')
  try {
    return { kind: 'json', value: parseJson(body) }
  } catch (error) {
    return unfit(reasonOf(error))
  }
}

function isJsonType(contentType: string): boolean {
  return contentType === 'application/json' || /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType)
}

/** Own words: the parser's message quotes from the body. */
function reasonOf(error: unknown): string {
  const code = error instanceof PlatformError ? error.code : undefined
  if (code === 'json_too_deep') return 'The answer is nested too deep or has too many members.'
  if (code === 'json_name_refused') return 'The answer has a member name that is refused.'
  return 'The answer is not valid JSON in UTF-8.'
}
