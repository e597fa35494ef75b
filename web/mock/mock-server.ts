// Serves a built UI with the mock API behind it, under the same content security policy as the real server. For tests.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
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
    if (path.startsWith('/api/')) return void handleMock(store, request, response)
    const file = extname(path) === '' ? 'index.html' : normalize(path)
    readFile(join(dir, file)).then(
      (bytes) => {
        const headers = {
          'content-type': types[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': policy,
        }
        response.writeHead(200, headers).end(bytes)
      },
      () => response.writeHead(404).end(),
    )
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
