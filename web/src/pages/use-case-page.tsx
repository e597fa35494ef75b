// Where does this use case stand?

import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { UseCaseDetail as UseCase } from '#wire/use-case.ts'
import { useServices, useNow } from '../app/services.ts'
import { startOfUtcDay } from '../api/queries.ts'
import { AccuracySection } from '../parts/accuracy-section.tsx'
import { KeptAssessments } from '../parts/assessment-list.tsx'
import { RevisionsSection } from '../parts/revisions-section.tsx'
import { formatCount, formatPart, plural } from '../text/format.ts'
import { sentenceOfUseCase } from '../text/status-sentences.ts'
import { modelVerdicts, ownerWords, riskWords, routeWords, stages, type Route } from '../text/words.ts'
import { fact, Facts, Page, Section, type Fact } from '../ui/page.tsx'
import { Loaded, SentenceSkeleton } from '../ui/states.tsx'
import { Cell, extraFigure, figure, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function UseCasePage() {
  const { queries } = useServices()
  const { name } = useParams({ from: '/frame/use-cases/$name' })
  const query = useQuery(queries.oneUseCase(name))
  return (
    <Page
      title={name}
      crumbs={[{ words: 'Use cases', to: '/use-cases' }]}
      sentence={
        query.data ? (
          sentenceOfUseCase(query.data)
        ) : query.error ? (
          'This use case cannot be shown.'
        ) : (
          <SentenceSkeleton />
        )
      }
    >
      <Loaded query={query} lines={24}>
        {(useCase) => (
          <>
            <StageLine stage={useCase.stage} />
            <Section title="What it is for">
              <p className="mb-3 max-w-[65ch] text-16">{useCase.purpose}</p>
              <Facts facts={factsOf(useCase)} />
            </Section>
            <Section title="Decisions">
              <Figures useCase={useCase} />
            </Section>
            <AccuracySection useCase={name} />
            <KeptAssessments useCase={name} />
            <Section title="The policy, first match first">
              <ol className="max-w-[70ch] list-decimal space-y-1 pl-6 marker:text-faint">
                {useCase.policy.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ol>
            </Section>
            <Section title="Owners">
              <Facts facts={ownerFacts(useCase)} />
            </Section>
            <RevisionsSection useCase={name} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** The six stages on one line: where it stands, and what is behind and ahead. */
function StageLine({ stage }: { stage: UseCase['stage'] }) {
  const at = stages.indexOf(stage)
  return (
    <ol aria-label="Stages" className="mb-8 flex max-w-[56rem] flex-wrap gap-y-2">
      {stages.map((each, n) => (
        <li
          key={each}
          aria-current={n === at ? 'step' : undefined}
          className={`flex-1 basis-1/3 border-t-2 pt-1 text-13 sm:basis-0 ${
            n === at ? 'border-ink font-medium' : n < at ? 'border-ink text-soft' : 'border-line text-faint'
          }`}
        >
          <span aria-hidden="true">{n === at ? '● ' : ''}</span>
          {each}
          {n === at ? <span className="sr-only"> (stands here)</span> : null}
        </li>
      ))}
    </ol>
  )
}

function factsOf(useCase: UseCase): Fact[] {
  return [
    fact('Risk', riskWords[useCase.riskClass]),
    fact('Team', useCase.team ?? 'none named'),
    fact(
      'In force',
      <>
        revision {useCase.revision}, since <When at={useCase.updatedAt} />
      </>,
    ),
    fact('Model', <Model model={useCase.model} />),
    fact('Waiting for a person', <Waiting useCase={useCase} />),
    fact(
      'Actions given up',
      useCase.deadActions === 0 ? (
        'none'
      ) : (
        <Link to="/actions" search={{ status: 'dead' }}>
          {formatCount(useCase.deadActions)}
        </Link>
      ),
    ),
  ]
}

function Model({ model }: { model: UseCase['model'] }) {
  return (
    <>
      {model.name} {model.version} ({model.protocol}, <span className="[overflow-wrap:anywhere]">{model.target}</span>)
      <span className="block">
        <VerdictMark verdict={modelVerdicts[model.state]} />
      </span>
      {model.detail === null ? null : <span className="block text-soft">{model.detail}</span>}
    </>
  )
}

function Waiting({ useCase: { name, openReviews, oldestReviewAt } }: { useCase: UseCase }) {
  if (openReviews === 0) return 'none'
  return (
    <>
      <Link to="/review" search={{ useCase: name }}>
        {plural(openReviews, 'review')}
      </Link>
      {oldestReviewAt === null ? null : (
        <>
          , the oldest since <When at={oldestReviewAt} />
        </>
      )}
    </>
  )
}

function ownerFacts({ owners }: UseCase): Fact[] {
  return (Object.keys(ownerWords) as (keyof typeof ownerWords)[]).map((owner) => fact(ownerWords[owner], owners[owner]))
}

const routes: readonly Route[] = ['act', 'review', 'fallback', 'reject']

function Figures({ useCase }: { useCase: UseCase }) {
  const today = startOfUtcDay(useNow())
  const { name, today: now, allTime } = useCase
  return (
    <Table
      label="Decisions by route"
      columns={[
        { name: 'Route' },
        { name: 'Today (UTC)', ...figure },
        { name: 'Share', ...figure },
        { name: 'All time', ...figure },
        { name: 'Share of all', ...extraFigure },
      ]}
    >
      {routes.map((route) => (
        <tr key={route}>
          <HeadCell>
            <Link to="/decisions" search={{ useCase: name, route }}>
              {routeWords[route]}
            </Link>
          </HeadCell>
          <Cell of={figure}>{formatCount(now[route])}</Cell>
          <Cell of={figure}>{formatPart(now[route], now.total)}</Cell>
          <Cell of={figure}>{formatCount(allTime[route])}</Cell>
          <Cell of={extraFigure}>{formatPart(allTime[route], allTime.total)}</Cell>
        </tr>
      ))}
      <tr>
        <HeadCell>all</HeadCell>
        <Cell of={figure}>
          <Link to="/decisions" search={{ useCase: name, from: today }}>
            {formatCount(now.total)}
          </Link>
        </Cell>
        <Cell of={figure}>–</Cell>
        <Cell of={figure}>
          <Link to="/decisions" search={{ useCase: name }}>
            {formatCount(allTime.total)}
          </Link>
        </Cell>
        <Cell of={extraFigure}>–</Cell>
      </tr>
    </Table>
  )
}
