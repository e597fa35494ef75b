// openapi.json, generated from the routes' schemas: what is enforced is what is described.

import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'

export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  const named = new Map<string, object>()
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
    transform: ({ schema, url }) => ({ schema: withComponents(schema, named), url }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject
      const { openapiObject } = document
      const schemas = Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1)))
      return { ...openapiObject, components: { ...openapiObject.components, schemas } } as typeof openapiObject
    },
  })
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

/** A schema with an `$id` is described once, as the component of that name; whoever uses it refers to it. */
function withComponents(schema: FastifySchema | undefined, named: Map<string, object>): FastifySchema {
  if (schema === undefined) return {}
  const { body, response } = schema
  return {
    ...schema,
    ...(body === undefined ? {} : { body: hoist(body, named) }),
    ...(response === undefined ? {} : { response: hoist(response, named) }),
  }
}

function hoist(value: unknown, named: Map<string, object>): unknown {
  if (Array.isArray(value)) return value.map((item) => hoist(item, named))
  if (typeof value !== 'object' || value === null) return value
  const { $id: name, ...members } = value as Record<string, unknown>
  const plain = Object.fromEntries(Object.entries(members).map(([key, member]) => [key, hoist(member, named)]))
  if (typeof name !== 'string') return plain
  named.set(name, plain)
  return { $ref: `#/components/schemas/${name}` }
}
