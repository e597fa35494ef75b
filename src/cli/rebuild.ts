// `airworthy rebuild`: drops the view and makes it again from the log; on a stopped server's folder, or on a running server.

import type { Command } from 'commander'
import { apiVerb, withClient, type ApiOptions } from './api-verb.ts'
import { examples } from './help-examples.ts'
import { formatCount, print } from './output.ts'
import type { Services } from './services.ts'

type Options = ApiOptions & { readonly dataDir?: string }
type Rebuilt = { readonly entries: number; readonly seconds: number }

export function registerRebuild(program: Command, services: Services): void {
  apiVerb(program, 'rebuild', 'drop the view (the database) and make it again from the log')
    .option('--data-dir <folder>', 'the folder of a stopped server (default: AIRWORTHY_DATA_DIR, else .airworthy)')
    .addHelpText(
      'after',
      examples([
        ['airworthy rebuild', 'of the data folder here; its server must be stopped'],
        [
          'airworthy rebuild --server http://127.0.0.1:8700',
          'while it runs: decisions go on, lists are behind until it is done',
        ],
      ]),
    )
    .action(async (options: Options) => {
      const rebuilt = options.server === undefined ? await onFolder(services, options) : await onServer(options)
      const { entries, seconds } = rebuilt
      print(rebuilt, options, () => [
        `The view was made again from ${formatCount(entries)} entries in ${seconds.toFixed(1)} s. No action was repeated.`,
      ])
    })
}

function onFolder(services: Services, { dataDir }: Options): Promise<Rebuilt> {
  return services.rebuildView(dataDir === undefined ? {} : { dataDir })
}

function onServer(options: Options): Promise<Rebuilt> {
  return withClient(options, async (client) => (await client.request('POST', '/api/v1/rebuild')).body as Rebuilt)
}
