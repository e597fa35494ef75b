// Airworthy, its peers and its limits, each started for one scenario and stopped after it.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { root, start, type Running } from './processes.ts'
import * as useCases from './use-cases.ts'

const adminKey = 'bench-admin-key-0123456789'
export const headers = { authorization: `Bearer ${adminKey}` }

export type Airworthy = Running & { readonly dataDir: string; readonly decide: (useCase: string) => string }

export function serverEnvironment(dataDir: string): Record<string, string> {
  return {
    AIRWORTHY_DATA_DIR: dataDir,
    AIRWORTHY_ADMIN_KEY: adminKey,
    AIRWORTHY_MODEL_DIR: join(root, 'bench/models'),
    DATABASE_URL: '',
  }
}

/** A server with the bench's use cases in a fresh folder on this disk; the folder goes when it stops. */
export async function startAirworthy(port: number, upstream?: string): Promise<Airworthy> {
  const dataDir = mkdtempSync(join(root, 'bench', '.data-'))
  const running = await start({
    name: 'airworthy',
    args: ['--conditions=source', '--disable-warning=ExperimentalWarning', 'src/main.ts', 'up', '--port', String(port)],
    port,
    ready: '/readyz',
    env: serverEnvironment(dataDir),
  })
  const manifests = [
    useCases.inProcess,
    useCases.slow,
    ...(upstream === undefined ? [] : [useCases.overHttp(upstream)]),
  ]
  for (const manifest of manifests) await apply(running.url, manifest)
  return {
    ...running,
    dataDir,
    decide: (useCase) => `${running.url}/v1/use-cases/${useCase}/decisions`,
    async stop() {
      await running.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function apply(url: string, manifest: { readonly metadata: { readonly name: string } }): Promise<void> {
  const { statusCode, body } = await request(`${url}/api/v1/use-cases/${manifest.metadata.name}`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(manifest),
  })
  const text = await body.text()
  if (statusCode !== 200 && statusCode !== 201)
    throw new Error(`apply ${manifest.metadata.name}: ${statusCode} ${text}`)
}

export const startEcho = (port: number) => start({ name: 'echo', args: ['bench/echo.ts', String(port)], port })
export const startUpstream = (port: number) =>
  start({ name: 'upstream', args: ['bench/upstream.ts', String(port)], port })

/** Portkey's gateway, from its npm package; installed when it is missing. */
export async function startPortkey(port: number): Promise<Running> {
  const entry = 'bench/peers/node_modules/@portkey-ai/gateway/build/start-server.js'
  if (!existsSync(join(root, entry))) {
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: join(root, 'bench/peers'),
      stdio: 'inherit',
    })
    if (status !== 0) throw new Error('The peer could not be installed; the npm registry must be reachable.')
  }
  return start({ name: 'portkey', args: [entry, `--port=${port}`, '--headless'], port })
}
