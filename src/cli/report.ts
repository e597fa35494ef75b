// `airworthy report`: what is taken away from a server, as files.

import type { Command } from 'commander'
import { apiVerb, withClient, type ApiOptions } from './api-verb.ts'
import { examples } from './help-examples.ts'
import { formatCount, print } from './output.ts'
import { copyLog } from './report-log.ts'
import { startStep } from './step-progress.ts'

type Options = ApiOptions & { readonly out: string }

export function registerReport(program: Command): void {
  const report = program
    .command('report')
    .description('take the log away from a server, as files')
    .addHelpText('after', examples([['airworthy report log --out copy', 'everything an outsider needs to check it']]))

  apiVerb(report, 'log', 'copy checkpoint, tiles and entries into a folder that any static file server can serve')
    .requiredOption('--out <folder>', 'where to; what is there already is kept, and a copy that broke off goes on')
    .addHelpText(
      'after',
      examples([
        ['airworthy report log --out copy', 'the first time everything, later what is new'],
        ['airworthy verify copy', 'check the copy; no server is needed'],
      ]),
    )
    .action((options: Options) =>
      withClient({ ...options, connections }, async (client) => {
        const step = options.json ? undefined : startStep('Copying the log')
        const copied = await copyLog({ client, dir: options.out, onProgress: (done, of) => step?.update(done, of) })
        step?.end(
          `${formatCount(copied.size)} entries, ${formatCount(copied.fetched)} of ${formatCount(copied.files)} files were new.`,
        )
        print(copied, options, [
          `${options.out} holds ${copied.origin} as of its checkpoint of ${formatCount(copied.size)} entries.`,
          `root  ${copied.root}`,
        ])
      }),
    )
}

/** Files fetched at once. */
const connections = 8
