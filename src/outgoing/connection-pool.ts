// Kept-alive connections to one origin. One pool per model, so that a slow one cannot take another's connections.

import { Pool } from 'undici'
import type { AddressGuard } from './address-guard.ts'
import { createGuardedConnector } from './guarded-connector.ts'
import { exchange, type Exchange, type ExchangeRequest } from './http-exchange.ts'

export type ConnectionPoolOptions = {
  /** Scheme, host and port. */
  readonly origin: string
  readonly guard: AddressGuard
  /** Connections at most, and with that requests at once. */
  readonly connections: number
  readonly connectTimeoutMs: number
  /** A response over this is given up and its connection destroyed. Default 8 MiB. */
  readonly bodyBytesMax?: number
}

export type ConnectionPool = {
  /** Never rejects. The deadline covers everything from here to the last byte. */
  send(request: ExchangeRequest, timeoutMs: number): Promise<Exchange>
  /** Ends every connection; what still runs fails as unreachable. */
  close(): Promise<void>
}

const responseBytesMax = 8 * 1024 * 1024

export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { origin, guard, connections, connectTimeoutMs, bodyBytesMax = responseBytesMax } = options
  const pool = new Pool(origin, {
    connections,
    connect: createGuardedConnector({ guard, connectTimeoutMs }),
    allowH2: false,
    pipelining: 1,
    // The exchange's own deadline covers both.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    send: (request, timeoutMs) => exchange(pool, request, { timeoutMs, bodyBytesMax }),
    close: () => pool.destroy(),
  }
}
