// A wrong setting is wrong use: the server does not start, says in a sentence which setting is wrong and what to do, and the
// command ends with 2. What the machine does not give (a port, a folder, a database) ends with 3.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/airworthy-process.ts'
import { serveHttp, unusedPort } from '../../support/loopback-server.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

type Ended = { readonly code: number | null; readonly said: string }

async function up(env: Record<string, string>, ...args: string[]): Promise<Ended> {
  const settings = { PORT: '0', DATABASE_URL: '', AIRWORTHY_DATA_DIR: join(folder.path, 'data'), ...env }
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', resolve('src/main.ts'), 'up', ...args],
    { env: { ...process.env, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

describe('a wrong setting', () => {
  it.each<[string, string, RegExp]>([
    ['PORT', 'abc', /PORT must be a whole number from 0 to 65535; it is "abc"/],
    ['PORT', '70000', /PORT must be a whole number/],
    ['AIRWORTHY_BODY_LIMIT_BYTES', '12', /AIRWORTHY_BODY_LIMIT_BYTES must be a whole number from 1024/],
    ['AIRWORTHY_IN_FLIGHT_MAX', '0', /AIRWORTHY_IN_FLIGHT_MAX must be a whole number from 1/],
    ['AIRWORTHY_LOG_LEVEL', 'loud', /AIRWORTHY_LOG_LEVEL must be one of .*warn/],
    ['AIRWORTHY_ADMIN_KEY', 'short', /AIRWORTHY_ADMIN_KEY must be 20 to 200 printable characters/],
    ['AIRWORTHY_ALLOW_INTERNAL', '10.0.0.300', /AIRWORTHY_ALLOW_INTERNAL holds "10.0.0.300"/],
    ['AIRWORTHY_HOST', '203.0.113.7', /cannot listen on port 0 of 203.0.113.7.*AIRWORTHY_HOST/s],
    ['DATABASE_URL', 'mysql://somebody:a-password@db/x', /DATABASE_URL must be an address that begins with postgres:/],
  ])('%s=%s ends with 2 and says so', async (name, value, sentence) => {
    const { code, said } = await up({ [name]: value })
    expect(said).toMatch(sentence)
    expect(said).toMatch(/what to do: /)
    expect(said).not.toMatch(/a-password|\n\s+at /)
    expect(code).toBe(2)
  })

  it('among the options ends with 2', async () => {
    expect(await up({}, '--port', 'http')).toMatchObject({ code: 2 })
    expect(await up({}, '--no-such-option')).toMatchObject({ code: 2 })
  })
})

describe('what the machine does not give', () => {
  it('ends with 3 for a port that another program has', async () => {
    const { port } = await serveHttp((_request, response) => void response.end())
    const { code, said } = await up({ PORT: String(port) })
    expect(said).toMatch(new RegExp(`Another program listens on port ${port} of 127.0.0.1.[^]*what to do: .*PORT`))
    expect(code).toBe(3)
  })

  it('ends with 3 for a data folder that is a file, or lies in one', async () => {
    const file = join(folder.path, 'file')
    writeFileSync(file, '')
    for (const dataDir of [file, join(file, 'below')]) {
      const { code, said } = await up({ AIRWORTHY_DATA_DIR: dataDir })
      expect(said).toMatch(/The data folder .*file.* cannot be (made|used).*AIRWORTHY_DATA_DIR/s)
      expect(code).toBe(3)
    }
  })

  it('ends with 3 for a lock file that is damaged, and does not blame another server', async () => {
    const damaged = join(folder.path, 'damaged')
    mkdirSync(damaged)
    writeFileSync(join(damaged, 'lock.sqlite'), 'x'.repeat(8192))
    const { code, said } = await up({ AIRWORTHY_DATA_DIR: damaged })
    expect(said).toMatch(/data folder .*damaged cannot be used/)
    expect(said).not.toMatch(/Another server/)
    expect(code).toBe(3)
  })

  it('ends with 2 for a database while the data folder holds a log, and says how to bring it over', async () => {
    const dataDir = join(folder.path, 'with-log')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'log.sqlite'), '')
    const { code, said } = await up({ DATABASE_URL: 'postgres://somebody@127.0.0.1/x', AIRWORTHY_DATA_DIR: dataDir })
    expect(said).toMatch(/holds a log of its own.*airworthy log copy --from/s)
    expect(code).toBe(2)
  })

  it('ends with 3, soon, for a database server that is away', async () => {
    const { code, said } = await up({
      DATABASE_URL: `postgres://somebody:a-password@127.0.0.1:${unusedPort}/x`,
      AIRWORTHY_DATA_DIR: join(folder.path, 'without-log'),
    })
    expect(said).toMatch(/PostgreSQL cannot be used for the log.*DATABASE_URL/s)
    expect(said).not.toMatch(/a-password|\n\s+at /)
    expect(code).toBe(3)
  })
})
