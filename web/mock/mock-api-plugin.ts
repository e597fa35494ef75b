// Lets `vite web --mode mock` answer /api/ and /v1/ from the mock, with decisions arriving all the time.

import type { Plugin } from 'vite'
import { handleMock } from './mock-handler.ts'
import { principals } from './mock-principals.ts'
import { createMockStore } from './mock-store.ts'

export function mockApiPlugin(): Plugin {
  return {
    name: 'airworthy-mock-api',
    configureServer(server) {
      const store = createMockStore({ clock: () => Date.now() })
      const arriving = setInterval(() => store.arrive(1 + Math.floor(Math.random() * 3)), 4000)
      const growing = setInterval(() => store.log.growIfBehind(), 1000)
      server.httpServer?.on('close', () => [arriving, growing].forEach(clearInterval))
      server.config.logger.info(`Mock API. Sign in with: ${Object.keys(principals).join(', ')}`)
      server.middlewares.use((request, response, next) => {
        if (/^\/(api|v1)\//.test(request.url ?? '')) void handleMock(store, request, response)
        else next()
      })
    },
  }
}
