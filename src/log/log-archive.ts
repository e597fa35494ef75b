// A whole log as it is copied from one store to another: entries with their payloads, and the small tables beside them.

export type ArchivedEntry = {
  readonly index: number
  readonly id: string
  readonly subjectRef: string | null
  readonly bytes: Uint8Array
  /** What is left of them: erased ones are not there. */
  readonly payloads: readonly ArchivedPayload[]
}
export type ArchivedPayload = {
  readonly position: number
  readonly part: string
  readonly salt: Uint8Array
  readonly bytes: Uint8Array
}

type ColumnType = 'text' | 'bigint' | 'bytea'

/** Beside entries and payloads; every store has them with these names. Copied in this order, rows in that of `key`. */
export const archivedTables = {
  checkpoint: { key: ['size'], columns: { size: 'bigint', at: 'text', note: 'text' } },
  once: { key: ['name'], columns: { name: 'text', idx: 'bigint' } },
  key: { key: ['id'], columns: { id: 'text', vkey: 'text', since: 'text', until: 'text' } },
  tile: { key: ['level', 'n'], columns: { level: 'bigint', n: 'bigint', hashes: 'bytea' } },
  cosignature: { key: ['size', 'witness'], columns: { size: 'bigint', witness: 'text', at: 'text', line: 'text' } },
} as const satisfies Record<string, { key: readonly string[]; columns: Readonly<Record<string, ColumnType>> }>

export type ArchivedTable = keyof typeof archivedTables
export const archivedTableNames = Object.keys(archivedTables) as ArchivedTable[]

export type Cell = string | number | Uint8Array | null
/** In the order of the table's columns. */
export type ArchivedRow = readonly Cell[]

/** What nobody but servers may see: the private key of the log, the secret behind pseudonyms. */
export const secretNames = ['log-key', 'pseudonyms'] as const
export type SecretName = (typeof secretNames)[number]

export type LogArchive = {
  /** Names it in messages, without passwords. */
  readonly name: string
  /** The log's name; undefined where there is no log yet. */
  origin(): Promise<string | undefined>
  /** Entries. */
  size(): Promise<number>
  /** From `from` on, in order, at most `limit`. */
  entries(from: number, limit: number): Promise<readonly ArchivedEntry[]>
  /** The first `limit` rows whose key comes after that of `after`. */
  rows(table: ArchivedTable, after: ArchivedRow | undefined, limit: number): Promise<readonly ArchivedRow[]>
  secret(name: SecretName): Promise<string | undefined>
  close(): Promise<void>
}

export type WritableLogArchive = LogArchive & {
  /** Makes a log of this name where there is none. */
  begin(origin: string): Promise<void>
  /** They follow what is there. Durable when it resolves, all of them or none. */
  putEntries(entries: readonly ArchivedEntry[]): Promise<void>
  /** Rows with the same key are replaced. Durable when it resolves. */
  putRows(table: ArchivedTable, rows: readonly ArchivedRow[]): Promise<void>
  putSecret(name: SecretName, value: string): Promise<void>
}

export function columnsOf(table: ArchivedTable): readonly string[] {
  return Object.keys(archivedTables[table].columns)
}

/** The cells of the key, in its order. */
export function keyOf(table: ArchivedTable, row: ArchivedRow): Cell[] {
  const columns = columnsOf(table)
  return archivedTables[table].key.map((name) => row[columns.indexOf(name)] ?? null)
}
