// Writes what is generated and committed: openapi.json from the routes, docs/errors.md from the table of codes.
// With --check nothing is written, and a difference is an error: a change of what clients see is a decision.

import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { errorCodes, type ErrorCode } from '#core/kernel/errors.ts'
import { createApp } from '#http/app.ts'
import { statusOf } from '#http/error-responses.ts'
import { describeApi } from '#http/openapi.ts'
import { registerRoutes, type RouteParts } from '#http/routes.ts'
import { version } from '../src/version.ts'

const root = resolve(import.meta.dirname, '..')

/** Routes are registered, never called: whatever they ask of their parts answers itself; only the UI's folder is a text. */
const inert: unknown = new Proxy(() => inert, {
  get: (_, name) => (name === 'webDir' ? '' : inert),
  apply: () => inert,
})

async function openapi(): Promise<string> {
  const app = createApp({ logger: false, requestId: () => '', bodyLimitBytes: 1_048_576 })
  await describeApi(app, version)
  await registerRoutes(app, inert as RouteParts)
  await app.ready()
  return `${JSON.stringify(app.swagger(), null, 2)}\n`
}

function errorsPage(): string {
  const rows = (Object.keys(errorCodes) as ErrorCode[]).map(
    (code) => `| \`${code}\` | ${statusOf[code]} | ${errorCodes[code]} |`,
  )
  return `${[
    '# Error codes',
    '',
    'Errors are `application/problem+json` (RFC 9457) with a stable `code`, what was wrong (`detail`), what to do (`hint`), and the request’s id',
    '(`instance`) to quote when asking for help. A code is never renamed and never reused. A `Retry-After` header says when it is worth trying again.',
    '',
    '| code | status | meaning |',
    '|---|---|---|',
    ...rows,
  ].join('\n')}\n`
}

const generated: Readonly<Record<string, string>> = { 'openapi.json': await openapi(), 'docs/errors.md': errorsPage() }
let stale = 0
for (const [name, text] of Object.entries(generated)) {
  const file = join(root, name)
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    stale++
    console.error(`${name} is not what the sources give. Run: npm run generate, and look at the difference.`)
  }
}
process.exit(stale === 0 ? 0 : 1)
