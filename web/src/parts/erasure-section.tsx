// What was erased: when, why, by whom, how much; and the way to erase one person's contents, or one decision's.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Erasure } from '#wire/privacy.ts'
import { useServices } from '../app/services.ts'
import { formatCount } from '../text/format.ts'
import { erasureCause, erasureVerdict } from '../text/privacy-words.ts'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { Cell, extra, extraFigure, figure, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'
import { EraseDialog } from './erase-dialog.tsx'
import { notAllowedAnywhere } from './permission.ts'

const columns = [
  { name: 'When' },
  { name: 'Why' },
  { name: 'By', ...extra },
  { name: 'Use case', ...extra },
  { name: 'Decisions', ...figure },
  { name: 'Contents', ...extraFigure },
  { name: 'Log', ...extraFigure },
]

export function ErasureSection() {
  const { queries } = useServices()
  const me = useQuery(queries.me())
  const list = useInfiniteQuery(queries.erasures())
  const [isErasing, setErasing] = useState(false)
  const erasures = list.data?.pages.flatMap((page) => page.items)
  return (
    <Section title="Erasures" note="newest first">
      <Loaded query={{ ...list, data: erasures }} lines={5}>
        {(items) =>
          items.length === 0 ? (
            <Empty title="Nothing was erased yet">
              Contents go when a person asks for it, or when they are older than the manifest keeps them
              (privacy.retention). Their digests stay, and every proof still holds.
            </Empty>
          ) : (
            <Table label="Erasures" columns={columns}>
              {items.map((erasure) => (
                <ErasureRow key={erasure.id} erasure={erasure} />
              ))}
            </Table>
          )
        }
      </Loaded>
      <div className="mt-3 flex flex-wrap gap-2">
        {list.hasNextPage ? (
          <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load older ones
          </Button>
        ) : null}
        <Button kind="danger" disabledReason={notAllowedAnywhere(me.data, 'erase')} onClick={() => setErasing(true)}>
          Erase contents
        </Button>
      </div>
      <EraseDialog isOpen={isErasing} onClose={() => setErasing(false)} />
    </Section>
  )
}

function ErasureRow({ erasure }: { erasure: Erasure }) {
  const { at, reason, by, useCase, decisions, payloads, held, completedAt, log } = erasure
  return (
    <tr>
      <HeadCell>
        <When at={at} />
        {completedAt === null ? (
          <span className="block">
            <VerdictMark verdict={erasureVerdict(erasure)} />
          </span>
        ) : null}
      </HeadCell>
      <Cell>
        {erasureCause(erasure)}
        <span className="block max-w-[44ch] [overflow-wrap:anywhere] text-soft">{reason}</span>
        <span className="block text-soft sm:hidden">by {by.name}</span>
      </Cell>
      <Cell of={extra}>{by.name}</Cell>
      <Cell of={extra}>{useCase ?? 'any'}</Cell>
      <Cell of={figure}>
        {formatCount(decisions)}
        {held === 0 ? null : <span className="block text-12 text-soft">{formatCount(held)} held</span>}
      </Cell>
      <Cell of={extraFigure}>{completedAt === null ? '–' : formatCount(payloads)}</Cell>
      <Cell of={extraFigure}>{formatCount(log.index)}</Cell>
    </tr>
  )
}
