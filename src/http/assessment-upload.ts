// Receives the two files of an assessment as multipart/form-data, straight to disk: nothing of them stays in memory.

import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { PlatformError } from '#core/kernel/errors.ts'
import { isJsonObject, type JsonObject } from '#core/kernel/json.ts'
import { parseJson } from '#core/kernel/parse-json.ts'
import { AssessmentSettings } from '#wire/assessment-kept.ts'
import { compileRouteSchema } from './route-schemas.ts'

export type ReceivedFiles = {
  readonly useCase: string
  readonly reference: string
  readonly live: string
  readonly settings: JsonObject
}

const uploadLimits = {
  /** Of each file. */
  fileSize: 1024 * 1024 * 1024,
  files: 2,
  fields: 4,
  fieldSize: 256 * 1024,
  parts: 6,
} as const

type Parts = {
  readonly folder: string
  /** Called as soon as the use case is known, and before anything is written. Throws when it must not be. */
  readonly admit: (useCase: string) => void
}

/** Errors: request_malformed, request_too_large, and what `admit` throws. */
export async function receiveFiles(request: FastifyRequest, { folder, admit }: Parts): Promise<ReceivedFiles> {
  const files: { reference?: string; live?: string } = {}
  let useCase: string | undefined
  let settings: JsonObject = {}
  for await (const part of request.parts({ limits: uploadLimits })) {
    const { fieldname: name } = part
    if (part.type === 'field' && name === 'useCase') {
      useCase = String(part.value)
      admit(useCase)
    } else if (part.type === 'field' && name === 'settings') settings = readSettings(String(part.value))
    else if (part.type === 'file' && (name === 'reference' || name === 'live')) {
      if (useCase === undefined) throw malformed('"useCase" must come before the files.')
      files[name] = await keep(part, join(folder, name))
    } else throw malformed(`There is no part "${name}".`)
  }
  const { reference, live } = files
  if (useCase === undefined) throw malformed('"useCase" is missing.')
  if (reference === undefined || live === undefined) {
    throw malformed(`The file "${reference === undefined ? 'reference' : 'live'}" is missing.`)
  }
  return { useCase, reference, live, settings }
}

async function keep(part: MultipartFile, folder: string): Promise<string> {
  await mkdir(folder)
  const file = join(folder, safeName(part.filename))
  await pipeline(part.file, createWriteStream(file, { mode: 0o600 }))
  if (!part.file.truncated) return file
  throw new PlatformError('request_too_large', `${part.filename} is larger than 1 GiB.`, {
    hint: 'Send a sample, Parquet or gzip; or assess it on a machine of yours: airworthy assess.',
  })
}

/** The name is shown in the report and tells the format; a path is never taken over. */
function safeName(given: string): string {
  const name = basename(given.replaceAll('\\', '/'))
    // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
    .replaceAll(/[\u0000-\u001f\u007f/]/g, '')
    .slice(-120)
  return name === '' || name === '.' || name === '..' ? 'data.csv' : name
}

const checkSettings = compileRouteSchema({ schema: AssessmentSettings as object, httpPart: 'body' })

function readSettings(text: string): JsonObject {
  const settings = parseJson(Buffer.from(text))
  if (isJsonObject(settings) && checkSettings(settings)) return settings
  const [first] = checkSettings.errors ?? []
  throw malformed(`"settings" ${first?.instancePath ?? ''} ${first?.message ?? 'must be an object'}.`)
}

function malformed(message: string): PlatformError {
  return new PlatformError('request_malformed', message, {
    hint: 'Send multipart/form-data with useCase, then settings (JSON) if any, then the files reference and live.',
  })
}
