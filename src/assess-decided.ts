// What was agreed about a use case's decisions, tried on rows of them: its data contract as the gateway checks it, and, where that is
// asked, its own model. Both are given what came in as it was kept (`decision.received`), not what columns make of it.

import { performance } from 'node:perf_hooks'
import type { JsonObject, JsonValue } from '#core/kernel/json.ts'
import { isJsonObject } from '#core/kernel/json.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { decisionColumns, withColumn } from '#engine/assessment-decisions.ts'
import type { DecidedRows } from '#engine/assessment-ports.ts'
import { compileContract } from '#gateway/check-contract.ts'
import type { ContractPort, ModelPort, Row } from './assess/options.ts'
import { circuitNeverOpens, modelPort } from './assess-calls.ts'
import { modelReach, type OutsideSetting } from './compose-outside.ts'
import { createPreparer } from './compose-pipelines.ts'

export type TriedOnRows = {
  readonly options: {
    readonly contract: ContractPort
    readonly model?: ModelPort
    readonly alongside: readonly string[]
  }
  /** What the result must say of it. */
  readonly notes: readonly string[]
  close(): Promise<void>
}

export async function openDecided(decided: DecidedRows, outside: OutsideSetting): Promise<TriedOnRows> {
  const { manifest, revision, robustness } = decided
  const contract = receivedContract(manifest, revision)
  const alongside = [decisionColumns.received]
  if (!robustness) return { options: { contract, alongside }, notes: [], close: async () => undefined }
  const { name, version } = manifest.model
  try {
    const own = await openOwnModel(decided, outside)
    const notes = [`Disturbed inputs were put to ${name} ${version}, the model in force now.`]
    return { options: { contract, model: own.port, alongside }, notes, close: () => own.close() }
  } catch (error) {
    const notes = [`${name} ${version} was not asked about disturbed inputs: ${(error as Error).message}`]
    return { options: { contract, alongside }, notes, close: async () => undefined }
  }
}

/** Of what the gateway lets a model have at once, an assessment takes this much at most. */
const callsAtOnceMax = 4

/** Prepared as the gateway prepares it: the same guard, secrets, timeouts, mappings and policy. Errors as there. */
async function openOwnModel(
  { manifest, revision, lists }: DecidedRows,
  outside: OutsideSetting,
): Promise<{ port: ModelPort; close(): Promise<void> }> {
  const prepare = createPreparer({ ...modelReach(outside), clock: () => performance.now() })
  const { endpoint } = manifest.model
  const concurrency = Math.min(callsAtOnceMax, endpoint.concurrency ?? callsAtOnceMax)
  const model = { ...manifest.model, endpoint: { ...endpoint, concurrency, circuit: circuitNeverOpens } }
  const pipeline = await prepare({ ...manifest, model }, { revision, purpose: 'apply' })
  const port = modelPort({
    call({ row, disturbed }) {
      const { input, context } = receivedOf(row)
      const asked = disturbed === null ? input : withColumn(input, disturbed, row[disturbed] ?? null)
      return pipeline.model.call(asked, context)
    },
    labelOf(output, { row }) {
      const value = pipeline.policy.value({ ...receivedOf(row), output })
      return value === null ? undefined : String(value)
    },
    noLabel: 'The manifest’s decision.output gives no value for its answer.',
    atOnce: concurrency,
  })
  return { port: { ...port, fixed: lists }, close: () => pipeline.model.close() }
}

function receivedContract(manifest: ResolvedManifest, revision: number): ContractPort {
  const contract = compileContract(manifest)
  const isRedacted = redactionOf(manifest)
  const untried = new Set<string>()
  return {
    check(row) {
      const { input } = receivedOf(row)
      return contract.checkInput(input).flatMap(({ path, rule, message }) => {
        const value = memberAt(input, path)
        // The gateway saw what stood there before it was taken out, and nobody can now.
        if (isRedacted(value)) {
          untried.add(path.replace(/^\/input/, '') || '/')
          return []
        }
        const example = value === undefined ? '' : JSON.stringify(value).slice(0, exampleLengthMax)
        return { path: path.replace(/^\/input/, '') || '/', rule, message, example }
      })
    },
    notes() {
      const said = `The data contract is that of revision ${revision}, which is in force now.`
      if (untried.size === 0) return [said]
      const where = [...untried].sort()
      const more = where.length > pathsShown ? ` and ${where.length - pathsShown} more` : ''
      const at = `${where.slice(0, pathsShown).join(', ')}${more}`
      return [said, `Where something was redacted before it was kept, its rules are not tried: ${at}.`]
    },
  }
}

const exampleLengthMax = 120
const pathsShown = 8

/** Whether something was taken out of a value before it was kept, by what the manifest declares. */
function redactionOf({ privacy }: ResolvedManifest): (value: JsonValue | undefined) => boolean {
  const marks = (privacy?.redact ?? []).map((item) => (typeof item === 'string' ? `[${item}]` : '[redacted]'))
  return (value) => typeof value === 'string' && marks.some((mark) => value.includes(mark))
}

/** At `/input/…`; undefined where there is nothing. */
function memberAt(input: JsonValue, path: string): JsonValue | undefined {
  const names = path.split('/').slice(2)
  return names.reduce<JsonValue | undefined>((at, name) => {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(at)) return at[Number(key)] as JsonValue | undefined
    return isJsonObject(at ?? null) && Object.hasOwn(at as JsonObject, key) ? (at as JsonObject)[key] : undefined
  }, input)
}

function receivedOf(row: Row): { readonly input: JsonValue; readonly context: JsonValue } {
  return JSON.parse(row[decisionColumns.received] as string) as { input: JsonValue; context: JsonValue }
}
