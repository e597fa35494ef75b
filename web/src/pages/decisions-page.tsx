// What was decided? A list whose filters are its address, that says when there is more, and that the keyboard walks.

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { DecisionSummary } from '#wire/decision.ts'
import { useKeys } from '../app/keys.tsx'
import { useServices } from '../app/services.ts'
import { decisionsAsCsv } from '../parts/decision-csv.ts'
import { DecisionFilterBar } from '../parts/decision-filter-bar.tsx'
import { filterQuery } from '../parts/decision-filters.ts'
import { DecisionTable } from '../parts/decision-table.tsx'
import { useNewDecisions } from '../parts/new-decisions.ts'
import { ProofDialog } from '../parts/proof-badge.tsx'
import { command } from '../text/command.ts'
import { formatCount, plural } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { download } from '../ui/download.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded, SentenceSkeleton } from '../ui/states.tsx'

export function DecisionsPage() {
  const { queries } = useServices()
  const filters = useSearch({ from: '/frame/decisions' })
  const navigate = useNavigate({ from: '/decisions' })
  const client = useQueryClient()
  const query = filterQuery(filters)
  const options = queries.decisions(query)
  const list = useInfiniteQuery(options)
  const decisions = list.data?.pages.flatMap((page) => page.items)
  const fresh = useNewDecisions(query, decisions === undefined ? undefined : (decisions[0]?.log.index ?? -1))
  // Which row the keyboard is at belongs to these filters; others begin without one.
  const [walk, setWalk] = useState({ list: '', at: -1 })
  const at = walk.list === query.toString() ? walk.at : -1
  const go = (to: number) => setWalk({ list: query.toString(), at: to })
  const [proving, setProving] = useState<string>()
  const isFiltered = Object.keys(filters).length > 0

  function open(decision: DecisionSummary | undefined): void {
    if (decision) void navigate({ to: '/decisions/$id', params: { id: decision.id } })
  }

  useKeys('Decisions', [
    {
      keys: 'j',
      does: 'Next decision',
      run: () => {
        const last = (decisions?.length ?? 0) - 1
        if (at === last && list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
        go(Math.min(at + 1, last))
      },
    },
    { keys: 'k', does: 'Previous decision', run: () => go(Math.max(at - 1, 0)) },
    { keys: 'Enter', does: 'Open the decision', run: () => open(decisions?.[at]) },
    { keys: 'n', does: 'Show new decisions', run: () => void showNew() },
  ])

  async function showNew(): Promise<void> {
    go(-1)
    await client.resetQueries({ queryKey: options.queryKey })
  }

  return (
    <Page
      title="Decisions"
      sentence={
        decisions ? (
          sentenceOf(list.data?.pages[0]?.total, isFiltered, decisions)
        ) : list.error ? (
          'The decisions cannot be read now.'
        ) : (
          <SentenceSkeleton />
        )
      }
      actions={
        <Button
          disabledReason={decisions && decisions.length > 0 ? null : 'There is nothing loaded to export.'}
          onClick={() => download({ name: 'decisions.csv', type: 'text/csv', text: decisionsAsCsv(decisions ?? []) })}
        >
          Export {formatCount(decisions?.length ?? 0)} as CSV
        </Button>
      }
    >
      <DecisionFilterBar
        filters={filters}
        onChange={(next) => void navigate({ search: next })}
        reasons={(decisions ?? []).map((decision) => decision.reason)}
      />
      {/* Its room is always there, so that nothing moves when it has something to say. */}
      <output className="mb-2 block min-h-11">
        {fresh.count === 0 ? null : (
          <Button wide shortcut="n" onClick={() => void showNew()}>
            {plural(fresh.count, 'new decision')}
            {fresh.isAtLeast ? ' or more' : ''}, show
          </Button>
        )}
      </output>
      <Loaded query={{ ...list, data: decisions }} lines={20}>
        {(rows) =>
          rows.length === 0 ? (
            <NoDecisions isFiltered={isFiltered} />
          ) : (
            <DecisionTable decisions={rows} chosen={at} onProof={setProving} />
          )
        }
      </Loaded>
      {list.hasNextPage ? (
        <div className="mt-3">
          <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load more
          </Button>
        </div>
      ) : null}
      <ProofDialog id={proving} onClose={() => setProving(undefined)} />
    </Page>
  )
}

function NoDecisions({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <Empty title="No decision fits these filters">Take one out, or widen the time.</Empty>
  return (
    <Empty title="No decision yet" command={command('decide my-use-case --input request.json')}>
      Decisions appear here the moment a caller asks for one. To ask for the first by hand:
    </Empty>
  )
}

function sentenceOf(total: number | undefined, isFiltered: boolean, loaded: readonly DecisionSummary[]): string {
  const fit = isFiltered ? ' that fit these filters' : ''
  if (loaded.length === 0) return isFiltered ? 'No decision fits these filters.' : 'No decision was made yet.'
  if (total === undefined) return `The newest ${plural(loaded.length, 'decision')}${fit}.`
  return loaded.length < total
    ? `${plural(total, 'decision')}${fit}; the newest ${formatCount(loaded.length)} are shown.`
    : `${plural(total, 'decision')}${fit}.`
}
