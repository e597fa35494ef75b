// Who is calling: a bearer key, looked up by its hash. Rights are checked where the use case is known, by core/access.

import { hashKey } from '#core/access/key-hash.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Looks in the snapshot of keys; never in the database. */
export type FindPrincipal = (keyHash: string) => Principal | undefined

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every authenticated route. Reading it elsewhere is a programmer's mistake. */
    principal: Principal
  }
}

const bearer = /^Bearer +([\x21-\x7e]{1,200})$/i

/** Puts `request.principal` on every route of `app`. Errors: unauthenticated. */
export function requireKey(app: FastifyInstance, find: FindPrincipal): void {
  app.decorateRequest('principal', null as unknown as Principal)
  app.addHook('onRequest', (request, _reply, done) => {
    request.principal = authenticate(request, find)
    done()
  })
}

/** Who sends this request. Errors: unauthenticated. */
export function authenticate(request: FastifyRequest, find: FindPrincipal): Principal {
  const header = request.headers.authorization
  if (header === undefined) {
    throw new PlatformError('unauthenticated', 'The request has no key.', {
      hint: 'Send it as "Authorization: Bearer <key>".',
    })
  }
  const key = bearer.exec(header)?.[1]
  const principal = key === undefined ? undefined : find(hashKey(key))
  if (!principal) {
    throw new PlatformError('unauthenticated', 'The key is unknown or was revoked.', {
      hint: 'Check AIRWORTHY_KEY, or ask an admin for a new key: airworthy key create.',
    })
  }
  return principal
}
