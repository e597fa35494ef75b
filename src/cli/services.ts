// What the verbs that run a server in this process are given by main.ts. Everything else goes through the API.

export type StartOptions = {
  /** Default: PORT, else 8700; 0 takes any free port. */
  readonly port?: number
  /** Default: AIRWORTHY_DATA_DIR, else `.airworthy`. */
  readonly dataDir?: string
  /** Folder from which models may be run in process. Default: AIRWORTHY_MODEL_DIR. */
  readonly modelDir?: string
}

export type LogVerification =
  | { readonly kind: 'holds'; readonly entries: number; readonly payloads: number }
  | { readonly kind: 'broken'; readonly index: number; readonly problem: string }

export type RunningServer = {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly adminKey: string
  /** Made by this start: to be printed once. */
  readonly isNewAdminKey: boolean
  /** The file that keeps the admin key; null when it came from AIRWORTHY_ADMIN_KEY. */
  readonly adminKeyFile: string | null
  /** Reads every entry and payload again and checks form, order and digests. */
  verifyLog(): Promise<LogVerification>
  /** Finishes what was accepted, then stops. May be called twice. */
  close(): Promise<void>
}

export type RebuildOptions = { readonly dataDir?: string; readonly onProgress?: (done: number, of: number) => void }

export type Services = {
  readonly version: string
  startServer(options: StartOptions): Promise<RunningServer>
  /** Drops the view and makes it again from the log. Errors: data_dir_in_use. */
  rebuildView(options: RebuildOptions): Promise<{ readonly entries: number; readonly seconds: number }>
  /** Builds the web UI when it is missing or older than its sources. */
  buildWeb(): Promise<void>
}
