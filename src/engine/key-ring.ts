// Keys: who may call. The hot path asks a map in memory; the log keeps what was granted and revoked.
//
// A key is `aw_` and 256 random bits; only its hash is kept, so it is shown once, when it is made. Rights never grow by
// making keys: only an admin makes any (core/access, `manage-keys`).

import { randomBytes } from 'node:crypto'
import type { KeyCreated, KeyRevoked } from '#core/access/events.ts'
import { allows, grantProblem } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Instant } from '#core/kernel/instant.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { Actor } from '#core/use-case/events.ts'
import { hashKey } from '#core/access/key-hash.ts'
import type { Journal } from './journal.ts'
import { inTurn } from './in-turn.ts'
import type { KeyReads, KeyRow } from './ports.ts'

export type KeyRingParts = {
  readonly journal: Journal
  readonly keys: KeyReads
  /**
   * Where several processes change keys: runs `work` while none of the others does, after this ring has followed all that
   * they did. Without it this is the only process.
   */
  readonly alone?: Alone
}

export type Alone = <T>(work: () => Promise<T>) => Promise<T>

type AskedKey = { readonly name: string; readonly scopes: readonly string[]; readonly roles: readonly string[] }

export type KeyRing = {
  /** Reads all keys from the view, which must have caught up with the log: a revoked key must not come back. */
  load(): Promise<void>
  /** Takes in what another process wrote. What is known already changes nothing. */
  follow(event: KeyCreated | KeyRevoked): void
  /** By the hash of the key's text; undefined for unknown and revoked ones. */
  find(hash: string): Principal | undefined
  /** Revoked ones too, oldest first. */
  list(): readonly KeyRow[]
  /** `key` is shown this once. Errors: request_malformed with a problem for every scope and role that is none. */
  create(asked: AskedKey, by: Actor): Promise<{ readonly row: KeyRow; readonly key: string }>
  /** As `create`, for a text that exists already. Whoever hands it in answers for its strength. */
  adopt(key: string, asked: AskedKey, by: Actor): Promise<KeyRow>
  /** Effective when it resolves. Revoking twice changes nothing. Errors: not_found; forbidden for the last admin's key. */
  revoke(id: string, by: Actor): Promise<KeyRow>
}

const keyPrefix = 'aw_'

export function newKeyText(): string {
  return keyPrefix + randomBytes(32).toString('base64url')
}

export function createKeyRing(parts: KeyRingParts): KeyRing {
  return new Ring(parts)
}

class Ring implements KeyRing {
  readonly #parts: KeyRingParts
  #rows: ReadonlyMap<string, KeyRow> = new Map()
  #principals: ReadonlyMap<string, Principal> = new Map()
  /** One change at a time: two admins who revoke each other at once must not both succeed. */
  readonly #change = inTurn()

  constructor(parts: KeyRingParts) {
    this.#parts = parts
  }

  load(): Promise<void> {
    return this.#change(async () => this.#publish(await this.#parts.keys.all()))
  }

  follow(event: KeyCreated | KeyRevoked): void {
    const at = Date.parse(event.time)
    const row = this.#rows.get(event.data.key)
    if (event.type === 'key-created') {
      if (!row) this.#publish([...this.#rows.values(), rowOf(event.data, at)])
    } else if (row && isActive(row)) {
      this.#publish(this.#withRevoked(row, { at, by: event.data.by }))
    }
  }

  find(hash: string): Principal | undefined {
    return this.#principals.get(hash)
  }

  list(): readonly KeyRow[] {
    return [...this.#rows.values()]
  }

  create(asked: AskedKey, by: Actor): Promise<{ readonly row: KeyRow; readonly key: string }> {
    const key = newKeyText()
    return this.#change(async () => ({ key, row: await this.#add(key, asked, by) }))
  }

  adopt(key: string, asked: AskedKey, by: Actor): Promise<KeyRow> {
    return this.#change(() => this.#add(key, asked, by))
  }

  revoke(id: string, by: Actor): Promise<KeyRow> {
    const { alone = (work) => work() } = this.#parts
    return this.#change(() => alone(() => this.#revoke(id, by)))
  }

  #publish(rows: readonly KeyRow[]): void {
    this.#rows = new Map(rows.map((row) => [row.id, row]))
    this.#principals = new Map(rows.filter(isActive).map((row) => [row.hash, principalOf(row)]))
  }

