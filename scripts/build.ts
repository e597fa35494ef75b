// Builds what is published: the server and the CLI by tsc into dist/, the web UI by Vite into web/dist/,
// the report of assessments by Vite into dist/report/.

import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildReport, buildWeb } from './build-web.ts'

const root = resolve(import.meta.dirname, '..')

rmSync(join(root, 'dist'), { recursive: true, force: true })
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
if (status !== 0) process.exit(1)
await buildWeb()
await buildReport()
