// JSON from outside, parsed under limits.
//
// What is refused before JSON.parse sees it, in one linear scan of the bytes:
// - nesting and member counts over the limits (a small body can otherwise cost a lot of memory);
// - member names written with an escape. JSON.parse of the pinned runtime can misread such a name as one it saw earlier
//   (nodejs/node#63785), and a gateway that misreads its input must not decide on it. Values may be escaped freely;
// - names that JavaScript treats specially, which could change the meaning of objects they are copied into.

import { isUtf8 } from 'node:buffer'
import { PlatformError } from './errors.ts'
import type { JsonValue } from './json.ts'

/** Written down in docs/limits.md. */
export const jsonLimits: JsonLimits = { depthMax: 64, membersMax: 10_000 }
export type JsonLimits = { readonly depthMax: number; readonly membersMax: number }

/** Errors: request_malformed, json_too_deep, json_name_refused. */
export function parseJson(body: Uint8Array, limits = jsonLimits): JsonValue {
  if (body.length === 0) throw malformed('The body is empty.')
  if (!isUtf8(body)) throw malformed('The body is not UTF-8.')
  scan(body, limits)
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8')) as JsonValue
  } catch (error) {
    throw malformed(`The body is not JSON: ${(error as Error).message}.`)
  }
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/** Tracks containers only; whether it is JSON at all is left to JSON.parse. */
function scan(body: Uint8Array, limits: JsonLimits): void {
  const isObject: boolean[] = []
  let nameNext = false
  let count = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === quote) {
      const end = endOfString(body, at + 1)
      if (nameNext) {
        checkName(body, at + 1, end)
        nameNext = false
      }
      at = end
    } else if (byte === openBrace || byte === openBracket) {
      isObject.push(byte === openBrace)
      if (isObject.length > limits.depthMax) throw tooDeep(`more than ${limits.depthMax} levels deep`)
      nameNext = byte === openBrace
      count++
    } else if (byte === closeBrace || byte === closeBracket) {
      isObject.pop()
      nameNext = false
    } else if (byte === comma) {
      nameNext = isObject[isObject.length - 1] === true
      count++
    }
  }
  if (count > limits.membersMax) throw tooDeep(`more than ${limits.membersMax} members and items`)
}

/** The index of the closing quote (or the end of the body). Long strings are skipped by a native search. */
function endOfString(body: Uint8Array, from: number): number {
  let at = from
  for (const near = Math.min(body.length, from + 48); at < near; at++) {
    const byte = body[at]
    if (byte === quote) return at
    if (byte === backslash) at++
  }
  for (;;) {
    const found = body.indexOf(quote, at)
    if (found < 0) return body.length
    let escapes = 0
    while (found - escapes - 1 >= from && body[found - escapes - 1] === backslash) escapes++
    if (escapes % 2 === 0) return found
    at = found + 1
  }
}

const refusedNames = new Set(['__proto__', 'constructor', 'prototype'])

/** For names that come as values and become members. */
export function isRefusedName(name: string): boolean {
  return refusedNames.has(name)
}

function checkName(body: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    if (body[at] === backslash) {
      throw nameRefused('A member name is written with an escape ("\\").', 'Write member names as plain UTF-8.')
    }
  }
  const length = to - from
  if (length !== 9 && length !== 11) return
  const name = Buffer.from(body.buffer, body.byteOffset + from, length).toString('latin1')
  if (isRefusedName(name)) throw nameRefused(`The member name "${name}" is refused.`, 'Rename the member.')
}

function malformed(message: string): PlatformError {
  return new PlatformError('request_malformed', message, { hint: 'Send JSON as UTF-8.' })
}

function tooDeep(what: string): PlatformError {
  return new PlatformError('json_too_deep', `The body has ${what}.`, { hint: 'Flatten it, or send less at once.' })
}

function nameRefused(message: string, hint: string): PlatformError {
  return new PlatformError('json_name_refused', message, { hint })
}