  async #add(key: string, asked: AskedKey, by: Actor): Promise<KeyRow> {
    assertGrants(asked)
    const { journal } = this.#parts
    const { name, scopes, roles } = asked
    const hash = hashKey(key)
    const id = randomBytes(6).toString('hex')
    const written = await journal.write<KeyCreated>({
      type: 'key-created',
      subject: `key/${id}`,
      data: { key: id, name, hash, scopes: [...scopes], roles: [...roles], by },
      once: `key:${id}`,
    })
    if (written.kind === 'taken') return this.#add(key, asked, by)
    // The entry's own time, as the view has it: what is listed now is what is listed after a restart.
    const row = rowOf({ key: id, name, hash, scopes, roles, by }, written.at)
    // Followed already, and perhaps revoked since.
    const followed = this.#rows.get(id)
    if (!followed) this.#publish([...this.#rows.values(), row])
    return followed ?? row
  }

  async #revoke(id: string, by: Actor): Promise<KeyRow> {
    const row = this.#rows.get(id)
    if (!row) throw noSuchKey(id)
    if (!isActive(row)) return row
    const admins = this.list().filter((other) => isActive(other) && isAdmin(other))
    if (isAdmin(row) && admins.length === 1) throw lastAdmin(row)
    const { journal } = this.#parts
    const { at } = await journal.write<KeyRevoked>({
      type: 'key-revoked',
      subject: `key/${id}`,
      data: { key: id, by },
      once: `key-revoked:${id}`,
    })
    this.#publish(this.#withRevoked(row, { at, by }))
    return this.#rows.get(id) ?? row
  }

  #withRevoked({ id }: KeyRow, { at, by }: { readonly at: Instant; readonly by: Actor }): KeyRow[] {
    return this.list().map((row) => (row.id === id ? { ...row, revokedAt: at, revokedBy: by.name } : row))
  }
}

function rowOf({ key, name, hash, scopes, roles, by }: KeyCreated['data'], at: Instant): KeyRow {
  return { id: key, name, hash, scopes, roles, createdAt: at, createdBy: by.name, revokedAt: null, revokedBy: null }
}

function principalOf({ id, name, scopes, roles }: KeyRow): Principal {
  return { keyId: id, name, scopes, roles }
}

function isActive({ revokedAt }: KeyRow): boolean {
  return revokedAt === null
}

/** May make and revoke keys: as long as one such key is left, nobody is locked out. */
function isAdmin(row: KeyRow): boolean {
  return allows(principalOf(row), 'manage-keys')
}

function assertGrants({ scopes, roles }: AskedKey): void {
  const problems = [
    ...scopes.map((text, at) => ({ path: `/scopes/${at}`, message: grantProblem('scope', text) })),
    ...roles.map((text, at) => ({ path: `/roles/${at}`, message: grantProblem('role', text) })),
  ].filter(({ message }) => message !== undefined)
  if (scopes.length + roles.length === 0)
    problems.push({ path: '', message: 'A key without scopes and roles may do nothing.' })
  if (problems.length === 0) return
  throw new PlatformError('request_malformed', problems.map(({ message }) => message).join(' '), {
    hint: 'Give scopes for a program, roles for a person: {"name": "…", "roles": ["reviewer"]}.',
    details: { problems },
  })
}

function noSuchKey(id: string): PlatformError {
  return new PlatformError('not_found', `There is no key ${id.slice(0, 80)}.`, {
    hint: 'The id is not the text of the key: airworthy key list shows it.',
  })
}

function lastAdmin({ name }: KeyRow): PlatformError {
  return new PlatformError(
    'forbidden',
    `"${name}" is the last key that may manage keys; revoking it would lock everybody out.`,
    {
      hint: 'Create another admin’s key first.',
    },
  )
}
