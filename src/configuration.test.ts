import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createCosigner } from '#core/tlog/cosignature.ts'
import { generateKey } from '#core/tlog/note.ts'
import { readConfiguration } from './configuration.ts'

describe('readConfiguration', () => {
  it('has a default for everything', () => {
    expect(readConfiguration({})).toEqual({
      host: '127.0.0.1',
      port: 8700,
      dataDir: resolve('.airworthy'),
      modelDir: undefined,
      databaseUrl: undefined,
      adminKey: undefined,
      allowInternal: [],
      bodyLimitBytes: 1_048_576,
      inFlightMax: 4_096,
      isPublicLog: false,
      logLevel: 'warn',
    })
  })

  it('takes blank settings for absent ones', () => {
    const blank = { PORT: '', AIRWORTHY_HOST: ' ', DATABASE_URL: '', AIRWORTHY_MODEL_DIR: '', AIRWORTHY_ADMIN_KEY: '' }
    expect(readConfiguration(blank)).toEqual(readConfiguration({}))
  })

  it('reads settings, and lets options win over them', () => {
    const env = {
      PORT: '0',
      AIRWORTHY_HOST: '::1',
      AIRWORTHY_DATA_DIR: '/data',
      AIRWORTHY_MODEL_DIR: 'models',
      AIRWORTHY_ALLOW_INTERNAL: ' 10.2.0.0/16, hooks.lan:8443,, ',
      AIRWORTHY_ADMIN_KEY: 'k'.repeat(20),
      DATABASE_URL: 'postgres:///airworthy?host=/run/postgresql',
    }
    expect(readConfiguration(env)).toMatchObject({
      port: 0,
      host: '::1',
      dataDir: '/data',
      modelDir: resolve('models'),
      allowInternal: ['10.2.0.0/16', 'hooks.lan:8443'],
      adminKey: 'k'.repeat(20),
      databaseUrl: 'postgres:///airworthy?host=/run/postgresql',
    })
    const options = { port: 9000, dataDir: 'here', modelDir: '/m' }
    expect(readConfiguration(env, options)).toMatchObject({ port: 9000, dataDir: resolve('here'), modelDir: '/m' })
  })

  it.each([
    ['PORT', 'abc'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '87.5'],
    ['PORT', '1e3'],
    ['PORT', '0x10'],
    ['AIRWORTHY_BODY_LIMIT_BYTES', '1023'],
    ['AIRWORTHY_BODY_LIMIT_BYTES', '1 MiB'],
    ['AIRWORTHY_IN_FLIGHT_MAX', '0'],
    ['AIRWORTHY_LOG_LEVEL', 'LOUD'],
    ['DATABASE_URL', 'mysql://db/x'],
    ['DATABASE_URL', 'postgres://user@[::1/x'],
    ['AIRWORTHY_ADMIN_KEY', 'k'.repeat(19)],
    ['AIRWORTHY_ADMIN_KEY', `${'k'.repeat(20)} k`],
    ['AIRWORTHY_ADMIN_KEY', 'k'.repeat(201)],
  ])('refuses %s=%s, by name and with a hint', (name, value) => {
    const failure = {
      code: 'configuration_invalid',
      message: expect.stringContaining(name),
      hint: expect.stringContaining(name),
    }
    expect(() => readConfiguration({ [name]: value })).toThrow(expect.objectContaining(failure))
  })

  it('never shows what may be a secret', () => {
    for (const env of [{ AIRWORTHY_ADMIN_KEY: 'my secret' }, { DATABASE_URL: 'mysql://me:secret@db' }]) {
      expect(() => readConfiguration(env)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('secret') }),
      )
    }
  })

  describe('of witnesses', () => {
    const folder = mkdtempSync(join(tmpdir(), 'airworthy-policy-'))
    afterAll(() => rmSync(folder, { recursive: true, force: true }))
    const vkeyOf = (name: string, fill: number) => createCosigner(generateKey(name, Buffer.alloc(32, fill)).skey).vkey

    function read(policy: string) {
      const file = join(folder, 'policy.txt')
      writeFileSync(file, policy)
      return readConfiguration({ AIRWORTHY_WITNESS_POLICY: file }).witnessPolicy
    }

    it('reads the policy file', () => {
      expect(read(`witness one ${vkeyOf('one', 1)} https://witness.example/\nquorum one\n`)).toMatchObject({
        witnesses: [{ name: 'one', url: 'https://witness.example/' }],
        quorum: 'one',
      })
    })

    it.each([
      ['a witness without an address', `witness one ${vkeyOf('one', 1)}\nquorum one`, /one needs an address/],
      ['an address of a file', `witness one ${vkeyOf('one', 1)} file:///x\nquorum one`, /one needs an address/],
      ['an address that is none', `witness one ${vkeyOf('one', 1)} https://\nquorum one`, /one needs an address/],
      [
        'two keys of one name',
        `witness a ${vkeyOf('n', 1)} http://a\nwitness b ${vkeyOf('n', 2)} http://b\nquorum a`,
        /n is that of two/,
      ],
      ['a line that cannot be read', 'quorum none\nwitness', /Line 2/],
      ['nothing', '', /no quorum/],
    ])('refuses a policy with %s, and names the setting', (_, policy, message) => {
      const named = expect.stringMatching(/AIRWORTHY_WITNESS_POLICY.*policy\.txt/)
      const failure = { code: 'configuration_invalid', message: named, hint: expect.stringMatching(/./) }
      expect(() => read(policy)).toThrow(expect.objectContaining(failure))
      expect(() => read(policy)).toThrow(message)
    })

    it('refuses a file that cannot be read', () => {
      const env = { AIRWORTHY_WITNESS_POLICY: join(folder, 'missing.txt') }
      expect(() => readConfiguration(env)).toThrow(/missing\.txt: it cannot be read/)
    })
  })
})
