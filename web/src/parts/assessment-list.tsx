// Kept assessments, newest first: of all use cases that the key may see, or of one.

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { AssessmentSummary } from '#wire/assessment-kept.ts'
import { useServices } from '../app/services.ts'
import { assessmentVerdicts, findingWords } from '../text/assessment-words.ts'
import { command } from '../text/command.ts'
import { formatCount } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { Cell, extra, extraFigure, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function useAssessments(useCase: string | undefined) {
  const { queries } = useServices()
  return useInfiniteQuery(queries.assessments(new URLSearchParams(useCase === undefined ? {} : { useCase })))
}

/** On the page of a use case. */
export function KeptAssessments({ useCase }: { useCase: string }) {
  return (
    <Section
      title="Assessments: the pilot against live data"
      note={
        <Link to="/assessments" search={{ useCase }}>
          make one
        </Link>
      }
    >
      <AssessmentList useCase={useCase} />
    </Section>
  )
}

export function AssessmentList({ useCase }: { useCase: string | undefined }) {
  const query = useAssessments(useCase)
  return (
    <Loaded query={query} lines={6}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items)
        if (items.length === 0) return <NoneKept useCase={useCase} />
        return (
          <>
            <AssessmentTable items={items} hasUseCase={useCase === undefined} />
            {query.hasNextPage ? (
              <div className="mt-3">
                <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Show older ones
                </Button>
              </div>
            ) : null}
          </>
        )
      }}
    </Loaded>
  )
}

function NoneKept({ useCase }: { useCase: string | undefined }) {
  return (
    <Empty
      title="None is kept yet."
      command={command(`assess --use-case ${useCase ?? 'NAME'} --reference pilot.csv --live live.csv`)}
    >
      An assessment compares the data that the pilot was tested on with live data and says what production will do to
      it. What is kept is evidence: it stands on the log.
    </Empty>
  )
}

function AssessmentTable({ items, hasUseCase }: { items: readonly AssessmentSummary[]; hasUseCase: boolean }) {
  return (
    <Table
      label="Kept assessments"
      columns={[
        { name: 'Verdict' },
        { name: 'What it says' },
        ...(hasUseCase ? [{ name: 'Use case', ...extra }] : []),
        { name: 'Findings', ...extra },
        { name: 'Pilot rows', ...extraFigure },
        { name: 'Live rows', ...extraFigure },
        { name: 'Made' },
      ]}
    >
      {items.map((item) => (
        <tr key={item.id}>
          <HeadCell>
            <VerdictMark verdict={assessmentVerdicts[item.verdict]} />
          </HeadCell>
          <Cell>
            <Link to="/assessments/$id" params={{ id: item.id }} className="[overflow-wrap:anywhere]">
              {item.headline}
            </Link>
          </Cell>
          {hasUseCase ? <Cell of={extra}>{item.useCase}</Cell> : null}
          <Cell of={extra}>{findingWords(item.findings)}</Cell>
          <Cell of={extraFigure}>{formatCount(item.reference.rows)}</Cell>
          <Cell of={extraFigure}>{formatCount(item.live.rows)}</Cell>
          <Cell>
            <When at={item.at} />
          </Cell>
        </tr>
      ))}
    </Table>
  )
}
