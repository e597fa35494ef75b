// Serves a built UI with the mock API behind it, under the same content security policy as the real server. For tests.

import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { handleMock } from './mock-handler.ts'
import { createMockStore, type MockStore } from './mock-store.ts'

export type MockServer = { readonly url: string; readonly store: MockStore; close(): Promise<void> }

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** `dir` holds the built UI. Listens on a free port of the loopback address. */
export async function startMockServer(dir: string): Promise<MockServer> {
  const store = createMockStore({ clock: () => Date.now() })
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://mock').pathname
    if (/^\/(api|v1)\//.test(path)) void handleMock(store, request, response)
    else void sendFile(dir, path, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Pages have no ending in their address; the UI routes them by itself. */
async function sendFile(dir: string, path: string, response: ServerResponse): Promise<void> {
  const file = extname(path) === '' ? 'index.html' : normalize(path)
  try {
    const bytes = await readFile(join(dir, file))
    const type = types[extname(file)] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(bytes)
  } catch {
    response.writeHead(404).end()
  }
}
