// A log of any length for the bench of the verifier: entries like real decisions, about 1 KiB each, written straight into the
// files of a data folder, with tiles and signed checkpoints made by a loop of its own. Nothing here waits for a gateway.

import { createHash, generateKeyPairSync, hash, sign } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export type SyntheticLog = { readonly dir: string; readonly entries: number; readonly vkey: string }

export const syntheticOrigin = 'airworthy/be0cbe0cbe0cbe0c'
const origin = syntheticOrigin
const checkpointEvery = 50_000
const commitEvery = 20_000

/** Writes it into `dir`, which must be empty. */
export function writeSyntheticLog(dir: string, entries: number): SyntheticLog {
  mkdirSync(dir, { recursive: true })
  const log = openLog(dir)
  const tree = openTree(dir)
  const signer = createSigner()
  writeFileSync(join(dir, 'log-key'), signer.skey, { mode: 0o600 })
  tree.prepare('insert into key values (?, ?, ?, null)').run(signer.id, signer.vkey, '2026-01-01T00:00:00.000Z')
  const insertEntry = log.prepare('insert into entry values (?, ?, null, ?)')
  const insertTile = tree.prepare('insert or replace into tile values (?, ?, ?)')
  const insertCheckpoint = tree.prepare('insert into checkpoint values (?, ?, ?)')
  const grown = new Levels((level, n, hashes) => insertTile.run(level, n, hashes))
  log.exec('begin')
  tree.exec('begin')
  for (let i = 0; i < entries; i++) {
    const id = syntheticId(i)
    const bytes = Buffer.from(entryText(i, id))
    insertEntry.run(i, id, bytes)
    grown.add(sha256(Buffer.concat([Buffer.of(0), bytes])))
    const size = i + 1
    if (size % commitEvery === 0) log.exec('commit; begin')
    if (size % checkpointEvery === 0 || size === entries) {
      const note = signer.sign(`${origin}\n${size}\n${grown.root().toString('base64')}\n`)
      insertCheckpoint.run(size, '2026-01-01T00:00:00.000Z', note)
    }
  }
  grown.flush()
  for (const db of [log, tree]) {
    db.exec('commit; pragma wal_checkpoint(truncate)')
    db.close()
  }
  return { dir, entries, vkey: signer.vkey }
}

function openLog(dir: string): DatabaseSync {
  const log = new DatabaseSync(join(dir, 'log.sqlite'))
  log.exec(`pragma journal_mode=wal; pragma synchronous=off;
    create table meta (name text primary key, value text not null) strict, without rowid;
    create table entry (idx integer primary key, id text not null, subject_ref text, bytes blob not null) strict;
    create unique index entry_id on entry (id);
    create index entry_subject on entry (subject_ref, idx) where subject_ref is not null;
    create table payload (key integer primary key, part text not null, salt blob not null, bytes blob not null, erased integer not null default 0) strict;
    insert into meta values ('origin', '${origin}')`)
  return log
}

function openTree(dir: string): DatabaseSync {
  const tree = new DatabaseSync(join(dir, 'tree.sqlite'))
  tree.exec(`pragma journal_mode=wal; pragma synchronous=off;
    create table tile (level integer not null, n integer not null, hashes blob not null, primary key (level, n)) strict, without rowid;
    create table checkpoint (size integer primary key, at text not null, note text not null) strict;
    create table cosignature (size integer not null, witness text not null, at text not null, line text not null, primary key (size, witness)) strict, without rowid;
    create table key (id text primary key, vkey text not null, since text not null, until text) strict`)
  return tree
}

/** Of the entry `i`, which is a decision. */
export function syntheticId(i: number): string {
  return `01957f2c-8a00-7c3e-9b6d-${i.toString(16).padStart(12, '0')}`
}

