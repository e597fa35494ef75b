// Runs a file of this clone on the pinned Node, installing what is missing first.
//
// Plain JavaScript, because it must start on whatever Node the machine has (20 or newer):
// everything after it runs on the Node that package.json pins, which strips types by itself.
//
//   node scripts/run.mjs FILE [ARG …]

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const pinnedNode = join(root, 'node_modules/node/bin/node')

/** npm keeps a copy of the lockfile inside node_modules; an install that was cut off has none, an old one another. */
function isInstalled() {
  const marker = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(pinnedNode) || !existsSync(marker)) return false
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(marker, 'utf8')).packages
  return Object.keys(wanted).every(
    (path) => path === '' || wanted[path].optional || present[path]?.version === wanted[path].version,
  )
}

function install() {
  process.stderr.write('Installing dependencies (once, about a minute)…\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (done.status !== 0) {
    process.stderr.write(
      'npm ci failed (see above). Check that the npm registry can be reached, then run this again.\n',
    )
    process.exit(3)
  }
}

const [file, ...args] = process.argv.slice(2)
if (!file) {
  process.stderr.write('usage: node scripts/run.mjs FILE [ARG …]\n')
  process.exit(2)
}
if (!isInstalled()) install()

const child = spawn(
  pinnedNode,
  ['--conditions=source', '--disable-warning=ExperimentalWarning', join(root, file), ...args],
  {
    stdio: 'inherit',
    env: {
      // What the pinned Node has made of a file, types stripped and compiled, is kept: each later start takes 20 MB less.
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node-compile'),
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
    },
  },
)
// The child decides how to end; this process only passes the signal on and mirrors the end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
