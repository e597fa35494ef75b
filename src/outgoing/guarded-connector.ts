// The only way a connection to a configured address is made: resolve, check what came out, connect to exactly that.

import { lookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import type { AddressGuard, Destination } from './address-guard.ts'

export type GuardedConnectorOptions = {
  readonly guard: AddressGuard
  /** Milliseconds for name, connection and TLS handshake together; undici keeps it to within about half a second. */
  readonly connectTimeoutMs: number
}

/** A connector for undici's Pool and Agent. A refused address ends the connection attempt with `address_refused`. */
export function createGuardedConnector({ guard, connectTimeoutMs }: GuardedConnectorOptions): buildConnector.connector {
  // One per port, because the hook that node gives for resolving names is not told the port.
  const byPort = new Map<number, buildConnector.connector>()

  function connectorFor(port: number): buildConnector.connector {
    const known = byPort.get(port)
    if (known) return known
    // HTTP/1.1 only: one request at a time on a connection keeps deadlines and destroyed connections apart.
    const made = buildConnector({ timeout: connectTimeoutMs, allowH2: false, lookup: guardedLookup(guard, port) })
    byPort.set(port, made)
    return made
  }

  return (options, callback) => {
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80))
    // Node does not resolve literal addresses, so the hook never sees them.
    const refused =
      isIP(options.hostname) === 0 ? undefined : guard.checkAddress(options.hostname, { host: options.hostname, port })
    if (refused) queueMicrotask(() => callback(refused, null))
    else connectorFor(port)(options, callback)
  }
}

/**
 * Resolves a name and passes on only the addresses that may be called; node then connects to those and resolves nothing
 * again. When none is left, the first refusal is the error.
 */
function guardedLookup(guard: AddressGuard, port: number): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, '')
        return
      }
      const { allowed, refused } = sift(guard, found, { host: hostname, port })
      const [first] = allowed
      if (!first) callback(refused ?? new Error(`${hostname} has no address`), '')
      else if (options.all) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}

function sift(guard: AddressGuard, found: readonly LookupAddress[], destination: Destination) {
  const allowed: LookupAddress[] = []
  let refused: Error | undefined
  for (const candidate of found) {
    const refusal = guard.checkAddress(candidate.address, destination)
    if (refusal) refused ??= refusal
    else allowed.push(candidate)
  }
  return { allowed, refused }
}