/** Canonical by construction: the members stand in order here. No payloads: their bytes would be measured, not the log. */
function entryText(i: number, id: string): string {
  const digest = (salt: number) => (((i + salt) * 2654435761) >>> 0).toString(16).padStart(8, '0').repeat(8)
  const confidence = 0.5 + ((i * 7919) % 49_999) / 100_003
  return (
    `{"data":{"actions":[0],"arm":"champion","audit":{"drawn":false,"probability":0.02},` +
    `"by":{"key":"01957f2c-8a00-7c3e-9b6d-3f1f0c2a7e11","name":"loan desk"},"confidence":${confidence},"failure":null,` +
    `"idempotency":{"body":"${digest(1)}","key":"${digest(2)}"},"model":{"name":"credit-risk","version":"3"},` +
    `"origin":"gateway","reason":"confident","review":null,"revision":3,"route":"act","status":"decided",` +
    `"steps":[{"ms":0.012,"step":"admit"},{"ms":0.105,"step":"contract"},{"ms":${(i % 5000) / 1000},"step":"model"},{"ms":0.031,"step":"route"}],` +
    `"useCase":"credit-approval","value":true,"violations":[{"message":"must be at most 50000, as the contract of this use case says","path":"/input/amount","rule":"maximum"},` +
    `{"message":"must be one of the purposes that the contract lists","path":"/input/purpose","rule":"enum"}]},` +
    `"id":"${id}","source":"/${origin}","specversion":"1.0","subject":"use-case/credit-approval","time":"2026-03-02T10:00:00.000Z","type":"decision-recorded"}`
  )
}

function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

/** The tree as columns of tiles: each level keeps the hashes of its unfinished tile. */
class Levels {
  readonly #open: Buffer[][] = [[]]
  readonly #finished: number[] = [0]
  readonly #keep: (level: number, n: number, hashes: Buffer) => void

  constructor(keep: (level: number, n: number, hashes: Buffer) => void) {
    this.#keep = keep
  }

  add(leaf: Buffer): void {
    let hash = leaf
    for (let level = 0; ; level++) {
      const open = (this.#open[level] ??= [])
      open.push(hash)
      if (open.length < 256) return
      const n = this.#finished[level] ?? 0
      this.#keep(level, n, Buffer.concat(open))
      this.#finished[level] = n + 1
      this.#open[level] = []
      hash = rootOf(open)
    }
  }

  root(): Buffer {
    let below: Buffer | undefined
    for (const open of this.#open) {
      const hashes = below ? [...open, below] : open
      if (hashes.length > 0) below = rootOf(hashes)
    }
    return below ?? sha256(Buffer.alloc(0))
  }

  /** Keeps the unfinished tiles as they are. */
  flush(): void {
    for (const [level, open] of this.#open.entries()) {
      if (open.length > 0) this.#keep(level, this.#finished[level] ?? 0, Buffer.concat(open))
    }
  }
}

/** Pairs from the left; an odd one goes up as it is, which is what splitting at powers of two comes to. */
function rootOf(hashes: readonly Buffer[]): Buffer {
  let row = hashes
  while (row.length > 1) {
    const above: Buffer[] = []
    for (let i = 0; i < row.length; i += 2) {
      const [left, right] = [row[i] as Buffer, row[i + 1]]
      above.push(right ? sha256(Buffer.concat([Buffer.of(1), left, right])) : left)
    }
    row = above
  }
  return row[0] as Buffer
}

function createSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const typed = Buffer.concat([Buffer.of(1), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)])
  const id = createHash('sha256').update(`${origin}\n`).update(typed).digest().subarray(0, 4)
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32)
  return {
    id: id.toString('hex'),
    skey: `PRIVATE+KEY+${origin}+${id.toString('hex')}+${Buffer.concat([Buffer.of(1), seed]).toString('base64')}\n`,
    vkey: `${origin}+${id.toString('hex')}+${typed.toString('base64')}`,
    sign(text: string): string {
      const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString('base64')
      return `${text}\n\u2014 ${origin} ${signature}\n`
    },
  }
}
