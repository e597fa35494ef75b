// `airworthy log readings`: who read entries or receipts of the log, as the log itself says.

import type { Command } from 'commander'
import type { LogReading } from '#wire/log.ts'
import { apiVerb, wholeNumber, withClient, withQuery, type ApiOptions } from './api-verb.ts'
import { examples } from './help-examples.ts'
import { formatCount, formatTime, print, say, tableLines } from './output.ts'

type Options = ApiOptions & { readonly limit: number; readonly cursor?: string }

export function registerLogReadings(log: Command): void {
  apiVerb(log, 'readings', 'who read entries or receipts, newest first')
    .option('--limit <n>', 'how many', wholeNumber(1, 200), 50)
    .option('--cursor <text>', 'go on after an earlier page')
    .addHelpText('after', examples([['airworthy log readings', 'once for each key, way and ten minutes']]))
    .action((options: Options) =>
      withClient(options, async (client) => {
        const { limit, cursor } = options
        const path = withQuery('/api/v1/log/readings', { limit, cursor })
        const page = (await client.request('GET', path)).body as { items: LogReading[]; next: string | null }
        print(page, options, () => (page.items.length === 0 ? ['Nobody has read the log.'] : lines(page.items)))
        if (page.next !== null && !options.json) say(`Earlier ones: --cursor ${page.next}`)
      }),
    )
}

function lines(items: readonly LogReading[]): string[] {
  return tableLines({
    head: ['time (UTC)', 'by', 'as', 'from', 'to', 'log'],
    right: [3, 4, 5],
    rows: items.map(({ at, by, via, from, to, log }) => [
      formatTime(at),
      by.name,
      via,
      formatCount(from),
      formatCount(to - 1),
      formatCount(log.index),
    ]),
  })
}
