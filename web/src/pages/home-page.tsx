// Is everything all right, and what needs somebody?

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { UseCaseSummary } from '#wire/use-case.ts'
import { startOfUtcDay } from '../api/queries.ts'
import { useNow, useServices } from '../app/services.ts'
import { command } from '../text/command.ts'
import { formatCount, formatPart, formatProportion } from '../text/format.ts'
import { listWords } from '../text/list-words.ts'
import { logTroubles, logVerdict } from '../text/log-words.ts'
import { homeSentence, isBehind, withoutModel } from '../text/status-sentences.ts'
import { modelVerdicts, type Verdict } from '../text/words.ts'
import { Page, Section } from '../ui/page.tsx'
import { Empty, Failure, SentenceSkeleton, Skeleton } from '../ui/states.tsx'
import { Cell, extra, extraFigure, figure, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function HomePage() {
  const { queries } = useServices()
  const now = useNow()
  const status = useQuery(queries.status())
  // Models come and go without anything being recorded.
  const list = useQuery({ ...queries.allUseCases(), refetchInterval: 30_000 })
  const log = useQuery({ ...queries.log(), refetchInterval: 15_000 })
  const today = startOfUtcDay(now)
  const breaks = useQuery(queries.contractBreaks(today))
  const error = status.error ?? list.error
  const isKnown = !breaks.isPending && !log.isPending
  const facts =
    status.data && list.data && isKnown
      ? {
          status: status.data,
          log: log.data ?? null,
          useCases: list.data.items,
          contractBreaks: breaks.data ?? null,
        }
      : undefined

  return (
    <Page
      title="Home"
      sentence={
        facts ? homeSentence(facts, now) : error ? 'How things stand cannot be read now.' : <SentenceSkeleton />
      }
    >
      {error ? (
        <div className="mb-6">
          <Failure error={error} onRetry={() => void Promise.all([status.refetch(), list.refetch()])} />
        </div>
      ) : null}
      {facts === undefined ? error ? null : <Skeleton lines={14} /> : <Home facts={facts} today={today} />}
    </Page>
  )
}

type HomeProps = {
  readonly facts: Parameters<typeof homeSentence>[0]
  readonly today: string
}

function Home({ facts, today }: HomeProps) {
  const { status, useCases: all, contractBreaks: breaks } = facts
  const oldest = all
    .map((useCase) => useCase.oldestReviewAt)
    .filter((at) => at !== null)
    .sort()[0]
  if (all.length === 0) return <FirstSteps />
  return (
    <>
      <Section title="What may need somebody">
        <ul className="divide-y divide-line rounded border border-line">
          <Check
            name="Models"
            verdict={modelsVerdict(all)}
            note={withoutModel(all)
              .map(({ name, model }) => `${name}: ${modelVerdicts[model.state].word}`)
              .join('; ')}
            link={<Link to="/use-cases">Use cases</Link>}
          />
          <Check
            name="Reviews waiting"
            verdict={status.openReviews > 0 ? { tone: 'watch', word: formatCount(status.openReviews) } : none}
            note={
              oldest === undefined ? null : (
                <>
                  the oldest since <When at={oldest} />
                </>
              )
            }
            link={<Link to="/review">Review</Link>}
          />
          <Check
            name="Actions given up"
            verdict={status.deadActions > 0 ? { tone: 'fails', word: formatCount(status.deadActions) } : none}
            note={status.deadActions > 0 ? 'other systems did not learn of these decisions' : null}
            link={
              <Link to="/actions" search={{ status: 'dead' }}>
                Look at them
              </Link>
            }
          />
          <Check
            name="Requests that broke the data contract today"
            verdict={breaksVerdict(breaks)}
            note={breaks !== null && breaks > 0 ? 'the callers send what was not agreed' : null}
            link={
              <Link to="/decisions" search={{ reason: 'contract-violation', from: today }}>
                Look at them
              </Link>
            }
          />
          <Check
            name="The log"
            verdict={facts.log === null ? notKnown : logVerdict(facts.log)}
            note={facts.log === null ? null : listWords(logTroubles(facts.log))}
            link={<Link to="/log-status">Log</Link>}
          />
          <Check
            name="The view"
            verdict={viewVerdict(facts)}
            note={
              status.view.detail ??
              `${formatCount(status.log.view.behind)} of ${formatCount(status.log.size)} entries still to read`
            }
            link={<Link to="/log-status">Log</Link>}
          />
        </ul>
      </Section>
      <Section title="Use cases" note={<Link to="/use-cases">All of them</Link>}>
        <UseCaseFigures all={all} />
      </Section>
    </>
  )
}

const none: Verdict = { tone: 'holds', word: 'none' }
const notKnown: Verdict = { tone: 'unknown', word: 'not known' }

function modelsVerdict(all: readonly UseCaseSummary[]): Verdict {
  const down = withoutModel(all).length
  return down === 0 ? { tone: 'holds', word: 'all ready' } : { tone: 'fails', word: `${formatCount(down)} not ready` }
}

function breaksVerdict(breaks: HomeProps['facts']['contractBreaks']): Verdict {
  if (breaks === null) return notKnown
  return breaks === 0 ? none : { tone: 'watch', word: formatCount(breaks) }
}

function viewVerdict({ status }: HomeProps['facts']): Verdict {
  if (!status.view.ok) return { tone: 'fails', word: 'not kept up' }
  return isBehind(status) ? { tone: 'watch', word: 'behind the log' } : { tone: 'holds', word: 'kept up' }
}

type CheckProps = {
  readonly name: string
  readonly verdict: Verdict
  readonly note: React.ReactNode
  readonly link: React.ReactNode
}

function Check({ name, verdict, note, link }: CheckProps) {
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-3 sm:grid-cols-[18rem_9rem_minmax(0,1fr)_auto] sm:items-baseline">
      <span className="font-medium">{name}</span>
      <span data-figure="">
        <VerdictMark verdict={verdict} />
      </span>
      <span className="text-13 text-soft">{note}</span>
      <span>{link}</span>
    </li>
  )
}

function UseCaseFigures({ all }: { all: readonly UseCaseSummary[] }) {
  const columns = [
    { name: 'Use case' },
    { name: 'Stage', ...extra },
    { name: 'Today', ...figure },
    { name: 'By the system', ...figure },
    { name: 'Waiting', ...figure },
    { name: 'Right (95 % interval)', ...extraFigure },
  ]
  return (
    <Table label="Figures of the use cases" columns={columns}>
      {all.map((useCase) => (
        <tr key={useCase.name}>
          <HeadCell>
            <Link to="/use-cases/$name" params={{ name: useCase.name }}>
              {useCase.name}
            </Link>
          </HeadCell>
          <Cell of={extra}>{useCase.stage}</Cell>
          <Cell of={figure}>{formatCount(useCase.today.total)}</Cell>
          <Cell of={figure}>{formatPart(useCase.today.act, useCase.today.total)}</Cell>
          <Cell of={figure}>{formatCount(useCase.openReviews)}</Cell>
          <Cell of={extraFigure}>{formatProportion(useCase.accuracy)}</Cell>
        </tr>
      ))}
    </Table>
  )
}

function FirstSteps() {
  return (
    <Empty title="Begin with a use case" command={`${command('init')} && ${command('apply -f airworthy.yaml')}`}>
      A use case is declared in a manifest: what it decides, who owns it, its model and its policy. The first command
      writes one by asking, the second puts it in force.
    </Empty>
  )
}
