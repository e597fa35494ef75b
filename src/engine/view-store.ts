// The database as the projector needs it. src/storage implements it.

export type RunSql = (
  text: string,
  parameters?: readonly unknown[],
) => Promise<{ readonly rows: readonly Record<string, unknown>[]; readonly count: number }>

/**
 * A call that fails with `view_unavailable` wrote nothing and may succeed later. Any other error means that a statement or
 * its values are wrong: trying again changes nothing.
 */
export type ViewStore = {
  /** Commits when `work` resolves, else rolls back. */
  transaction<T>(work: (run: RunSql) => Promise<T>): Promise<T>
  /** Makes the tables where they are missing. */
  prepare(): Promise<void>
  /** Drops the tables and makes them anew, empty, in one transaction. */
  reset(): Promise<void>
}
