// What the verbs that run a server in this process are given by main.ts. Everything else goes through the API.

import type { JsonObject } from '#core/kernel/json.ts'
import type { LogVerification } from '#verify/verify-log.ts'
import type { Assessment } from '#wire/assessment.ts'
import type { AssessmentSettings } from '#wire/assessment-kept.ts'

export type StartOptions = {
  /** Default: PORT, else 8700; 0 takes any free port. */
  readonly port?: number
  /** Default: AIRWORTHY_DATA_DIR, else `.airworthy`. */
  readonly dataDir?: string
  /** Folder from which models may be run in process. Default: AIRWORTHY_MODEL_DIR. */
  readonly modelDir?: string
}

export type RunningServer = {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly adminKey: string
  /** Made by this start: to be printed once. */
  readonly isNewAdminKey: boolean
  /** The file that keeps the admin key; null when it came from AIRWORTHY_ADMIN_KEY. */
  readonly adminKeyFile: string | null
  /** As `airworthy verify` does it, with the key that signs now. */
  verifyLog(): Promise<LogVerification>
  /** Finishes what was accepted, then stops. May be called twice. */
  close(): Promise<void>
}

export type RebuildOptions = { readonly dataDir?: string; readonly onProgress?: (done: number, of: number) => void }

export type WitnessStart = {
  readonly dir: string
  /** Verifier keys of the logs that it follows. */
  readonly logs: readonly string[]
  readonly name?: string
  readonly port: number
  readonly host: string
  /** Called for every request that it could not answer for. */
  readonly onFailure: (error: Error) => void
}

export type RunningWitness = {
  readonly url: string
  readonly name: string
  readonly vkey: string
  readonly logs: readonly { readonly origin: string; readonly size: number }[]
  close(): Promise<void>
}

export type CopyLogOptions = {
  /** A data folder, or `postgres://…`. */
  readonly from: string
  readonly to: string
  readonly onProgress?: (step: 'copying' | 'comparing', done: number, of: number) => void
}

export type CopyLogResult =
  | {
      readonly kind: 'equal'
      readonly origin: string
      readonly entries: number
      /** Those that were not there before. */
      readonly copied: number
      readonly payloads: number
      /** Base64. */
      readonly root: string
      readonly checkpoint: number | null
    }
  | { readonly kind: 'differs'; readonly where: string; readonly problem: string }

/** `url` is a path for `module` and `onnx`. */
export type AssessModel = {
  readonly url: string
  readonly protocol: 'oip-v2' | 'mlflow' | 'http' | 'module' | 'onnx'
}

export type AssessCall = {
  /** Paths of files. */
  readonly reference: string
  readonly live: string
  readonly settings: AssessmentSettings
  /** JSON Schema. */
  readonly contract?: JsonObject
  readonly model?: AssessModel
  readonly onProgress?: (progress: { readonly step: string; readonly share: number }) => void
}

/** What a report says of itself. */
export type ReportFacts = {
  readonly madeAt: string
  readonly kept?: { readonly useCase: string; readonly index: number; readonly digest: string } | undefined
}

export type Services = {
  readonly version: string
  startServer(options: StartOptions): Promise<RunningServer>
  /** Drops the view and makes it again from the log. Errors: data_dir_in_use. */
  rebuildView(options: RebuildOptions): Promise<{ readonly entries: number; readonly seconds: number }>
  /** Errors: not_found, data_dir_in_use, log_in_use, configuration_invalid, log_unavailable. */
  copyLog(options: CopyLogOptions): Promise<CopyLogResult>
  /** Errors: data_dir_in_use, data_dir_invalid, configuration_invalid, address_in_use. */
  startWitness(options: WitnessStart): Promise<RunningWitness>
  /** Errors: PlatformError for a file or an option that cannot be used, with what to do. */
  assess(call: AssessCall): Promise<Assessment>
  /** A JSON Schema that the rows of a file keep. Errors as `assess`. */
  proposeContract(file: string, settings: AssessmentSettings): Promise<JsonObject>
  /** One page of HTML. In a clone it is built first when it is missing or old. */
  renderReport(assessment: Assessment, facts: ReportFacts): Promise<string>
  /** Builds the web UI when it is missing or older than its sources. */
  buildWeb(): Promise<void>
}
