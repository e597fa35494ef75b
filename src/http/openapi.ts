// openapi.json, generated from the routes' schemas: what is enforced is what is described.

import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Airworthy',
        version,
        description: 'Takes AI pilots into production and keeps them there, on evidence.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
  })
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
