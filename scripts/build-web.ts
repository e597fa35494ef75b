// Builds the web UI, and the report of assessments, when they are missing or older than their sources. Run by `npm start`,
// `npm run build`, and by `airworthy assess --html`.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { spawn } from 'node:child_process'

const root = resolve(import.meta.dirname, '..')

/** Resolves when web/dist is there and current. Errors: the build's own output, when it fails. */
export async function buildWeb(): Promise<void> {
  const built = join(root, 'web/dist/index.html')
  if (existsSync(built) && statSync(built).mtimeMs >= newest()) return
  await run(['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'])
}

/**
 * Resolves when dist/report is there and current: half a second where it is not. Made aside and put in place at once, because
 * several processes may want it at the same time. Errors as buildWeb.
 */
export async function buildReport(): Promise<void> {
  const built = join(root, 'dist/report/render-report.js')
  const sources = ['web/src/report', 'web/src/tokens.css', 'web/vite.report.config.ts', 'src/wire', 'package-lock.json']
  if (existsSync(built) && statSync(built).mtimeMs >= newest(sources)) return
  mkdirSync(dirname(built), { recursive: true })
  const aside = mkdtempSync(`${dirname(built)}-`)
  try {
    const args = ['build', 'web', '--config', 'web/vite.report.config.ts', '--outDir', aside, '--logLevel', 'warn']
    await run(['node_modules/vite/bin/vite.js', ...args])
    renameSync(join(aside, 'render-report.js'), built)
  } finally {
    rmSync(aside, { recursive: true })
  }
}

function newest(paths = ['web', 'src/wire', 'package-lock.json']): number {
  const sources = paths.flatMap((path) => filesUnder(join(root, path)))
  return Math.max(...sources.map((file) => statSync(file).mtimeMs))
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/(^|\/)(dist|node_modules)(\/|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    // Whatever started this (a test, say): what is built is what is published.
    const env = { ...process.env, NODE_ENV: 'production' }
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`It could not be built:\n${Buffer.concat(output).toString('utf8')}`))
    })
  })
}
