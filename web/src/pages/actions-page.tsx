// Did other systems learn of the decisions, and what was given up?

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ActionState } from '#wire/decision.ts'
import { useServices } from '../app/services.ts'
import { ReplayButton } from '../parts/replay-button.tsx'
import { formatCount, plural } from '../text/format.ts'
import { actionVerdicts } from '../text/words.ts'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded, SentenceSkeleton } from '../ui/states.tsx'
import { Cell, extra, extraFigure, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

const columns = [
  { name: 'Decision' },
  { name: 'State' },
  { name: 'Where it goes', ...extra },
  { name: 'Attempts', ...extraFigure },
  { name: 'Queued', ...extra },
  { name: 'What can be done', isHiddenLabel: true },
]

export function ActionsPage() {
  const { queries } = useServices()
  const { status } = useSearch({ from: '/frame/actions' })
  const navigate = useNavigate({ from: '/actions' })
  const server = useQuery(queries.status())
  const list = useInfiniteQuery(queries.actions(new URLSearchParams(status === undefined ? {} : { status })))
  const loaded = list.data?.pages.flatMap((page) => page.items)

  return (
    <Page
      title="Actions"
      sentence={
        server.data ? (
          sentenceOf(server.data)
        ) : server.error ? (
          'What became of the actions cannot be read now.'
        ) : (
          <SentenceSkeleton />
        )
      }
    >
      <div className="mb-4 max-w-48">
        <SelectField
          label="State"
          isCompact
          value={status ?? ''}
          options={[['', 'all'], ...Object.entries(actionVerdicts).map(([value, { word }]) => [value, word] as const)]}
          onChange={(event) => {
            const wanted = (['queued', 'delivered', 'dead'] as const).find((each) => each === event.target.value)
            void navigate({ search: wanted === undefined ? {} : { status: wanted } })
          }}
        />
      </div>
      <Loaded query={{ ...list, data: loaded }} lines={16}>
        {(actions) =>
          actions.length === 0 ? (
            <Empty title={status === undefined ? 'No action yet' : `No action is ${actionVerdicts[status].word}`}>
              An action tells another system of a decision. Which decisions have one stands in the manifest, under{' '}
              <code className="font-mono">actions</code>.
            </Empty>
          ) : (
            <Table label="Actions" columns={columns}>
              {actions.map((action) => (
                <ActionRow key={action.id} action={action} />
              ))}
            </Table>
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
    </Page>
  )
}

function ActionRow({ action }: { action: ActionState }) {
  return (
    <tr>
      <HeadCell>
        <Link to="/decisions/$id" params={{ id: action.decision }} className="font-mono">
          {action.decision.slice(-12)}
        </Link>
        <span className="block font-normal text-soft">{action.useCase}</span>
      </HeadCell>
      <Cell>
        <VerdictMark verdict={actionVerdicts[action.status]} />
        {action.lastError === null ? null : (
          <span className="block max-w-[44ch] text-soft [overflow-wrap:anywhere]">{action.lastError}</span>
        )}
        {action.nextAt === null ? null : (
          <span className="block text-soft">
            next try <When at={action.nextAt} />
          </span>
        )}
      </Cell>
      <Cell of={extra}>
        <span className="[overflow-wrap:anywhere]">{action.target}</span>
      </Cell>
      <Cell of={extraFigure}>{formatCount(action.attempts)}</Cell>
      <Cell of={extra}>
        <When at={action.queuedAt} />
      </Cell>
      <Cell>{action.status === 'dead' ? <ReplayButton action={action} /> : null}</Cell>
    </tr>
  )
}

function sentenceOf({ deadActions, queuedActions }: { deadActions: number; queuedActions: number }): string {
  const queued = queuedActions === 0 ? 'none is waiting' : `${plural(queuedActions, 'action')} on the way`
  if (deadActions === 0) return `No action was given up; ${queued}.`
  const were = deadActions === 1 ? 'action was' : 'actions were'
  return `${formatCount(deadActions)} ${were} given up and can be replayed; ${queued}.`
}
