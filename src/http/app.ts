// The HTTP server: what every route shares. Routes are registered by main.ts, one file per noun.

import Fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { PlatformError } from '#core/kernel/errors.ts'
import { parseJson } from '#core/kernel/parse-json.ts'
import { sendProblem } from './error-responses.ts'
import { compileRouteSchema } from './route-schemas.ts'

export type AppOptions = {
  /** Fastify's logger; false in tests. */
  readonly logger: FastifyServerOptions['loggerInstance'] | false
  readonly requestId: () => string
  /** Bytes of a body; 1 MiB unless the configuration says otherwise. */
  readonly bodyLimitBytes: number
}

export type App = FastifyInstance

export function createApp({ logger, requestId, bodyLimitBytes }: AppOptions): App {
  const app = Fastify({
    ...(logger ? { loggerInstance: logger } : { logger: false }),
    // A line for every decision would cost more than the decision; what goes wrong is logged where it is answered.
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all: a child for each request costs more than its id is worth; error-responses.ts names the id.
    childLoggerFactory: (parent) => parent,
    genReqId: requestId,
    bodyLimit: bodyLimitBytes,
    // A batch may be sent for hours, at the pace of its reader. Node closes who is slow with the headers (60 s), and
    // nobody's body is read without a key.
    requestTimeout: 0,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    clientErrorHandler(_error, socket) {
      // In the middle of an answer it would be taken for a part of it.
      if (socket.writable && !isAnswering(socket)) socket.end(malformedHttp)
      else socket.destroy()
    },
  }) as unknown as App
  // Connections whose last answer comes while the server closes would stay open, and the server with them.
  app.addHook('preClose', async () => {
    app.server.keepAliveTimeout = 1
  })
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply))
  app.setNotFoundHandler((request) => {
    throw new PlatformError('not_found', `There is nothing at ${request.method} ${request.url.split('?')[0]}.`, {
      hint: 'See /api/v1/openapi.json for what there is.',
    })
  })
  app.setValidatorCompiler(compileRouteSchema)
  // One JSON parser for every route: the same limits, the same refusals.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    (_request, body, done) => {
      try {
        done(null, body.length === 0 ? undefined : parseJson(body as Buffer))
      } catch (error) {
        done(error as Error)
      }
    },
  )
  return app
}

/** Node keeps the answer under way at its socket; its own handler of such errors asks the same. */
function isAnswering(socket: object): boolean {
  return (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage?.headersSent === true
}

const malformedHttp = [
  'HTTP/1.1 400 Bad Request',
  'content-type: application/problem+json',
  'connection: close',
  '',
  '{"type":"https://airworthy.dev/errors/request_malformed","title":"request malformed","status":400,"code":"request_malformed","detail":"The request is not HTTP/1.1."}',
].join('\r\n')
