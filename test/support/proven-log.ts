// Makes whole logs for tests of the verifier, with plain SQL and mathematics of its own: nothing here comes from the code that
// writes logs, so that writer and verifier are each held to the formats and not to each other.

import { createHash, createPrivateKey, createPublicKey, hash, sign, type KeyObject } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import canonicalize from 'canonicalize'
import { naiveInclusion, naiveLeaf, naiveRoot, naiveTile } from './naive-tree.ts'

export const provenOrigin = 'airworthy/0123456789abcdef'

export type NoteKey = { readonly vkey: string; readonly line: (text: string) => string }

/** An Ed25519 key made from one repeated byte. `type` 4: a witness's, which signs a time as well. */
export function noteKey(name: string, seed: number, type: 1 | 4 = 1): NoteKey {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)])
  const key: KeyObject = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  const typed = Buffer.concat([Buffer.of(type), raw])
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4)
  const signature = (text: string) => {
    if (type === 1) return sign(null, Buffer.from(text), key)
    const time = Buffer.from('0000000069200000', 'hex')
    return Buffer.concat([
      time,
      sign(null, Buffer.from(`cosignature/v1\ntime ${time.readBigUInt64BE()}\n${text}`), key),
    ])
  }
  return {
    vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}`,
    line: (text) => `\u2014 ${name} ${Buffer.concat([id, signature(text)]).toString('base64')}\n`,
  }
}

export const logKey: NoteKey = noteKey(provenOrigin, 7)

export type PayloadSpec = { readonly part: string; readonly text: string; readonly isGone?: boolean }
export type EntrySpec = {
  readonly type?: string
  readonly id?: string
  readonly data?: Readonly<Record<string, unknown>>
  readonly payloads?: readonly PayloadSpec[]
  readonly subject?: string
  /** The bytes as they are, whatever they say. */
  readonly bytes?: Uint8Array
}
export type ProvenEntry = {
  readonly id: string
  readonly bytes: Buffer
  readonly subject: string | null
  readonly payloads: readonly (PayloadSpec & { readonly salt: Buffer })[]
}

function eventId(index: number): string {
  return `01957f2c-8a00-7c3e-9b6d-${String(index).padStart(12, '0')}`
}

export function provenEntry(index: number, spec: EntrySpec = {}): ProvenEntry {
  const payloads = (spec.payloads ?? []).map((one, at) => ({ ...one, salt: Buffer.alloc(16, index * 16 + at) }))
  const refs = payloads.map(({ part, text, salt }) => {
    const bytes = Buffer.from(text)
    return [
      part,
      { bytes: bytes.length, digest: `sha256:${hash('sha256', Buffer.concat([salt, bytes]), 'hex')}` },
    ] as const
  })
  const id = spec.id ?? eventId(index)
  const event = {
    specversion: '1.0',
    id,
    source: `/${provenOrigin}`,
    type: spec.type ?? 'decision-recorded',
    time: '2026-03-02T10:00:00.000Z',
    subject: 'use-case/triage',
    data: { n: index, ...spec.data, ...(refs.length > 0 ? { payloads: Object.fromEntries(refs) } : {}) },
  }
  return {
    id,
    bytes: Buffer.from(spec.bytes ?? (canonicalize(event) as string)),
    subject: spec.subject ?? null,
    payloads,
  }
}

export type ProvenLog = {
  readonly entries: readonly ProvenEntry[]
  readonly leaves: readonly Buffer[]
  readonly note: (size: number) => string
  readonly receipt: (index: number, size: number) => string
}

export type ProvenLogSpec = {
  readonly entries: readonly EntrySpec[]
  /** Who signs the checkpoint of a size. */
  readonly signers?: (size: number) => readonly NoteKey[]
}

export function provenLog({ entries: specs, signers = () => [logKey] }: ProvenLogSpec): ProvenLog {
  const entries = specs.map((spec, index) => provenEntry(index, spec))
  const leaves = entries.map(({ bytes }) => naiveLeaf(bytes))
  const note = (size: number) => {
    const text = `${provenOrigin}\n${size}\n${naiveRoot(leaves.slice(0, size)).toString('base64')}\n`
    return `${text}\n${signers(size)
      .map((key) => key.line(text))
      .join('')}`
  }
  const receipt = (index: number, size: number) => {
    const proof = naiveInclusion(index, leaves.slice(0, size)).map((each) => `${each.toString('base64')}\n`)
    const extra = (entries[index] as ProvenEntry).bytes.toString('base64')
    return `c2sp.org/tlog-proof@v1\nextra ${extra}\nindex ${index}\n${proof.join('')}\n${note(size)}`
  }
  return { entries, leaves, note, receipt }
}

export type Kept = {
  /** Sizes of the checkpoints that are kept; the last is that of the tree. */
  readonly sizes: readonly number[]
  readonly keys?: readonly NoteKey[]
  readonly cosigners?: readonly NoteKey[]
}

/** A data folder, as a server leaves it. */
export function writeDataFolder(dir: string, log: ProvenLog, { sizes, keys = [logKey], cosigners = [] }: Kept): void {
  mkdirSync(dir, { recursive: true })
  const entries = new DatabaseSync(join(dir, 'log.sqlite'))
  entries.exec(`pragma synchronous=off; pragma journal_mode=wal; begin;
    create table meta (name text primary key, value text not null) strict, without rowid;
    create table entry (idx integer primary key, id text not null, subject_ref text, bytes blob not null) strict;
    create unique index entry_id on entry (id);
    create table payload (key integer primary key, part text not null, salt blob not null, bytes blob not null, erased integer not null default 0) strict;`)
  entries.prepare(`insert into meta values ('origin', ?)`).run(provenOrigin)
  const insertEntry = entries.prepare('insert into entry values (?, ?, ?, ?)')
  const insertPayload = entries.prepare('insert into payload (key, part, salt, bytes) values (?, ?, ?, ?)')
  for (const [index, { id, bytes, subject, payloads }] of log.entries.entries()) {
    insertEntry.run(index, id, subject, bytes)
    for (const [at, { part, salt, text, isGone }] of payloads.entries())
      if (!isGone) insertPayload.run(index * 16 + at, part, salt, Buffer.from(text))
  }
  entries.exec('commit')
  entries.close()
  writeTree(dir, log, { sizes, keys, cosigners })
}

function writeTree(dir: string, log: ProvenLog, { sizes, keys, cosigners }: Required<Kept>): void {
  const tree = new DatabaseSync(join(dir, 'tree.sqlite'))
  tree.exec(`pragma synchronous=off; pragma journal_mode=wal; begin;
    create table tile (level integer not null, n integer not null, hashes blob not null, primary key (level, n)) strict, without rowid;
    create table checkpoint (size integer primary key, at text not null, note text not null) strict;
    create table cosignature (size integer not null, witness text not null, at text not null, line text not null, primary key (size, witness)) strict, without rowid;
    create table key (id text primary key, vkey text not null, since text not null, until text) strict;`)
  const at = '2026-03-02T10:00:00.000Z'
  for (const { level, n, hashes } of tilesUpTo(log, sizes.at(-1) ?? 0))
    tree.prepare('insert into tile values (?, ?, ?)').run(level, n, hashes)
  for (const size of sizes) {
    const note = log.note(size)
    tree.prepare('insert into checkpoint values (?, ?, ?)').run(size, at, note)
    for (const [position, key] of cosigners.entries()) {
      const line = key.line(note.slice(0, note.indexOf('\n\n') + 1)).trimEnd()
      tree.prepare('insert into cosignature values (?, ?, ?, ?)').run(size, `w${position}`, at, line)
    }
  }
  for (const [position, { vkey }] of keys.entries())
    tree
      .prepare('insert into key values (?, ?, ?, null)')
      .run(vkey.split('+')[1] ?? '', vkey, `2026-0${position + 1}-01T00:00:00.000Z`)
  tree.exec('commit')
  tree.close()
}

function tilesUpTo({ leaves }: ProvenLog, size: number): { level: number; n: number; hashes: Buffer }[] {
  const tiles: { level: number; n: number; hashes: Buffer }[] = []
  for (let level = 0; 256 ** level <= size; level++) {
    for (let n = 0; n * 256 ** (level + 1) < size; n++) {
      const hashes = naiveTile(leaves.slice(0, size), level, n)
      if (hashes.length > 0) tiles.push({ level, n, hashes })
    }
  }
  return tiles
}

/** Static files (c2sp.org/tlog-tiles) of the log at `size`. */
export function writeTileFolder(dir: string, log: ProvenLog, size: number): void {
  const put = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), bytes)
  }
  put('checkpoint', log.note(size))
  for (const { level, n, hashes } of tilesUpTo(log, size)) {
    const number = String(n).padStart(3, '0')
    const partial = hashes.length < 8192 ? `.p/${hashes.length / 32}` : ''
    put(`tile/${level}/${number}${partial}`, hashes)
    if (level > 0) continue
    const bundle = log.entries
      .slice(n * 256, Math.min(size, (n + 1) * 256))
      .map(({ bytes }) => Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes]))
    put(`tile/entries/${number}${partial}`, Buffer.concat(bundle))
  }
}

/** Changes a store with SQL, as somebody might who can write to its files. */
export function tamper(
  dir: string,
  file: 'log' | 'tree',
  statement: string,
  ...parameters: (string | number | Uint8Array)[]
): void {
  const db = new DatabaseSync(join(dir, `${file}.sqlite`))
  try {
    db.prepare(statement).run(...parameters)
  } finally {
    db.close()
  }
}
