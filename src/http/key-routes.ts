// Keys over HTTP, and who the asking key is.

import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { assertAllowed, permissions, useCasesAllowed, type Permission } from '#core/access/permissions.ts'
import { formatInstant } from '#core/kernel/instant.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { KeyRing } from '#engine/key-ring.ts'
import type { KeyRow } from '#engine/ports.ts'
import { Page, Problem } from '#wire/common.ts'
import { CreatedKey, Key, Me, NewKey } from '#wire/key.ts'

export function registerKeyRoutes(app: FastifyInstance, { ring }: { readonly ring: KeyRing }): void {
  app.get('/api/v1/me', { schema: meSchema }, async ({ principal }) => meAnswer(principal))

  app.get('/api/v1/keys', { schema: listSchema }, async ({ principal }) => {
    assertAllowed(principal, 'manage-keys')
    return { items: ring.list().map(keyAnswer), next: null }
  })

  app.post('/api/v1/keys', { schema: createSchema }, async ({ principal, body }, reply) => {
    assertAllowed(principal, 'manage-keys')
    const { name, scopes = [], roles = [] } = body as NewKey
    const { row, key } = await ring.create({ name, scopes, roles }, { key: principal.keyId, name: principal.name })
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ ...keyAnswer(row), key })
  })

  app.delete('/api/v1/keys/:id', { schema: revokeSchema }, async ({ principal, params }) => {
    assertAllowed(principal, 'manage-keys')
    const { id } = params as { id: string }
    return keyAnswer(await ring.revoke(id, { key: principal.keyId, name: principal.name }))
  })
}

function keyAnswer(row: KeyRow): Key {
  const { id, name, scopes, roles, createdBy, revokedBy } = row
  return {
    id,
    name,
    scopes: [...scopes],
    roles: [...roles],
    createdAt: formatInstant(row.createdAt),
    createdBy,
    revokedAt: row.revokedAt === null ? null : formatInstant(row.revokedAt),
    revokedBy,
  }
}

function meAnswer(principal: Principal): Me {
  const granted = (Object.keys(permissions) as Permission[]).flatMap((permission) => {
    const useCases = useCasesAllowed(principal, permission)
    return useCases.length === 0
      ? []
      : [{ permission, useCases: useCases === 'all' ? ('all' as const) : [...useCases] }]
  })
  const { keyId, name, scopes, roles } = principal
  return {
    key: keyId,
    name,
    scopes: [...scopes],
    roles: [...roles],
    permissions: granted,
    permissionWords: permissions,
  }
}

const tags = ['keys']

const meSchema = {
  operationId: 'readMe',
  summary: 'Who the key is, and what it may do',
  tags,
  response: { 200: Me, 401: Problem },
}

const listSchema = {
  operationId: 'listKeys',
  summary: 'All keys, without their texts',
  tags,
  response: { 200: Page(Key), 403: Problem },
}

const createSchema = {
  operationId: 'createKey',
  summary: 'Make a key; its text is in this answer and nowhere else',
  tags,
  body: NewKey,
  response: { 201: CreatedKey, 400: Problem, 403: Problem },
}

const revokeSchema = {
  operationId: 'revokeKey',
  summary: 'End a key, at once and for good',
  tags,
  params: Type.Object({ id: Type.String() }),
  response: { 200: Key, 403: Problem, 404: Problem },
}
