// Step 1: bytes from outside become a request, or an error that says what is wrong.

import { PlatformError } from '#core/kernel/errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '#core/kernel/json.ts'
import { parseJson } from '#core/kernel/parse-json.ts'

/** Written down in docs/limits.md. */
const subjectLengthMax = 512

export type DecisionInput = {
  readonly input: JsonValue
  readonly subject: string | undefined
  readonly context: JsonObject
}

/** Errors: request_malformed, json_too_deep, json_name_refused. */
export function admit(body: Uint8Array): DecisionInput {
  return admitRequest(parseJson(body))
}

const members = new Set(['input', 'subject', 'context'])

export function admitRequest(value: JsonValue): DecisionInput {
  if (!isJsonObject(value)) throw malformed('The body must be a JSON object with the member "input".')
  for (const name of Object.keys(value)) {
    if (!members.has(name))
      throw malformed(`"${name.slice(0, 80)}" is no member of a request; known: input, subject, context.`)
  }
  const { input, subject, context } = value
  if (input === undefined) throw malformed('The member "input" is missing.')
  if (subject !== undefined && !isSubject(subject)) {
    throw malformed(`"subject" must be a string of 1 to ${subjectLengthMax} characters.`)
  }
  if (context !== undefined && !isJsonObject(context)) throw malformed('"context" must be an object.')
  return { input, subject: subject as string | undefined, context: context ?? {} }
}

function isSubject(subject: JsonValue): boolean {
  return typeof subject === 'string' && subject.length > 0 && subject.length <= subjectLengthMax
}

function malformed(message: string): PlatformError {
  return new PlatformError('request_malformed', message, {
    hint: 'Send {"input": …, "subject"?: "…", "context"?: {…}} as application/json.',
  })
}
