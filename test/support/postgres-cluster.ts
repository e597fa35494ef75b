// A PostgreSQL server of a test's own, in a temporary folder, so that it can be killed: with the binaries of this machine
// (PATH, or where Debian puts them). initdb and postgres refuse to run as root; then they run as the user postgres.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { lastingPort } from './loopback-server.ts'

export type PostgresCluster = {
  readonly url: string
  /** Resolves when it lets clients in. */
  start(): Promise<void>
  /** kill -9 of the server and of every process of it. */
  kill(): Promise<void>
  remove(): Promise<void>
}

const debian = '/usr/lib/postgresql'

function binaries(): string | undefined {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const places = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  return places.find((place) => existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')))
}

const isRoot = process.getuid?.() === 0

/** Why none can be started here; undefined when one can. */
export function clusterAbsence(): string | undefined {
  if (binaries() === undefined) return 'no initdb and postgres on this machine'
  if (isRoot && spawnSync('runuser', ['-u', 'postgres', '--', 'true']).status !== 0)
    return 'run as root, and there is no user postgres to run a server as'
  return undefined
}

export async function makeCluster(): Promise<PostgresCluster> {
  const bin = binaries() ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-pg-'))
  const data = join(folder, 'data')
  const port = await lastingPort()
  chmodSync(folder, 0o777)
  run([join(bin, 'initdb'), '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'])
  let server: ChildProcess | undefined

  const cluster: PostgresCluster = {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async start() {
      const [command = '', ...args] = asUser([
        join(bin, 'postgres'),
        '-D',
        data,
        '-p',
        String(port),
        '-k',
        folder,
        '-c',
        'listen_addresses=127.0.0.1',
      ])
      // One that was begun in the moment of a kill keeps the shared memory a little longer, and the next server ends at once.
      const isReady = () => untilReady((server = spawn(command, args, { stdio: 'ignore' })), cluster.url)
      for (let attempt = 1; !(await isReady()); attempt++) {
        if (attempt === startsMax) throw new Error(`postgres ended ${startsMax} times while it started`)
        await sleep(100)
      }
    },
    async kill() {
      if (server === undefined || hasEnded(server)) return
      const ended = new Promise((done) => server?.once('exit', done))
      killWithChildren(Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n', 1)[0]))
      await ended
      rmSync(join(data, 'postmaster.pid'), { force: true })
    },
    async remove() {
      await cluster.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return cluster
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

/** Each process of PostgreSQL is the leader of a group of its own, and one that is left would go on with its commit. */
function killWithChildren(pid: number): void {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
  process.kill(pid, 'SIGKILL')
  for (const child of stdout.split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(child), 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

function asUser(command: readonly string[]): string[] {
  return isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : [...command]
}

function run(command: readonly string[]): void {
  const [program = '', ...args] = asUser(command)
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: tmpdir() })
  if (status !== 0) throw new Error(`${command[0] ?? ''} failed: ${stderr}`)
}

const readyMsMax = 120_000
const startsMax = 50

/** False when it has ended. */
async function untilReady(server: ChildProcess, url: string): Promise<boolean> {
  for (const until = Date.now() + readyMsMax; ;) {
    if (hasEnded(server)) return false
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query('select 1')
      await client.end()
      return true
    } catch (error) {
      if (Date.now() > until) throw error
      await sleep(100)
    }
  }
}
