// What the whole UI shares: made once in main.tsx, handed down by context, so that nothing is kept in modules.

import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Api } from '../api/api.ts'
import type { Live, LiveState } from '../api/live.ts'
import type { queries } from '../api/queries.ts'
import type { Session } from '../api/session.ts'
import type { Ticker } from './ticker.ts'

export type Services = {
  readonly api: Api
  readonly queries: ReturnType<typeof queries>
  readonly session: Session
  readonly live: Live
  readonly ticker: Ticker
}

export const ServicesContext = createContext<Services | null>(null)

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (services === null) throw new Error('Invariant broken: ServicesContext is provided by main.tsx')
  return services
}

/** Epoch milliseconds, moving on every ten seconds: fine enough for "3 min ago". */
export function useNow(): number {
  const { ticker } = useServices()
  return useSyncExternalStore(ticker.subscribe, ticker.now)
}

export function useLiveState(): LiveState {
  const { live } = useServices()
  return useSyncExternalStore(live.onState, live.state)
}
