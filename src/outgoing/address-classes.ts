// Which kind of network an IP address belongs to, from the IANA special-purpose registries (RFC 6890, RFC 8190).
//
// One table, so that it can be reviewed line by line. An address that stands in no line is public.

import { BlockList, isIP } from 'node:net'

/**
 * `metadata`: where clouds hand out a machine's credentials to whoever asks from inside. `reserved`: everything else that
 * is no ordinary unicast address of the internet.
 */
export type AddressClass = 'public' | 'loopback' | 'private' | 'link-local' | 'metadata' | 'multicast' | 'reserved'

/** In the order of asking: the narrow ranges of `metadata` lie inside wider ones. */
const ranges: readonly (readonly [AddressClass, readonly string[]])[] = [
  [
    'metadata',
    [
      '169.254.169.254/32', // AWS, Azure, Google Cloud, OpenStack, DigitalOcean, Oracle
      '169.254.170.0/24', // AWS task and pod credentials
      '100.100.100.200/32', // Alibaba Cloud
      '168.63.129.16/32', // Azure's host, a public address by its number only
      '192.0.0.192/32', // Oracle Cloud
      'fd00:ec2::/32', // AWS over IPv6
      'fd20:ce::254/128', // Google Cloud over IPv6
    ],
  ],
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fec0::/10']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  ['multicast', ['224.0.0.0/4', 'ff00::/8']],
  [
    'reserved',
    [
      '0.0.0.0/8', // "this host": Linux connects it to loopback
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '240.0.0.0/4',
      '::/96', // unspecified, and IPv4-compatible addresses
      '64:ff9b:1::/48', // NAT64 inside one network
      '100::/64',
      '2001::/23', // Teredo and others that carry IPv4 addresses inside
      '2001:db8::/32',
      '2002::/16', // 6to4, carries an IPv4 address inside
      '3fff::/20',
      '5f00::/16',
    ],
  ],
]

/** NAT64 of the whole internet (RFC 6052): the last 32 bits are an IPv4 address, and that is where it leads. */
const nat64 = blockList(['64:ff9b::/96'])

const lists = ranges.map(([kind, subnets]) => [kind, blockList(subnets)] as const)

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) addSubnet(list, subnet)
  return list
}

/** Adds `10.0.0.0/8` or a single address. False when the text is neither. */
export function addSubnet(list: BlockList, text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const family = isIP(address)
  const bits = family === 4 ? 32 : 128
  if (family === 0 || rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return false
  const length = prefix === undefined ? bits : Number(prefix)
  if (length > bits) return false
  list.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6')
  return true
}

/** True when `address` lies in the list. IPv4 addresses written as IPv6 (`::ffff:10.0.0.1`) count as what they carry. */
export function listHolds(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}

/** The class of an IP address in any written form that `net.isIP` takes, without brackets. */
export function classifyAddress(address: string): AddressClass {
  if (isIP(address) === 0) return 'reserved'
  if (listHolds(nat64, address)) return classifyAddress(embeddedIpv4(address))
  for (const [kind, list] of lists) if (listHolds(list, address)) return kind
  return 'public'
}

/** The IPv4 address in the last 32 bits. The URL parser writes IPv6 in one form, whatever form came in. */
function embeddedIpv4(address: string): string {
  const groups = new URL(`http://[${address.split('%')[0]}]/`).hostname.slice(1, -1).split(':')
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group === '' ? '0' : group, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
