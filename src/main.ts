#!/usr/bin/env node
// The command line's entry. It gives the verbs that run a server in this process what they need; all others are clients.

import { performance } from 'node:perf_hooks'
import { CliError, exitCodes } from '#cli/exit-codes.ts'
import { runCli } from '#cli/program.ts'
import type { Services } from '#cli/services.ts'
import { composeServer } from './compose-server.ts'
import { readConfiguration } from './configuration.ts'
import { rebuildView } from './compose-rebuild.ts'
import { version } from './version.ts'

const services: Services = {
  version,
  startServer: (options) => composeServer(readConfiguration(process.env, options)),
  async rebuildView(options) {
    const started = performance.now()
    const entries = await rebuildView(readConfiguration(process.env, options))
    return { entries, seconds: (performance.now() - started) / 1000 }
  },
  buildWeb,
}

/** In a clone the UI is built when it is missing or old; a published package carries it built. */
async function buildWeb(): Promise<void> {
  if (!import.meta.filename.endsWith('.ts')) return
  const script: string = '../scripts/build-web.ts'
  const { buildWeb: build } = (await import(script)) as { buildWeb: () => Promise<void> }
  await build().catch((error: unknown) => {
    throw new CliError(exitCodes.couldNotBeDone, (error as Error).message, { cause: error })
  })
}

process.exit(await runCli(process.argv.slice(2), services))
