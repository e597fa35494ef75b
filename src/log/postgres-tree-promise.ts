// Is a checkpoint that is kept outside the database one that the log there has given? For a process that follows: every kept
// checkpoint is in the log's history, so the one of its size must be there with its root.

import { keptCheckpoints, treeKeys, type Rows } from './postgres-tree-store.ts'
import { readPromise } from './tree-promise.ts'
import { forked, rolledBack } from './tree-refusals.ts'

/** Errors: log_rolled_back, log_forked, checkpoint_invalid, log_unavailable. */
export async function assertPromiseKept(rows: Rows, { origin, note }: { origin: string; note: string }): Promise<void> {
  const vkeys = (await treeKeys(rows)).map(({ vkey }) => vkey)
  const where = 'the checkpoint kept outside it'
  const promised = readPromise({ origin, keys: { vkeys: () => vkeys } }, note, { where })
  const [same] = await keptCheckpoints(rows, { at: promised.size, limit: 1 })
  if (same?.root === promised.root) return
  const [newest] = await keptCheckpoints(rows, { limit: 1 })
  if (!newest || newest.size < promised.size) throw rolledBack({ head: newest?.size ?? 0, ...promised })
  throw forked({ ...promised, found: same?.root ?? 'no checkpoint of this size' })
}
