// The server's settings, read once from the environment and checked. Nothing else reads the environment.

import { readFileSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { PlatformError } from '#core/kernel/errors.ts'
import { parseWitnessPolicy, type WitnessPolicy } from '#core/tlog/witness-policy.ts'

export type Configuration = {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly modelDir: string | undefined
  readonly databaseUrl: string | undefined
  readonly adminKey: string | undefined
  /** Internal addresses that models and webhooks may reach: CIDRs, hosts, host:port. */
  readonly allowInternal: readonly string[]
  readonly bodyLimitBytes: number
  readonly inFlightMax: number
  /** A file outside the data folder that keeps the log's newest checkpoint. */
  readonly keptCheckpoint: string | undefined
  /** Entries of the log may be read without a key. */
  readonly isPublicLog: boolean
  /** Who cosigns the log's checkpoints, and how many must. */
  readonly witnessPolicy: WitnessPolicy | undefined
  readonly logLevel: string
}

type Environment = Readonly<Record<string, string | undefined>>
export type Overrides = { readonly port?: number; readonly dataDir?: string; readonly modelDir?: string }

/** Errors: configuration_invalid, naming the variable and what it takes. */
export function readConfiguration(env: Environment, overrides: Overrides = {}): Configuration {
  const modelDir = overrides.modelDir ?? text(env, 'AIRWORTHY_MODEL_DIR')
  const dataDir = resolve(overrides.dataDir ?? text(env, 'AIRWORTHY_DATA_DIR') ?? '.airworthy')
  return {
    host: text(env, 'AIRWORTHY_HOST') ?? '127.0.0.1',
    port: overrides.port ?? wholeNumber(env, 'PORT', { default: 8700, min: 0, max: 65_535 }),
    dataDir,
    modelDir: modelDir === undefined ? undefined : resolve(modelDir),
    databaseUrl: databaseUrl(env),
    adminKey: adminKey(env),
    allowInternal: (text(env, 'AIRWORTHY_ALLOW_INTERNAL') ?? '').split(',').flatMap((entry) => entry.trim() || []),
    bodyLimitBytes: wholeNumber(env, 'AIRWORTHY_BODY_LIMIT_BYTES', { default: 1_048_576, min: 1_024, max: 67_108_864 }),
    inFlightMax: wholeNumber(env, 'AIRWORTHY_IN_FLIGHT_MAX', { default: 4_096, min: 1, max: 1_000_000 }),
    keptCheckpoint: keptCheckpoint(env, dataDir),
    isPublicLog: oneOf(env, 'AIRWORTHY_PUBLIC_LOG', ['0', '1']) === '1',
    witnessPolicy: witnessPolicy(env),
    logLevel: oneOf(env, 'AIRWORTHY_LOG_LEVEL', ['warn', 'fatal', 'error', 'info', 'debug', 'silent']),
  }
}

function text(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}

type Range = { readonly default: number; readonly min: number; readonly max: number }

function wholeNumber(env: Environment, name: string, range: Range): number {
  const value = text(env, name)
  if (value === undefined) return range.default
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= range.min && number <= range.max) return number
  throw invalid(name, `must be a whole number from ${range.min} to ${range.max}`, value)
}

function oneOf(env: Environment, name: string, known: readonly [string, ...string[]]): string {
  const value = text(env, name) ?? known[0]
  if (known.includes(value)) return value
  throw invalid(name, `must be one of ${known.join(', ')}`, value)
}

function keptCheckpoint(env: Environment, dataDir: string): string | undefined {
  const given = text(env, 'AIRWORTHY_KEPT_CHECKPOINT')
  if (given === undefined) return undefined
  const file = resolve(given)
  // Inside it would be put back with the rest, and show nothing.
  if (!`${file}${sep}`.startsWith(`${dataDir}${sep}`)) return file
  throw invalid('AIRWORTHY_KEPT_CHECKPOINT', `must be a file outside the data folder ${dataDir}`, given)
}

function witnessPolicy(env: Environment): WitnessPolicy | undefined {
  const file = text(env, 'AIRWORTHY_WITNESS_POLICY')
  if (file === undefined) return undefined
  const policy = parsePolicyFile(file)
  const keyNames = new Set<string>()
  for (const { name, key, url } of policy.witnesses) {
    if (url === undefined || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
      throw badPolicy(file, `the witness ${name} needs an address that begins with https:// or http://`)
    }
    if (keyNames.has(key.name)) throw badPolicy(file, `the key name ${key.name} is that of two witnesses`)
    keyNames.add(key.name)
  }
  return policy
}

function parsePolicyFile(file: string): WitnessPolicy {
  let policy: string
  try {
    policy = readFileSync(file, 'utf8')
  } catch (cause) {
    throw badPolicy(file, `it cannot be read: ${(cause as Error).message}`)
  }
  try {
    return parseWitnessPolicy(policy)
  } catch (cause) {
    throw cause instanceof PlatformError ? badPolicy(file, cause.message.replace(/\.$/, ''), cause) : cause
  }
}

function badPolicy(file: string, problem: string, cause?: PlatformError): PlatformError {
  return new PlatformError('configuration_invalid', `AIRWORTHY_WITNESS_POLICY ${file}: ${problem}.`, {
    cause,
    hint: cause?.hint ?? 'Write it as https://c2sp.org/tlog-policy says: witness <name> <vkey> <url>, group, quorum.',
  })
}

function databaseUrl(env: Environment): string | undefined {
  const url = text(env, 'DATABASE_URL')
  if (url === undefined || (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url))) return url
  throw invalid('DATABASE_URL', 'must be an address that begins with postgres:// or postgresql://')
}

const adminKeyLengthMin = 20

function adminKey(env: Environment): string | undefined {
  const key = text(env, 'AIRWORTHY_ADMIN_KEY')
  if (key === undefined || (key.length >= adminKeyLengthMin && key.length <= 200 && /^[\x21-\x7e]+$/.test(key)))
    return key
  throw invalid('AIRWORTHY_ADMIN_KEY', `must be ${adminKeyLengthMin} to 200 printable characters without spaces`)
}

/** `value` is shown only where it cannot be a secret. */
function invalid(name: string, what: string, value?: string): PlatformError {
  return new PlatformError(
    'configuration_invalid',
    `${name} ${what}${value === undefined ? '' : `; it is "${value}"`}.`,
    {
      hint: `Set ${name} rightly or leave it out.`,
    },
  )
}
