// How right were the decisions of this use case, by week? The chart, and the same figures as a table.

import { useQuery } from '@tanstack/react-query'
import type { AccuracyRow } from '#wire/use-case.ts'
import { useServices } from '../app/services.ts'
import { formatCount, formatProportion, formatWeek, labelsNeeded } from '../text/format.ts'
import { Section } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { Cell, extraFigure, figure, HeadCell, Table } from '../ui/table.tsx'
import { AccuracyChart } from './accuracy-chart.tsx'
import { versionWords } from './accuracy-scale.ts'

const columns = [
  { name: 'Week of' },
  { name: 'Version' },
  { name: 'Decisions', ...extraFigure },
  { name: 'With truth', ...extraFigure },
  { name: 'What stood was right', ...figure },
  { name: 'The model alone', ...figure },
]

export function AccuracySection({ useCase }: { useCase: string }) {
  const { queries } = useServices()
  const query = useQuery(queries.accuracy(useCase))
  return (
    <Section title="Right or wrong, by the week of the decision">
      <Loaded query={query} lines={8}>
        {({ items }) => {
          const rows = [...items].sort(
            (a, b) => a.week.localeCompare(b.week) || versionWords(a).localeCompare(versionWords(b)),
          )
          return rows.length === 0 ? (
            <Empty
              title="What turned out is not known yet"
              command={`curl -H "Authorization: Bearer $AIRWORTHY_KEY" -H "content-type: application/json" -d '{"decision": "…", "label": "…"}' ${location.origin}/v1/outcomes`}
            >
              As soon as outcomes with a label are recorded, decisions are compared with them here.
            </Empty>
          ) : (
            <AccuracyFigures rows={rows} />
          )
        }}
      </Loaded>
    </Section>
  )
}

function AccuracyFigures({ rows }: { rows: readonly AccuracyRow[] }) {
  const enough = rows.filter((row) => row.final.n >= labelsNeeded).length
  return (
    <>
      <AccuracyChart rows={rows} />
      <p className="mt-1 mb-2 max-w-[70ch] text-13 text-soft">
        The band is the 95 % interval (Wilson). Weeks with fewer than {labelsNeeded} labels are not drawn.
        {enough < 2 ? ' There are not yet two weeks with enough labels to draw a line.' : ''}
      </p>
      <details open={enough < 2}>
        <summary className="w-fit rounded text-13 font-medium">Show data</summary>
        <div className="mt-2">
          <Table label="Accuracy by week" columns={columns}>
            {rows.toReversed().map((row) => (
              <tr key={`${row.week} ${versionWords(row)}`}>
                <HeadCell>
                  <time dateTime={row.week}>{formatWeek(row.week)}</time>
                </HeadCell>
                <Cell>{versionWords(row)}</Cell>
                <Cell of={extraFigure}>{formatCount(row.decisions)}</Cell>
                <Cell of={extraFigure}>{formatCount(row.labelled)}</Cell>
                <Cell of={figure}>{formatProportion(row.final)}</Cell>
                <Cell of={figure}>{formatProportion(row.model)}</Cell>
              </tr>
            ))}
          </Table>
        </div>
      </details>
    </>
  )
}
