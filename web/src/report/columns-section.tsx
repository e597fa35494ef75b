// Column by column: one table of all, then each that is worth a look with its two distributions.

import type { Assessment } from '#wire/assessment.ts'
import { anchorOf, ColumnDetail } from './column-detail.tsx'
import { formatChance, formatCount, formatFixed, formatShare, plural } from './figures.ts'
import { Mark, Method, More, ReportSection, ReportTable } from './parts.tsx'
import { driftVerdict, movedColumns, ranked, rankOf } from './verdicts.ts'

type Column = Assessment['columns'][number]

/** A report stays readable, and below two megabytes, with these; the JSON has all. */
const listedMax = 500
const drawnMax = 200
/** Columns with tables behind their charts. */
const tabledMax = 80
/** Below the rank of columns with nothing to see. */
const quiet = 3

export function ColumnsSection({ columns, drift }: Pick<Assessment, 'columns' | 'drift'>) {
  const all = ranked(columns)
  const listed = all.slice(0, listedMax)
  const drawn = all.slice(0, drawnMax)
  const loud = drawn.filter((column) => rankOf(column) < quiet)
  const calm = drawn.filter((column) => rankOf(column) >= quiet)
  return (
    <ReportSection id="columns" title="Column by column" sentence={sentenceOf({ columns, drift })}>
      <ReportTable
        caption={
          listed.length < all.length
            ? `The ${formatCount(listed.length)} columns that matter most, of ${formatCount(all.length)}; the JSON has all`
            : 'All columns, those that matter most first'
        }
        columns={[
          { name: 'Column' },
          { name: 'Kind' },
          { name: 'Distribution' },
          { name: 'PSI beyond chance', isFigure: true },
          { name: 'q', isFigure: true },
          { name: 'Distance', isFigure: true },
          { name: 'Empty, pilot', isFigure: true },
          { name: 'Empty, live', isFigure: true },
          { name: 'Never seen, live', isFigure: true },
          { name: 'n pilot', isFigure: true },
          { name: 'n live', isFigure: true },
        ]}
        rows={listed.map((column) => rowOf(column, drawn.includes(column)))}
      />
      {loud.map((column) => (
        <ColumnDetail key={column.name} column={column} hasData={drawn.indexOf(column) < tabledMax} />
      ))}
      {calm.length === 0 ? null : (
        <More summary={`${plural(calm.length, 'column')} with nothing to see`} isForScreens>
          {calm.map((column) => (
            <ColumnDetail key={column.name} column={column} hasData={drawn.indexOf(column) < tabledMax} />
          ))}
        </More>
      )}
      <ColumnMethod drift={drift} />
    </ReportSection>
  )
}

function sentenceOf({ columns, drift }: Pick<Assessment, 'columns' | 'drift'>): string {
  const days = drift.falseAlarmDaysPerMonth
  const calm = `Without any change, this setting would give ${formatFixed(days.value, 1)} days with a false alarm in a month (${formatFixed(days.low, 1)} to ${formatFixed(days.high, 1)}).`
  const { much, little } = movedColumns(columns)
  const compared = plural(drift.columns, 'column')
  const slightly = little === 0 ? '' : `, ${formatCount(little)} a little`
  if (much > 0) return `${formatCount(much)} of ${compared} moved in a way that matters${slightly}. ${calm}`
  return `No column of ${formatCount(drift.columns)} moved in a way that matters${slightly}. ${calm}`
}

function rowOf(column: Column, isDrawn: boolean) {
  const { name, kind, role, drift, quality } = column
  const distance =
    drift.wassersteinSd !== null
      ? `${formatFixed(drift.wassersteinSd, 2)} SD`
      : drift.jensenShannon === null
        ? '–'
        : `${formatFixed(drift.jensenShannon)} JS`
  return {
    key: name,
    cells: [
      isDrawn ? (
        <a key="name" href={`#${anchorOf(name)}`}>
          {name}
        </a>
      ) : (
        name
      ),
      role === null ? kind : `${kind}, ${role}`,
      <Mark key="mark" verdict={driftVerdict(column)} />,
      formatFixed(drift.psiCorrected),
      formatChance(drift.qValue),
      distance,
      formatShare(quality.nullRate.reference),
      formatShare(quality.nullRate.live),
      formatShare(quality.unseenRate.live),
      formatCount(drift.n.reference),
      formatCount(drift.n.live),
    ],
  }
}

function ColumnMethod({ drift }: Pick<Assessment, 'drift'>) {
  return (
    <Method>
      <p>{drift.method}</p>
      <p>
        The pilot’s values fix cells (equal shares for numbers, the values themselves for categories); both files are
        counted into the same cells. “PSI beyond chance” is the population stability index less what two samples of
        these sizes from one source would give. q is the p value after allowing for the number of columns
        (Benjamini-Hochberg). Distances: for numbers the earth mover’s distance in standard deviations of the pilot
        (SD), else Jensen-Shannon (JS). A column moved in a way that matters only when the test says so and the effect
        is over its floor: with many rows, any difference is significant and few matter.
      </p>
      <p>Intervals of shares are Wilson’s, 95 %.</p>
    </Method>
  )
}
