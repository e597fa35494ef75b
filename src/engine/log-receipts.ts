// Receipts: an entry's own bytes, the proof that a checkpoint covers it, and the checkpoint, in one text that anybody can
// check without us (c2sp.org/tlog-proof).

import { PlatformError } from '#core/kernel/errors.ts'
import { isUuid } from '#core/kernel/id.ts'
import { hashBytes, leafHash } from '#core/kernel/merkle-hash.ts'
import type { DecisionRecorded } from '#core/decision/events.ts'
import { inclusionProof, type ReadTile } from '#core/tlog/proof.ts'
import { formatReceipt } from '#core/tlog/receipt.ts'
import { tileWidth } from '#core/tlog/tile.ts'
import type { Log, LogRecord } from '#log/log.ts'
import type { KeptCheckpoint, LogTree } from '#log/tree.ts'
import { eventOf } from './read-entry.ts'

export type LogReceiptsParts = {
  readonly log: Pick<Log, 'findById' | 'findOnce' | 'get'>
  readonly tree: Pick<LogTree, 'tile' | 'waitFor'>
}

export type FoundDecision = {
  readonly record: LogRecord
  readonly useCase: string
  /** A blind second look at it is under way: the entry tells what that must not know. */
  readonly isBlind: boolean
}

export type LogReceipts = {
  /** Undefined when there is no such decision. Errors: log_unavailable. */
  find(decision: string): Promise<FoundDecision | undefined>
  /** The checkpoint that covers everything below `size`, waited for. Errors: checkpoint_pending. */
  checkpointFor(size: number): Promise<KeptCheckpoint>
  /** Errors: log_unavailable; log_forked when the entry is not the one that was signed. */
  receipt(record: LogRecord, checkpoint: KeptCheckpoint): Promise<string>
}

/** A checkpoint is made every second while entries arrive. */
const waitMsMax = 5_000

export function createLogReceipts({ log, tree }: LogReceiptsParts): LogReceipts {
  const readTile: ReadTile = async (level, n) => {
    const hashes = await tree.tile(level, n)
    if (hashes) return hashes
    throw new PlatformError('log_unavailable', `The tile ${n} of level ${level} cannot be read.`, {
      hint: 'airworthy verify says what else is damaged.',
    })
  }

  return {
    async find(id) {
      const record = isUuid(id) ? await log.findById(id) : undefined
      if (!record) return undefined
      const event = eventOf(record)
      if (event.type !== 'decision-recorded') return undefined
      const { useCase, review } = (event as DecisionRecorded).data
      const isBlind = review?.kind === 'audit' && (await log.findOnce(`review-decided:${id}`)) === undefined
      return { record, useCase, isBlind }
    },
    async checkpointFor(size) {
      const checkpoint = await tree.waitFor(size, waitMsMax)
      if (checkpoint) return checkpoint
      throw new PlatformError('checkpoint_pending', `No checkpoint covers the entry ${size - 1} yet.`, {
        hint: 'Try again in a second. If it stays so, GET /api/v1/log says what is wrong with the tree.',
      })
    },
    async receipt({ index, entry }, checkpoint) {
      const leaves = await readTile(0, Math.floor(index / tileWidth))
      const at = (index % tileWidth) * hashBytes
      if (Buffer.compare(leafHash(entry), leaves.subarray(at, at + hashBytes)) !== 0) throw changed(index)
      const proof = await inclusionProof({ index, size: checkpoint.size }, readTile)
      return formatReceipt({ index, proof, checkpoint: checkpoint.note, extra: entry })
    },
  }
}

function changed(index: number): PlatformError {
  return new PlatformError('log_forked', `The entry ${index} is not the one that was signed.`, {
    hint: 'It was changed after a checkpoint covered it. airworthy verify says what else was.',
    details: { index },
  })
}
