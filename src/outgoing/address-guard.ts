// Which addresses the server may call on somebody's behalf.
//
// Addresses come from manifests, and whoever may write a manifest must not thereby reach what only this machine can
// reach: its own admin ports, the network behind it, a cloud's metadata service that hands out credentials. So every
// address is checked where the connection is made, after the name was resolved: a name that pointed outside when it was
// checked and inside when it was called (DNS rebinding) does not pass. Literal addresses are checked before as well.
//
// Webhooks leave to anywhere and get public addresses only. Models mostly run beside the gateway, in the same cluster or
// network, so a guard for models opens private ranges by `allowPrivate`; link-local and metadata addresses stay closed
// even then: no model runs there, and what does run there gives away the machine.

import { BlockList, isIP } from 'node:net'
import { PlatformError } from '#core/kernel/errors.ts'
import { addSubnet, classifyAddress, listHolds, type AddressClass } from './address-classes.ts'

const allowInternalSetting = 'AIRWORTHY_ALLOW_INTERNAL'

export type AddressPolicy = {
  /** From the server's configuration: `10.2.0.0/16`, `10.2.0.7`, `10.2.0.7:8443`, `[fd00::7]:80`, `models.lan`, `models.lan:8080`. */
  readonly allow: readonly string[]
  /** True when the server itself is bound to loopback: then it runs on somebody's own machine. */
  readonly allowLoopback: boolean
  /** True for models: see above. */
  readonly allowPrivate?: boolean
}

export type Destination = {
  /** The name or literal address as it was configured; brackets around IPv6 do not matter. */
  readonly host: string
  readonly port: number
}

export type AddressGuard = {
  /**
   * Checks what can be checked before a name is resolved: scheme, credentials in the URL, literal addresses.
   * Returns the refusal, or undefined when the URL may be tried.
   */
  checkUrl(url: URL): PlatformError | undefined
  /** Checks the IP address that `destination` was resolved to. Returns the refusal, or undefined. */
  checkAddress(address: string, destination: Destination): PlatformError | undefined
}

/** Errors: configuration_invalid for an entry of `allow` that is none of the forms above. */
export function createAddressGuard(policy: AddressPolicy): AddressGuard {
  const allowed = readAllowList(policy.allow)

  const opens = (kind: AddressClass) =>
    kind === 'public' ||
    (kind === 'loopback' && policy.allowLoopback) ||
    (kind === 'private' && policy.allowPrivate === true)

  function checkAddress(address: string, destination: Destination): PlatformError | undefined {
    const kind = classifyAddress(address)
    if (opens(kind) || allowed.holdsAddress(address, destination.port)) return undefined
    // A name can be made to point anywhere, so allowing a name never opens these two: only the address itself does.
    const isNameEnough = kind !== 'metadata' && kind !== 'link-local'
    if (isNameEnough && allowed.holdsName(destination)) return undefined
    return refusal({ address, kind, destination })
  }

  return {
    checkAddress,
    checkUrl(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        return new PlatformError('address_refused', `Addresses with ${url.protocol} are not called.`, {
          hint: 'Use http:// or https://.',
        })
      }
      if (url.username !== '' || url.password !== '') {
        return new PlatformError('address_refused', `The address of ${url.host} holds a user name or a password.`, {
          hint: 'Put the credential into a header that names a secret: env:NAME or file:PATH.',
        })
      }
      const host = bareHost(url.hostname)
      return isIP(host) === 0 ? undefined : checkAddress(host, { host, port: portOf(url) })
    },
  }
}

/** The port a URL leads to, also when it is the scheme's own. */
function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** Without IPv6 brackets, without the root's dot, in lower case. */
function bareHost(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

type Refusal = { readonly address: string; readonly kind: AddressClass; readonly destination: Destination }

function refusal({ address, kind, destination }: Refusal): PlatformError {
  const host = bareHost(destination.host)
  const subject = host === address ? address : `${host}, which resolves to ${address},`
  return new PlatformError('address_refused', `${subject} is a ${kind} address and may not be called.`, {
    hint: `If it is meant, start the server with ${allowInternalSetting}=${allowEntry(address, destination.port)} (a comma-separated list of CIDR ranges, hosts, or host:port).`,
    details: { host, address, port: destination.port, class: kind },
  })
}

function allowEntry(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

type AllowList = {
  holdsAddress(address: string, port: number): boolean
  holdsName(destination: Destination): boolean
}

function readAllowList(entries: readonly string[]): AllowList {
  const anyPort = new BlockList()
  const byPort = new Map<number, BlockList>()
  const names = new Set<string>()

  for (const entry of entries) {
    if (addSubnet(anyPort, bareHost(entry))) continue
    const match = /^(\[[^\]]+\]|[^:/\s]+)(?::(\d{1,5}))?$/.exec(entry)
    const host = bareHost(match?.[1] ?? '')
    const port = match?.[2] === undefined ? undefined : Number(match[2])
    if (!isHost(host) || (port !== undefined && (port < 1 || port > 65_535))) throw badEntry(entry)
    if (port === undefined || isIP(host) === 0) {
      names.add(port === undefined ? host : `${host}:${port}`)
      continue
    }
    const list = byPort.get(port) ?? new BlockList()
    addSubnet(list, host)
    byPort.set(port, list)
  }

  return {
    holdsAddress: (address, port) => {
      const ofPort = byPort.get(port)
      return listHolds(anyPort, address) || (ofPort !== undefined && listHolds(ofPort, address))
    },
    holdsName: ({ host, port }) => names.has(bareHost(host)) || names.has(`${bareHost(host)}:${port}`),
  }
}

/** A host name, or an address. What ends in a number but is no address is a typing mistake: `10.0.0.300`, `10.0.0`. */
function isHost(host: string): boolean {
  if (isIP(host) !== 0) return true
  return (
    /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(host) && !/(^|\.)\d+$/.test(host)
  )
}

function badEntry(entry: string): PlatformError {
  return new PlatformError(
    'configuration_invalid',
    `${allowInternalSetting} holds ${JSON.stringify(entry)}, which is no address range and no host.`,
    {
      hint: 'Write a comma-separated list of CIDR ranges (10.2.0.0/16), addresses, hosts, or host:port.',
    },
  )
}
