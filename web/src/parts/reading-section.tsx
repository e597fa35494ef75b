// Who read entries of the log, or receipts of many decisions: looking is an act, and the log says so.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { LogReading } from '#wire/log.ts'
import { useServices } from '../app/services.ts'
import { formatCount } from '../text/format.ts'
import { readingWords } from '../text/log-words.ts'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { Cell, extraFigure, HeadCell, Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { notAllowed } from './permission.ts'

const columns = [{ name: 'When' }, { name: 'Who' }, { name: 'What' }, { name: 'Log', ...extraFigure }]

export function ReadingSection() {
  const { queries } = useServices()
  const me = useQuery(queries.me())
  const why = notAllowed(me.data, 'read-log')
  return (
    <Section title="Who read the log" {...(why === null ? { note: 'newest first' } : {})}>
      {me.data === undefined ? null : why === null ? <Readings /> : <p className="max-w-[65ch] text-soft">{why}</p>}
    </Section>
  )
}

function Readings() {
  const { queries } = useServices()
  const list = useInfiniteQuery(queries.readings())
  const readings = list.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <Loaded query={{ ...list, data: readings }} lines={4}>
        {(items) =>
          items.length === 0 ? (
            <Empty title="Nobody has read it yet">
              Whoever reads entries, takes a copy of the log, or fetches receipts of many decisions stands here, and on
              the log: once for each key and ten minutes.
            </Empty>
          ) : (
            <Table label="Who read the log" columns={columns}>
              {items.map((reading) => (
                <ReadingRow key={reading.log.index} reading={reading} />
              ))}
            </Table>
          )
        }
      </Loaded>
      {list.hasNextPage ? (
        <div className="mt-3">
          <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load older ones
          </Button>
        </div>
      ) : null}
    </>
  )
}

function ReadingRow({ reading }: { reading: LogReading }) {
  return (
    <tr>
      <HeadCell>
        <When at={reading.at} />
      </HeadCell>
      <Cell>{reading.by.name}</Cell>
      <Cell>{readingWords(reading)}</Cell>
      <Cell of={extraFigure}>{formatCount(reading.log.index)}</Cell>
    </tr>
  )
}
