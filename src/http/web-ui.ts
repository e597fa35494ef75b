// The web UI: static files from web/dist, with a strict content security policy. It is a client of the API like any other.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const

/** Paths that are the API's: an unknown one is an error, never the UI's start page. */
const apiPath = /^\/(v1|v2|api|log|healthz|readyz|metrics)(\/|$)/

/** Serves `dir` and answers every other page address with index.html, because the UI routes by itself. */
export async function registerWebUi(app: FastifyInstance, dir: string): Promise<void> {
  const isBuilt = existsSync(join(dir, 'index.html'))
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: dir,
      wildcard: false,
      index: false,
      setHeaders(response: FastifyReply, path) {
        void response.headers(securityHeaders)
        // Built files carry a digest in their name.
        void response.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        )
      },
    })
  }
  app.get('/*', { schema: { hide: true } }, (request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    if (apiPath.test(path) || /\.[a-z0-9]+$/i.test(path)) return reply.callNotFound()
    return isBuilt ? sendIndex(reply) : reply.code(503).type('text/plain; charset=utf-8').send(notBuilt)
  })
}

function sendIndex(reply: FastifyReply): FastifyReply {
  return reply.sendFile('index.html')
}

const notBuilt =
  'The web UI is not built. Run: npm start (builds it), or npm run build.\nThe API is at /api/v1/openapi.json.\n'
