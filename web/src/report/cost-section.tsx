// What it costs at full volume, as ranges, and which unknowns decide it.

import { scaleLinear } from 'd3-scale'
import type { Assessment } from '#wire/assessment.ts'
import { BottomAxis, Whisker, type Frame } from './axes.tsx'
import { formatCount, formatEstimate, formatMoney, formatNumber, formatShare } from './figures.ts'
import { clip } from './loss-section.tsx'
import { Chart, Method, ReportSection, ReportTable } from './parts.tsx'

type Cost = NonNullable<Assessment['cost']>

export function CostSection({ cost }: { cost: Cost }) {
  const { perMonth, perDecision, volumePerMonth, pilotPerDecision, parts, unknowns } = cost
  const pilot = pilotPerDecision === null ? '' : ` In the pilot one cost ${formatMoney(pilotPerDecision)}.`
  return (
    <ReportSection
      id="cost"
      title="What it costs at scale"
      sentence={`At ${formatCount(volumePerMonth)} decisions a month: ${formatEstimate(perMonth, formatMoney)} a month, ${formatEstimate(perDecision, formatMoney)} each.${pilot}`}
    >
      <CostChart cost={cost} />
      <ReportTable
        caption="A month, by part, with the range of 95 % of simulated months"
        columns={[{ name: 'Part' }, { name: 'A month', isFigure: true }, { name: 'Assumed' }]}
        rows={parts.map(({ name, perMonth: each, assumption }) => ({
          key: name,
          cells: [name, formatEstimate(each, formatMoney), assumption],
        }))}
      />
      {unknowns.length === 0 ? null : (
        <ReportTable
          caption="What the range depends on most"
          columns={[
            { name: 'Unknown' },
            { name: 'Share of the range that it makes', isFigure: true },
            { name: 'Taken to lie between', isFigure: true },
          ]}
          rows={unknowns.map(({ name, share, range: [low, high] }) => ({
            key: name,
            cells: [name, formatShare(share), rangeWords(name, low, high)],
          }))}
        />
      )}
      <Method>
        <p>
          What is not known exactly is drawn many times from its range, and the cost of a month is reckoned each time
          (Monte Carlo over triangular distributions). A range holds 95 % of these months; an unknown’s share of it is
          its first-order Sobol index. Amounts are in the unit of what was given; none was converted. Find out the first
          unknown and the range shrinks most.
        </p>
      </Method>
    </ReportSection>
  )
}

/** Shares and rates are written as such; minutes and amounts as they are. */
function rangeWords(name: string, low: number, high: number): string {
  const format = /share|rate/.test(name) && low >= 0 && high <= 1 ? formatShare : formatNumber
  return `${format(low)} and ${format(high)}`
}

const rowHeight = 30

function CostChart({ cost: { parts, perMonth } }: { cost: Cost }) {
  const rows = [...parts, { name: 'all of it', perMonth }].filter(({ perMonth: each }) => each.value !== null)
  const frame: Frame = { width: 720, height: rows.length * rowHeight + 36, left: 190, right: 90, top: 4, bottom: 30 }
  const low = Math.min(0, ...rows.map((row) => row.perMonth.low ?? 0))
  const high = Math.max(1, ...rows.map((row) => row.perMonth.high ?? 0))
  const x = scaleLinear()
    .domain([low, high])
    .nice(5)
    .range([frame.left, frame.width - frame.right])
  return (
    <Chart
      title={`Cost a month by part: ${rows.map((row) => `${row.name} ${formatMoney(row.perMonth.value ?? 0)}`).join(', ')}`}
      width={frame.width}
      height={frame.height}
    >
      <line className="report-baseline" x1={x(0)} x2={x(0)} y1={0} y2={frame.height - frame.bottom} />
      {rows.map(({ name, perMonth: each }, at) => {
        const y = at * rowHeight + 18
        const value = each.value ?? 0
        return (
          <g key={name}>
            <text className="report-label" x={frame.left - 12} y={y + 4} textAnchor="end">
              {clip(name, 24)}
            </text>
            <Whisker
              y={y}
              x={x(value)}
              low={x(each.low ?? value)}
              high={x(each.high ?? value)}
              className="report-dot"
            />
            <text className="report-label" x={frame.width - frame.right + 12} y={y + 4}>
              {formatMoney(value)}
            </text>
          </g>
        )
      })}
      <BottomAxis scale={x} frame={frame} format={formatMoney} />
    </Chart>
  )
}
