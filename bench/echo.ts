// The limit that the in-process figure is held against: a bare Fastify server that parses a body and sends it back.

import Fastify from 'fastify'

const app = Fastify()
app.post('/echo', async (request) => request.body)
app.get('/', async () => ({ ok: true }))
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })
