// A witness over HTTP: `POST /add-checkpoint` with exactly the answers of c2sp.org/tlog-witness, and a page that says who
// it is. Nobody needs a key: what is not signed by a log that it follows is refused.

import Fastify, { type FastifyInstance } from 'fastify'
import { addCheckpoint, type AddCheckpointParts } from './add-checkpoint.ts'

export type WitnessAppParts = AddCheckpointParts & { readonly onFailure: (error: Error) => void }

/** A checkpoint with a hundred signatures, also large ones, and a proof. */
const bodyBytesMax = 512 * 1024

/** `malformed` also answers an old size above the checkpoint's. */
const statusOf = { malformed: 400, 'unknown-log': 404, 'not-signed': 403, 'not-consistent': 422 } as const

export function createWitnessApp(parts: WitnessAppParts): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: 20_000,
    forceCloseConnections: true,
    return503OnClosing: true,
  })
  // Whatever the body is said to be, it is one text.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
    if (status === 500) parts.onFailure(error)
    return reply
      .code(status)
      .type(plain)
      .send(status === 500 ? 'the witness cannot write\n' : `${error.message}\n`)
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).type(plain).send('there is nothing here\n'))

  app.get('/', (_request, reply) => reply.type(plain).send(describe(parts)))
  app.post('/add-checkpoint', (request, reply) => {
    const answer = addCheckpoint(parts, (request.body as Buffer | undefined) ?? Buffer.alloc(0))
    if (answer.kind === 'cosigned') return reply.type(plain).send(answer.lines)
    if (answer.kind === 'conflict') return reply.code(409).type('text/x.tlog.size').send(`${answer.size}\n`)
    return reply.code(statusOf[answer.kind]).type(plain).send(`${answer.reason}\n`)
  })
  return app
}

const plain = 'text/plain; charset=utf-8'

/** Lines for people and programs: its verifier key, and the logs that it follows with their sizes. */
function describe({ cosigner, book }: AddCheckpointParts): string {
  const logs = book.all().map(({ log, latest }) => `log ${log.origin} ${latest.size}\n`)
  return `witness ${cosigner.vkey}\n${logs.join('')}`
}
