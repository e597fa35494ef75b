import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyAddress } from './address-classes.ts'
import { createAddressGuard } from './address-guard.ts'

const strict = createAddressGuard({ allow: [], allowLoopback: false })
const forModels = createAddressGuard({ allow: [], allowLoopback: false, allowPrivate: true })
const at = (host: string, port = 80) => ({ host, port })
const octet = fc.integer({ min: 0, max: 255 })

describe('classifyAddress', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12:3456::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['169.254.169.254', 'metadata'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['64:ff9b::a9fe:a9fe', 'metadata'],
    ['64:ff9b::127.0.0.1', 'loopback'],
    ['100.100.100.200', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['0.0.0.0', 'reserved'],
    ['::', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['2002:7f00:1::', 'reserved'],
    ['::7f00:1', 'reserved'],
    ['not an address', 'reserved'],
    ['172.32.0.1', 'public'],
    ['8.8.8.8', 'public'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['2606:4700::1111', 'public'],
  ])('%s is %s', (address, kind) => {
    expect(classifyAddress(address)).toBe(kind)
  })

  it('gives an IPv4 address and its IPv6-mapped form the same class', () => {
    fc.assert(
      fc.property(octet, octet, octet, octet, (a, b, c, d) => {
        const address = [a, b, c, d].join('.')
        expect(classifyAddress(`::ffff:${address}`)).toBe(classifyAddress(address))
        expect(classifyAddress(`64:ff9b::${address}`)).toBe(classifyAddress(address))
      }),
    )
  })
})

describe('createAddressGuard', () => {
  it('refuses every internal address and says which setting opens it', () => {
    const refusal = strict.checkAddress('10.1.2.3', at('crm.example', 8443))
    expect(refusal).toMatchObject({ code: 'address_refused', details: { class: 'private', host: 'crm.example' } })
    expect(refusal?.message).toContain('crm.example')
    expect(refusal?.hint).toContain('AIRWORTHY_ALLOW_INTERNAL=10.1.2.3:8443')
    expect(strict.checkAddress('8.8.8.8', at('8.8.8.8'))).toBeUndefined()
  })

  it('opens private ranges for models, but neither link-local nor metadata addresses', () => {
    expect(forModels.checkAddress('10.1.2.3', at('models'))).toBeUndefined()
    expect(forModels.checkAddress('fd12::1', at('models'))).toBeUndefined()
    for (const address of [
      '127.0.0.1',
      '169.254.169.254',
      '169.254.7.7',
      '100.100.100.200',
      'fd00:ec2::254',
      '0.0.0.0',
    ]) {
      expect(forModels.checkAddress(address, at('models')), address).toBeDefined()
    }
  })

  it('opens loopback when the server is bound to it', () => {
    const local = createAddressGuard({ allow: [], allowLoopback: true })
    expect(local.checkAddress('127.0.0.1', at('localhost'))).toBeUndefined()
    expect(local.checkAddress('::1', at('localhost'))).toBeUndefined()
    expect(local.checkAddress('10.0.0.1', at('localhost'))).toBeDefined()
  })

  it.each([
    ['10.2.0.0/16', '10.2.9.9', at('a.example'), true],
    ['10.2.0.0/16', '::ffff:10.2.9.9', at('a.example'), true],
    ['10.2.0.0/16', '10.3.0.1', at('a.example'), false],
    ['10.2.0.7', '10.2.0.7', at('a.example'), true],
    ['10.2.0.7', '10.2.0.8', at('a.example'), false],
    ['10.2.0.7:8443', '10.2.0.7', at('a.example', 8443), true],
    ['10.2.0.7:8443', '10.2.0.7', at('a.example', 80), false],
    ['fd00::/8', 'fd99::1', at('a.example'), true],
    ['[fd00::7]:80', 'fd00::7', at('a.example'), true],
    ['[fd00::7]:80', 'fd00::7', at('a.example', 81), false],
    ['hooks.lan', '10.0.0.1', at('hooks.lan', 99), true],
    ['Hooks.LAN:8080', '10.0.0.1', at('hooks.lan.', 8080), true],
    ['hooks.lan:8080', '10.0.0.1', at('hooks.lan', 80), false],
    ['hooks.lan', '10.0.0.1', at('other.lan'), false],
    ['hooks.lan', '169.254.169.254', at('hooks.lan'), false],
    ['169.254.169.254', '169.254.169.254', at('hooks.lan'), true],
  ])('allow %s: %s is open: %o %s', (entry, address, destination, isOpen) => {
    const guard = createAddressGuard({ allow: [entry], allowLoopback: false })
    expect(guard.checkAddress(address, destination) === undefined).toBe(isOpen)
  })

  it.each(['10.0.0.0/33', '10.0.0', '10.0.0.300', 'a b', 'host:99999', 'http://host', '', '10.0.0.1/8/8', '*'])(
    'refuses to start with the entry %o',
    (entry) => {
      expect(() => createAddressGuard({ allow: [entry], allowLoopback: false })).toThrow(
        expect.objectContaining({ code: 'configuration_invalid' }),
      )
    },
  )

  it('checks literal addresses in a URL in whatever form they are written', () => {
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '127.0.0.1.',
    ]) {
      expect(strict.checkUrl(new URL(`http://${host}/hook`)), host).toMatchObject({ code: 'address_refused' })
    }
    expect(strict.checkUrl(new URL('https://crm.example/hook'))).toBeUndefined()
  })

  it('refuses credentials in a URL and other schemes, without showing the credentials', () => {
    const refusal = strict.checkUrl(new URL('https://user:hunter2@crm.example/'))
    expect(refusal?.code).toBe('address_refused')
    expect(`${refusal?.message}${refusal?.hint}`).not.toContain('hunter2')
    expect(strict.checkUrl(new URL('file:///etc/passwd'))?.code).toBe('address_refused')
  })
})
