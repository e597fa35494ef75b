import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { KeyCreated, KeyRevoked } from '#core/access/events.ts'
import { hashKey } from '#core/access/key-hash.ts'
import type { Log } from '#log/log.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import { ensureAdminKey } from './admin-key.ts'
import { createJournal } from './journal.ts'
import { createKeyRing, type Alone, type KeyRing } from './key-ring.ts'
import type { KeyReads, KeyRow } from './ports.ts'
import { eventOf } from './read-entry.ts'

const now = Date.parse('2026-03-02T10:00:00Z')
const by = { key: 'k', name: 'chief' }

/** What the projector makes of the log, kept in memory. */
function memoryKeyReads(log: Log): KeyReads {
  return {
    async all() {
      const rows = new Map<string, KeyRow>()
      for (const record of await log.read(0, 1_000)) {
        const event = eventOf(record) as KeyCreated | KeyRevoked
        const at = Date.parse(event.time)
        if (event.type === 'key-created') {
          const { key, name, hash, scopes, roles } = event.data
          const createdBy = event.data.by.name
          rows.set(key, {
            id: key,
            name,
            hash,
            scopes,
            roles,
            createdAt: at,
            createdBy,
            revokedAt: null,
            revokedBy: null,
          })
        } else {
          const row = rows.get(event.data.key)
          if (row) rows.set(row.id, { ...row, revokedAt: at, revokedBy: event.data.by.name })
        }
      }
      return [...rows.values()]
    },
  }
}

async function ringOn(log: Log): Promise<KeyRing> {
  const ring = createKeyRing({ journal: createJournal(log, () => now), keys: memoryKeyReads(log) })
  await ring.load()
  return ring
}

const admin = { name: 'admin', scopes: [], roles: ['admin'] }
const program = { name: 'mail server', scopes: ['decide:triage'], roles: [] }

