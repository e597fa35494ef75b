// Whether groups are treated alike: ratios of selection rates with their intervals, beside the line at 0.8.

import { scaleLinear } from 'd3-scale'
import type { Assessment } from '#wire/assessment.ts'
import { BottomAxis, round, Whisker, type Frame } from './axes.tsx'
import { formatCount, formatEstimate, formatFixed, plural } from './figures.ts'
import { clip } from './loss-section.tsx'
import { Chart, Mark, Method, ReportSection, ReportTable } from './parts.tsx'
import { dataWords, fairnessVerdicts } from './verdicts.ts'

type Row = Assessment['fairness'][number]

const rowHeight = 26
/** A chart of more groups is no longer read; the table has all. */
const drawnMax = 40

export function FairnessSection({ rows }: { rows: readonly Row[] }) {
  return (
    <ReportSection id="fairness" title="Whether groups are treated alike" sentence={sentenceOf(rows)}>
      <RatioChart rows={rows} />
      <ReportTable
        caption="By group, with 95 % intervals"
        columns={[
          { name: 'Group' },
          { name: 'On' },
          { name: 'n', isFigure: true },
          { name: 'Selected', isFigure: true },
          { name: 'Ratio to', isFigure: true },
          { name: 'Ratio', isFigure: true },
          { name: 'True positives', isFigure: true },
          { name: 'False positives', isFigure: true },
          { name: 'Verdict', isText: true },
        ]}
        rows={rows.map((row) => ({
          key: `${row.data} ${row.column} ${row.group}`,
          cells: [
            `${row.column}: ${row.group}`,
            dataWords[row.data],
            formatCount(row.n),
            formatEstimate(row.selectionRate),
            row.comparedTo ?? '–',
            formatEstimate(row.ratio, (value) => formatFixed(value, 2)),
            formatEstimate(row.tpr),
            formatEstimate(row.fpr),
            <span key="verdict">
              <Mark verdict={fairnessVerdicts[row.verdict]} />
              <span className="report-small"> {row.why}</span>
            </span>,
          ],
        }))}
      />
      <Method>
        <p>
          Each group’s rate of positive decisions is divided by that of the group with the highest rate among those that
          are large enough. 0.8 is the four-fifths rule of the United States’ employment guidelines. A group holds when
          the whole 95 % interval of its ratio lies above 0.8, and fails when all of it lies below, or when its rate of
          true or false positives differs by more than 0.1 with the whole interval; a fail must also hold after allowing
          for the number of groups (Benjamini-Hochberg). In between, and for small groups, there is not enough data to
          say. A ratio says nothing about why.
        </p>
      </Method>
    </ReportSection>
  )
}

function sentenceOf(rows: readonly Row[]): string {
  const failing = rows.filter(({ verdict }) => verdict === 'fail')
  const open = rows.filter(({ verdict }) => verdict === 'insufficient').length
  const openWords = open === 0 ? '' : ` Of ${plural(open, 'group')} there is not enough data to say.`
  if (failing.length === 0) {
    const holding = rows.length - open
    return holding === 0
      ? 'No group is large enough to say whether it is treated like the others.'
      : `No group lies below four fifths of the highest rate, as far as can be said.${openWords}`
  }
  const names = failing.slice(0, 3).map(({ column, group, data }) => `${column} ${group} (${dataWords[data]})`)
  const more = failing.length > 3 ? ` and ${failing.length - 3} more` : ''
  return `Below four fifths of the highest rate: ${names.join(', ')}${more}.${openWords}`
}

function RatioChart({ rows }: { rows: readonly Row[] }) {
  const drawn = rows.filter(({ ratio }) => ratio.value !== null).slice(0, drawnMax)
  if (drawn.length === 0) return null
  const frame: Frame = { width: 760, height: drawn.length * rowHeight + 52, left: 250, right: 70, top: 8, bottom: 40 }
  const isOneColumn = new Set(drawn.map(({ column }) => column)).size === 1
  const high = Math.max(1.1, ...drawn.map(({ ratio }) => Math.min(2, ratio.high ?? 0)))
  const x = scaleLinear()
    .domain([0, high])
    .range([frame.left, frame.width - frame.right])
    .clamp(true)
  const foot = frame.height - frame.bottom
  return (
    <Chart
      title={`Ratio of each group’s rate to the highest: ${drawn
        .slice(0, 8)
        .map(({ group, ratio }) => `${group} ${formatFixed(ratio.value, 2)}`)
        .join(', ')}`}
      width={frame.width}
      height={frame.height}
    >
      <rect className="report-failing" x={round(x(0))} y={0} width={round(x(0.8) - x(0))} height={foot} />
      <line className="report-limit" x1={round(x(0.8))} x2={round(x(0.8))} y1={0} y2={foot} />
      <line className="report-baseline" x1={round(x(1))} x2={round(x(1))} y1={0} y2={foot} />
      {drawn.map(({ column, group, data, ratio, verdict }, at) => {
        const y = at * rowHeight + 18
        const value = ratio.value ?? 0
        return (
          <g key={`${data} ${column} ${group}`}>
            <text className="report-label" x={frame.left - 12} y={y + 4} textAnchor="end">
              {clip(isOneColumn ? group : `${column}: ${group}`, 30)}, {dataWords[data]}
            </text>
            <Whisker
              y={y}
              x={x(value)}
              low={x(ratio.low ?? value)}
              high={x(ratio.high ?? value)}
              className={`report-dot report-${fairnessVerdicts[verdict].tone}`}
            />
            <text className="report-label" x={frame.width - frame.right + 12} y={y + 4}>
              {formatFixed(value, 2)}
            </text>
          </g>
        )
      })}
      <BottomAxis scale={x} frame={frame} format={(value) => formatFixed(value, 1)} />
      <text className="report-tick" x={round(x(0.8))} y={frame.height - 4} textAnchor="middle">
        four fifths
      </text>
    </Chart>
  )
}
