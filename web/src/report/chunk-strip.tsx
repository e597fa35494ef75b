// How far a column moved, part by part over time.

import { scaleLinear } from 'd3-scale'
import type { Assessment } from '#wire/assessment.ts'
import { round } from './axes.tsx'
import { formatFixed, formatPlace } from './figures.ts'
import { Chart } from './parts.tsx'

type Column = Assessment['columns'][number]

const strip = { width: 540, height: 92, left: 44, right: 14, top: 26, bottom: 22 }

/** PSI beyond chance over time; the shape of each point is its verdict. */
export function ChunkStrip({ column: { name, chunks } }: { column: Column }) {
  const known = chunks.map((chunk, at) => ({ ...chunk, at })).filter((chunk) => chunk.psiCorrected !== null)
  if (known.length < 2) return null
  const y = scaleLinear()
    .domain([0, Math.max(0.1, ...known.map(({ psiCorrected }) => psiCorrected ?? 0))])
    .range([strip.height - strip.bottom, strip.top])
  const x = scaleLinear()
    .domain([0, chunks.length - 1])
    .range([strip.left + 8, strip.width - strip.right])
  const points = known.map(({ at, psiCorrected }) => `${round(x(at))} ${round(y(Math.max(0, psiCorrected ?? 0)))}`)
  const bad = known.filter(({ verdict }) => hasMoved(verdict))
  const lasting = known.filter((chunk) => hasMoved(chunk.lasting)).length
  const [first, last] = [chunks[0], chunks.at(-1)]
  return (
    <Chart
      title={`How far ${name} moved, over time: ${bad.length === 0 ? 'nowhere in a way that matters' : `${bad.length} of ${known.length} parts moved, ${lasting === 0 ? 'none of them lasting' : `in ${lasting} it lasted`}`}`}
      width={strip.width}
      height={strip.height}
    >
      <line className="report-grid" x1={strip.left} x2={strip.width - strip.right} y1={y(0)} y2={y(0)} />
      <text className="report-tick" x={strip.left} y={12}>
        over time, PSI beyond chance; ■ moved
      </text>
      <text className="report-tick" x={strip.left - 6} y={strip.top + 8} textAnchor="end">
        {formatFixed(y.domain()[1] ?? 0, 2)}
      </text>
      <text className="report-tick" x={strip.left - 6} y={round(y(0)) + 4} textAnchor="end">
        0
      </text>
      <path className="report-line report-realised" d={`M${points.join('L')}`} />
      {bad.map(({ at, psiCorrected, verdict }) => (
        <rect
          key={at}
          className={verdict === 'act' ? 'report-point-alarm' : 'report-point-watch'}
          x={round(x(at)) - 4}
          y={round(y(Math.max(0, psiCorrected ?? 0))) - 4}
          width="8"
          height="8"
        />
      ))}
      <text className="report-tick" x={strip.left} y={strip.height - 6}>
        {first === undefined ? '' : formatPlace(first.from)}
      </text>
      <text className="report-tick" x={strip.width - strip.right} y={strip.height - 6} textAnchor="end">
        {last === undefined ? '' : formatPlace(last.to)}
      </text>
    </Chart>
  )
}

function hasMoved(verdict: Column['drift']['verdict']): boolean {
  return verdict === 'act' || verdict === 'warn'
}