describe('the key ring', () => {
  it('makes a key that works at once, and keeps only its hash', async () => {
    const log = createMemoryLog()
    const ring = await ringOn(log)
    const { key, row } = await ring.create(program, by)
    expect(key).toMatch(/^aw_[A-Za-z0-9_-]{43}$/)
    expect(ring.find(hashKey(key))).toEqual({
      keyId: row.id,
      name: 'mail server',
      scopes: ['decide:triage'],
      roles: [],
    })
    const [record] = await log.read(0, 1)
    expect(Buffer.from(record?.entry ?? []).toString()).not.toContain(key)
  })

  it('forgets a revoked key at once and for good', async () => {
    const log = createMemoryLog()
    const ring = await ringOn(log)
    const { key, row } = await ring.create(program, by)
    await ring.revoke(row.id, by)
    expect(ring.find(hashKey(key))).toBeUndefined()
    expect((await ring.revoke(row.id, { key: 'x', name: 'another' })).revokedBy).toBe('chief')
    expect(log.head()).toBe(2)
    const later = await ringOn(log)
    expect(later.find(hashKey(key))).toBeUndefined()
    expect(later.list()).toMatchObject([{ id: row.id, revokedAt: now, revokedBy: 'chief' }])
    await expect(ring.revoke('nothing', by)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('obeys what another process wrote, also when it hears of it twice', async () => {
    const log = createMemoryLog()
    const [one, other] = [await ringOn(log), await ringOn(log)]
    const { key, row } = await one.create(program, by)
    await one.revoke(row.id, by)
    const [made, revoked] = (await log.read(0, 2)).map(eventOf) as (KeyCreated | KeyRevoked)[]
    if (!made || !revoked) throw new Error('two entries were written')
    other.follow(revoked)
    expect(other.find(hashKey(key))).toBeUndefined()
    other.follow(made)
    expect(other.find(hashKey(key))).toMatchObject({ keyId: row.id })
    other.follow(revoked)
    other.follow(made)
    expect(other.find(hashKey(key))).toBeUndefined()
    expect(other.list()).toEqual(one.list())
  })

  it('does not let two processes take each other’s last admin away', async () => {
    const log = createMemoryLog()
    const inTurn: { last: Promise<unknown> } = { last: Promise.resolve() }
    const rings: KeyRing[] = []
    const alone: Alone = (work) => {
      const mine = inTurn.last.then(async () => {
        for (const record of await log.read(0, 100))
          for (const ring of rings) ring.follow(eventOf(record) as KeyCreated | KeyRevoked)
        return work()
      })
      inTurn.last = mine.catch(() => undefined)
      return mine
    }
    for (let n = 0; n < 2; n++)
      rings.push(createKeyRing({ journal: createJournal(log, () => now), keys: memoryKeyReads(log), alone }))
    const [one, other] = rings as [KeyRing, KeyRing]
    const [first, second] = [await one.create(admin, by), await other.create(admin, by)]
    const ends = await Promise.allSettled([one.revoke(second.row.id, by), other.revoke(first.row.id, by)])
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  it('is the same after a restart', async () => {
    const log = createMemoryLog()
    const ring = await ringOn(log)
    const made = [await ring.create(program, by), await ring.create(admin, by)]
    const later = await ringOn(log)
    for (const { key } of made) expect(later.find(hashKey(key))).toEqual(ring.find(hashKey(key)))
  })

  it('refuses scopes and roles that are none, each with its place', async () => {
    const ring = await ringOn(createMemoryLog())
    const asked = { name: 'x', scopes: ['decide', 'fly'], roles: ['king', 'reviewer:credit', 'admin:credit'] }
    await expect(ring.create(asked, by)).rejects.toMatchObject({
      code: 'request_malformed',
      details: { problems: [{ path: '/scopes/1' }, { path: '/roles/0' }, { path: '/roles/2' }] },
    })
    await expect(ring.create({ name: 'x', scopes: [], roles: [] }, by)).rejects.toMatchObject({
      code: 'request_malformed',
    })
  })

  it('never loses the last key that may manage keys, also when two admins end each other at once', async () => {
    const ring = await ringOn(createMemoryLog())
    const [one, two] = [
      await ring.create(admin, by),
      await ring.create({ name: 'ops', scopes: ['admin'], roles: [] }, by),
    ]
    const ends = await Promise.allSettled([ring.revoke(one.row.id, by), ring.revoke(two.row.id, by)])
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(ends[1]).toMatchObject({ reason: { code: 'forbidden' } })
    expect(ring.find(hashKey(two.key))).toBeDefined()
  })
})

describe('ensureAdminKey', () => {
  function folder(): string {
    const dataDir = mkdtempSync(join(tmpdir(), 'airworthy-keys-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true }))
    return dataDir
  }

  it('makes one at the first start, for the owner’s eyes, and finds it again', async () => {
    const [log, dataDir] = [createMemoryLog(), folder()]
    const first = await ensureAdminKey({ ring: await ringOn(log), dataDir })
    expect(first).toMatchObject({ isNew: true, file: join(dataDir, 'admin-key'), warning: null })
    expect(statSync(join(dataDir, 'admin-key')).mode & 0o777).toBe(0o600)
    const ring = await ringOn(log)
    expect(ring.find(hashKey(first.key))?.roles).toEqual(['admin'])
    expect(await ensureAdminKey({ ring, dataDir })).toMatchObject({ key: first.key, isNew: false })
    expect(log.head()).toBe(1)
  })

  it('makes its file’s key known to a log that does not know it', async () => {
    const dataDir = folder()
    const { key } = await ensureAdminKey({ ring: await ringOn(createMemoryLog()), dataDir })
    const ring = await ringOn(createMemoryLog())
    expect((await ensureAdminKey({ ring, dataDir })).key).toBe(key)
    expect(ring.find(hashKey(key))).toBeDefined()
  })

  it('says so when its file’s key was revoked', async () => {
    const [log, dataDir] = [createMemoryLog(), folder()]
    const ring = await ringOn(log)
    await ensureAdminKey({ ring, dataDir })
    await ring.create(admin, by)
    await ring.revoke(ring.list()[0]?.id ?? '', by)
    expect((await ensureAdminKey({ ring, dataDir })).warning).toMatch(/was revoked/)
  })

  it('takes the one from the environment instead, once', async () => {
    const [log, dataDir] = [createMemoryLog(), folder()]
    const ring = await ringOn(log)
    const fromEnvironment = 'aw_0123456789abcdef0123456789abcdef'
    for (let start = 0; start < 2; start++) {
      expect(await ensureAdminKey({ ring, dataDir, fromEnvironment })).toEqual({
        key: fromEnvironment,
        isNew: false,
        file: null,
        warning: null,
      })
    }
    expect(log.head()).toBe(1)
    expect((await ensureAdminKey({ ring, dataDir, fromEnvironment: 'short' })).warning).toMatch(/short/)
    await expect(ensureAdminKey({ ring, dataDir, fromEnvironment: 'with space' })).rejects.toMatchObject({
      code: 'configuration_invalid',
    })
    const known = ring.list()[0]?.id ?? ''
    await ring.revoke(known, by)
    await expect(ensureAdminKey({ ring, dataDir, fromEnvironment })).rejects.toMatchObject({
      code: 'configuration_invalid',
    })
  })

  it('does not take a file that holds no key', async () => {
    const dataDir = folder()
    writeFileSync(join(dataDir, 'admin-key'), '\n')
    await expect(ensureAdminKey({ ring: await ringOn(createMemoryLog()), dataDir })).rejects.toMatchObject({
      code: 'data_dir_invalid',
    })
    expect(readFileSync(join(dataDir, 'admin-key'), 'utf8')).toBe('\n')
  })
})
