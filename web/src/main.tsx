// Builds the UI and mounts it: the only file of web/ that joins things.

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { Tooltip } from 'radix-ui'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createApi } from './api/api.ts'
import { ApiFailure, isUnauthenticated } from './api/failure.ts'
import { createLive } from './api/live.ts'
import { queries } from './api/queries.ts'
import { createSession } from './api/session.ts'
import { KeysProvider } from './app/keys.tsx'
import { createAppRouter } from './app/routes.tsx'
import { ServicesContext } from './app/services.ts'
import { applyTheme, readTheme } from './app/theme.ts'
import { createTicker } from './app/ticker.ts'
import './styles.css'

applyTheme(readTheme(localStorage), document.documentElement)

const clock = () => Date.now()
const session = createSession(sessionStorage)
const keyRefused = () => session.signOut('The key is unknown or was revoked. Sign in with another one.')
const api = createApi({ fetch: (input, init) => fetch(input, init), key: () => session.key() })
const live = createLive({ api, clock, onUnauthenticated: keyRefused })

const client = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (isUnauthenticated(error) && session.key() !== null) keyRefused()
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // Only what may pass by itself is tried again; a refusal stays one.
      retry: (count, error) => count < 2 && !(error instanceof ApiFailure && error.problem.status < 500),
    },
  },
})
const router = createAppRouter({ session })

session.subscribe(() => {
  if (session.key() !== null) return
  live.stop()
  client.clear()
  const next = router.state.location.href
  void router.navigate({ to: '/sign-in', search: session.reason() === null || next === '/' ? {} : { next } })
})

const place = document.getElementById('root')
if (place === null) throw new Error('Invariant broken: index.html has no #root')
createRoot(place).render(
  <StrictMode>
    <ServicesContext value={{ api, queries: queries(api), session, live, ticker: createTicker(clock, 10_000) }}>
      <QueryClientProvider client={client}>
        <Tooltip.Provider delayDuration={300}>
          <KeysProvider>
            <RouterProvider router={router} />
          </KeysProvider>
        </Tooltip.Provider>
      </QueryClientProvider>
    </ServicesContext>
  </StrictMode>,
)
