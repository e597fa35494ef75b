#!/usr/bin/env node
// The command line's entry. It gives the verbs that run a server in this process what they need; all others are clients.
//
// What only some verbs need is loaded when they run: a server's parts take most of a second, and so does what reads data.

import { performance } from 'node:perf_hooks'
import { CliError, exitCodes } from '#cli/exit-codes.ts'
import { runCli } from '#cli/program.ts'
import type { Services } from '#cli/services.ts'
import { readConfiguration } from './configuration.ts'
import { version } from './version.ts'

const services: Services = {
  version,
  async startServer(options) {
    const { composeServer } = await import('./compose-server.ts')
    return composeServer(readConfiguration(process.env, options))
  },
  async rebuildView(options) {
    const { rebuildView } = await import('./compose-rebuild.ts')
    const started = performance.now()
    const entries = await rebuildView(readConfiguration(process.env, options))
    return { entries, seconds: (performance.now() - started) / 1000 }
  },
  copyLog: async (options) => (await import('./compose-copy.ts')).copyBetween(options),
  async startWitness(options) {
    const { runWitness } = await import('#witness/run-witness.ts')
    return runWitness({ ...options, clock: Date.now })
  },
  assess: async (call) => (await import('./assess-files.ts')).assessFiles(call),
  proposeContract: async (file, settings) => (await import('./assess-files.ts')).proposeContract(file, settings),
  renderReport: async (assessment, facts) =>
    (await (await import('./report-file.ts')).makeReport(assessment, facts)).html,
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
