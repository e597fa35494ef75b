// `airworthy up`: runs a server in this process until it is told to stop.

import type { Command } from 'commander'
import { wholeNumber } from './api-verb.ts'
import { print } from './output.ts'
import { examples } from './help-examples.ts'
import type { RunningServer, Services, StartOptions } from './services.ts'
import { listenForStop } from './stop-signal.ts'

type Options = {
  readonly port?: number
  readonly dataDir?: string
  readonly modelDir?: string
  readonly json?: boolean
}

export function registerUp(program: Command, services: Services): void {
  program
    .command('up')
    .description('run a server: gateway, engine, API and web UI in one process')
    .option('--port <n>', 'port (default: PORT, else 8700; 0 takes any free one)', wholeNumber(0, 65_535))
    .option('--data-dir <dir>', 'data folder (default: AIRWORTHY_DATA_DIR, else .airworthy)')
    .option(
      '--model-dir <dir>',
      'folder from which models may run in process (default: AIRWORTHY_MODEL_DIR, else none)',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['airworthy up', 'on http://127.0.0.1:8700, data in .airworthy'],
        ['PORT=9000 AIRWORTHY_HOST=0.0.0.0 airworthy up', 'reachable from elsewhere: put TLS in front'],
        ['DATABASE_URL=postgres://… airworthy up', 'log and view on a PostgreSQL server'],
      ]),
    )
    .action(async (options: Options) => {
      const { stopped } = listenForStop()
      const server = await services.startServer(startOptions(options))
      print({ url: server.url, adminKeyFile: server.adminKeyFile }, { json: options.json ?? false }, welcome(server))
      await stopped
      await server.close()
    })
}

function startOptions({ port, dataDir, modelDir }: Options): StartOptions {
  return {
    ...(port === undefined ? {} : { port }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(modelDir === undefined ? {} : { modelDir }),
  }
}

function welcome(server: RunningServer): string[] {
  const where = server.adminKeyFile === null ? 'AIRWORTHY_ADMIN_KEY' : server.adminKeyFile
  return [
    `Airworthy runs at ${server.url}`,
    server.isNewAdminKey
      ? `Admin key (shown this once, kept in ${where}): ${server.adminKey}`
      : `Sign in with the admin key in ${where}.`,
    'Ctrl-C stops it.',
  ]
}
