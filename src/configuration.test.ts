import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
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
})
