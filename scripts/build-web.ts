// Builds the web UI when it is missing or older than its sources. Run by `npm start` and `npm run build`.

import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { spawn } from 'node:child_process'

const root = resolve(import.meta.dirname, '..')

/** Resolves when web/dist is there and current. Errors: the build's own output, when it fails. */
export async function buildWeb(): Promise<void> {
  const built = join(root, 'web/dist/index.html')
  if (existsSync(built) && statSync(built).mtimeMs >= newest()) return
  await run(['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'])
}

function newest(): number {
  const sources = ['web', 'src/wire', 'package-lock.json'].flatMap((path) => filesUnder(join(root, path)))
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
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`The web UI could not be built:\n${Buffer.concat(output).toString('utf8')}`))
    })
  })
}
