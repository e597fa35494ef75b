// The erasing thread of the embedded log: overwrites payloads where they lie, then empties the write-ahead log.
//
// It lives for one call. It has a connection of its own, so that the writing thread is not kept: both take short turns.
//
//   overwrite, some entries in each transaction → move the write-ahead log into the file and cut it to nothing
//   → look for what the index of subjects may have left, and make it anew where there is something
//
// The second step waits for readers who still look at pages as they were before. While it waits nobody may write, so it
// gives up soon and tries again.
//
// Pseudonyms are known until they are overwritten, and looked for afterwards. So the transaction that takes the first one
// leaves a mark; whoever finds it there was preceded by a call that did not come to its end (a kill, a reader who would not
// go), does not know what to look for, and makes the index anew in any case.

import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { erasureMark, openForWriting, payloadPartsMax } from './sqlite-schema.ts'
import { standsInIndex } from './sqlite-stale-copies.ts'

/** `descriptor`: of the file, open for reading. `indices`: none to only end what was cut off. */
export type EraserData = { readonly file: string; readonly descriptor: number; readonly indices: readonly number[] }
export type EraserMessage =
  | { readonly kind: 'erased'; readonly payloads: number }
  | { readonly kind: 'failed'; readonly reason: string }

/** Entries in one transaction: appends wait for it. */
const batchMax = 100
const writeBusyMs = 5_000
const checkpointBusyMs = 20
const checkpointPauseMs = 50
const checkpointMsMax = 10_000

const port = parentPort
if (!port) throw new Error('sqlite-eraser runs as a worker thread')
const { file, descriptor, indices } = workerData as EraserData
const db = openForWriting(file)

/** Pseudonyms that this call takes away from an entry. */
const pseudonyms = new Set<string>()

function overwrite(): number {
  const known = db.prepare('select subject_ref from entry where idx = ? and subject_ref is not null')
  const payloads = db.prepare(
    `update payload set salt = zeroblob(length(salt)), bytes = zeroblob(length(bytes)), erased = 1
     where key >= ? and key < ? and erased = 0`,
  )
  const pseudonym = db.prepare('update entry set subject_ref = null where idx = ? and subject_ref is not null')
  const mark = db.prepare("insert or ignore into meta (name, value) values (?, 'under way')")
  let gone = 0
  for (let from = 0; from < indices.length; from += batchMax) {
    db.exec('begin immediate')
    for (const index of indices.slice(from, from + batchMax)) {
      gone += Number(payloads.run(index * payloadPartsMax, (index + 1) * payloadPartsMax).changes)
      const subjectRef = known.get(index)?.['subject_ref']
      if (subjectRef === undefined) continue
      pseudonyms.add(String(subjectRef))
      mark.run(erasureMark)
      pseudonym.run(index)
    }
    db.exec('commit')
  }
  return gone
}

/** Throws when a reader keeps old pages for longer than anybody should. */
async function emptyWriteAheadLog(): Promise<void> {
  db.exec(`pragma busy_timeout=${checkpointBusyMs}`)
  const began = performance.now()
  while (db.prepare('pragma wal_checkpoint(truncate)').get()?.['busy'] !== 0) {
    if (performance.now() - began > checkpointMsMax)
      throw new Error('something else reads the log all the time, so that its write-ahead log cannot be emptied')
    await sleep(checkpointPauseMs)
  }
}

/**
 * An index that is balanced moves its cells from page to page and leaves copies in the unused middle of a page, which
 * `secure_delete` does not reach: about one in 15,000 is still there when its entry is erased. Pages of the table are not
 * balanced that way, since entries are only appended.
 */
async function clearIndex(wasCutOff: boolean): Promise<void> {
  if (wasCutOff) await makeIndexAnew()
  const pages = { db, index: 'entry_subject', descriptor }
  // Asked anew each time: a person may come back while this runs.
  for (let times = 0; standsInIndex(pages, pseudonymsGone()); times++) {
    if (times === 3) throw new Error('the index of subjects keeps copies of what was removed from it')
    await makeIndexAnew()
  }
  if (!isMarked()) return
  db.exec(`pragma busy_timeout=${writeBusyMs}`)
  db.prepare('delete from meta where name = ?').run(erasureMark)
}

/** Nobody appends meanwhile: about 3 s for a million entries. */
async function makeIndexAnew(): Promise<void> {
  db.exec(`pragma busy_timeout=${writeBusyMs}; reindex entry_subject`)
  await emptyWriteAheadLog()
}

/** Without those that another entry still has. */
function pseudonymsGone(): ReadonlySet<string> {
  const other = db.prepare('select 1 from entry where subject_ref = ? limit 1')
  return new Set([...pseudonyms].filter((text) => other.get(text) === undefined))
}

function isMarked(): boolean {
  return db.prepare('select 1 from meta where name = ?').get(erasureMark) !== undefined
}

function finish(message: EraserMessage): void {
  db.close()
  port?.postMessage(message)
}

try {
  const wasCutOff = isMarked()
  const payloads = overwrite()
  await emptyWriteAheadLog()
  await clearIndex(wasCutOff)
  finish({ kind: 'erased', payloads })
} catch (error) {
  finish({ kind: 'failed', reason: (error as Error).message })
}
