// Every check but the tests: types, lint, format, dead code, and files that are generated and committed.
// `npm run check` and CI run the same line; all of them run, so that one look shows everything that is wrong.

import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

const checks: readonly (readonly [name: string, file: string, ...args: string[]])[] = [
  ['types', 'node_modules/typescript/bin/tsc', '--noEmit'],
  ['types of the UI', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'web'],
  ['lint', 'node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  ['format', 'node_modules/oxfmt/bin/oxfmt', '--check'],
  ['dead code', 'node_modules/knip/bin/knip.js', '--no-progress'],
  ['generated files', 'scripts/generate.ts', '--check'],
]

let failed = 0
for (const [name, file, ...args] of checks) {
  const started = Date.now()
  const { status } = spawnSync(process.execPath, ['--conditions=source', file, ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) failed++
  console.log(`${status === 0 ? 'holds' : 'FAILS'}  ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
}
process.exit(failed === 0 ? 0 : 1)
