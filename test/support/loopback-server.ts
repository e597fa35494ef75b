// Real servers on loopback that behave well or badly on purpose. Closed when the test that opened them ends.

import { randomInt } from 'node:crypto'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export type LoopbackServer = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly port: number
  /** Connections accepted so far. */
  connections(): number
  /** Connections open now. */
  open(): number
  close(): Promise<void>
}

export function serveHttp(listener: RequestListener): Promise<LoopbackServer> {
  return listen(createHttpServer(listener))
}

/** A JSON answer for everything. */
export function serveJson(answer: (body: unknown, url: string) => unknown): Promise<LoopbackServer> {
  return serveHttp((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const given = answer(text === '' ? undefined : JSON.parse(text), request.url ?? '')
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(given))
    })
  })
}

/** Bytes, for what no HTTP server would do. `onRequest` runs when the first bytes of a request came in. */
export function serveBytes(onRequest: (socket: Socket, nth: number) => void): Promise<LoopbackServer> {
  let requests = 0
  return listen(
    createTcpServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', () => onRequest(socket, ++requests))
    }),
  )
}

/** A port at which nothing listens, and which nobody is given who asks for any: it is reserved (tcpmux). */
export const unusedPort = 1

/**
 * A free port for a server that goes away and comes back at the same one. Below those that systems give to whoever asks for any,
 * and to calls that go out: while the server is away, nobody is given its port.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 30_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createTcpServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

async function listen(server: Server): Promise<LoopbackServer> {
  const sockets = new Set<Socket>()
  let accepted = 0
  server.on('connection', (socket: Socket) => {
    accepted++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  onTestFinished(close)
  return { url: `http://127.0.0.1:${port}`, port, connections: () => accepted, open: () => sockets.size, close }
}
