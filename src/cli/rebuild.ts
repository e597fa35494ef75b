// `airworthy rebuild`: drops the view and makes it again from the log.

import type { Command } from 'commander'
import { print } from './output.ts'
import { examples } from './help-examples.ts'
import type { Services } from './services.ts'

export function registerRebuild(program: Command, services: Services): void {
  program
    .command('rebuild')
    .description('drop the view (the database) and make it again from the log; the server must be stopped')
    .option('--data-dir <dir>', 'the data folder (default: AIRWORTHY_DATA_DIR, else .airworthy)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([['airworthy rebuild', 'no action is repeated, and nothing is lost: the log is the truth']]),
    )
    .action(async (options: { dataDir?: string; json?: boolean }) => {
      const { entries, seconds } = await services.rebuildView(
        options.dataDir === undefined ? {} : { dataDir: options.dataDir },
      )
      print({ entries, seconds }, { json: options.json ?? false }, [
        `The view was made again from ${entries} entries in ${seconds.toFixed(1)} s.`,
      ])
    })
}
