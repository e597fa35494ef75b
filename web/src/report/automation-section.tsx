// How much can be decided without a person, and at what error.

import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { Assessment } from '#wire/assessment.ts'
import { BottomAxis, LeftAxis, round, type Frame } from './axes.tsx'
import { formatCount, formatEstimate, formatFixed, formatMoney, formatShare } from './figures.ts'
import { Chart, Method, More, ReportSection, ReportTable } from './parts.tsx'
import { readable } from './readable.ts'
import { dataWords } from './verdicts.ts'

type Automation = NonNullable<Assessment['automation']>

const frame: Frame = { width: 720, height: 280, left: 60, right: 150, top: 16, bottom: 44 }

export function AutomationSection({ automation }: { automation: Automation }) {
  const { curve, data, n } = automation
  return (
    <ReportSection id="automation" title="How much can be automated" sentence={sentenceOf(automation)}>
      {curve.length > 1 ? <AutomationChart automation={automation} /> : null}
      <p>
        On {dataWords[data]} data, n = {formatCount(n)}. {readable(automation.why)}
      </p>
      {curve.length === 0 ? null : (
        <More summary="Show data">
          <ReportTable
            caption="By threshold, with 95 % intervals"
            columns={[
              { name: 'Automatic from' },
              { name: 'n', isFigure: true },
              { name: 'Share that is automatic', isFigure: true },
              { name: 'Wrong', isFigure: true },
              { name: 'Share that is wrong', isFigure: true },
            ]}
            rows={curve.map(({ threshold, n: rows, coverage, errors, error }) => ({
              key: String(threshold),
              cells: [
                `score ${formatFixed(threshold)}`,
                formatCount(rows),
                formatEstimate(coverage),
                formatCount(errors),
                formatEstimate(error),
              ],
            }))}
          />
        </More>
      )}
      <Method>
        <p>
          Rows at or above a threshold would be decided by the system, the others by people. Thresholds are tested from
          the strictest on, each by the exact binomial bound on its error, and testing stops at the first that fails
          (fixed sequence). So the bound holds with 95 % confidence for the threshold that is recommended, although
          several were tried.
        </p>
      </Method>
    </ReportSection>
  )
}

function sentenceOf({ recommended }: Automation): string {
  if (recommended === null) return 'No share can be automated with the error bounded as wanted.'
  const { threshold, coverage, errorUpper, errorMax, minutesSaved, moneySaved } = recommended
  const saved = [
    minutesSaved === null ? '' : `${formatCount(Math.round(minutesSaved))} minutes`,
    moneySaved === null ? '' : `${formatMoney(moneySaved)} in money`,
  ].filter(Boolean)
  const savedWords = saved.length === 0 ? '' : ` That saves ${saved.join(' and ')} a month.`
  return `${formatShare(coverage)} can be automatic from a score of ${formatFixed(threshold)}: with 95 % confidence at most ${formatShare(errorUpper)} of these are wrong (wanted: at most ${formatShare(errorMax)}).${savedWords}`
}

function AutomationChart({ automation: { curve, recommended } }: { automation: Automation }) {
  const drawn = curve.filter(({ error, coverage }) => error.value !== null && coverage.value !== null)
  const top = Math.max(0.02, recommended?.errorMax ?? 0, ...drawn.map(({ error }) => error.high ?? 0))
  const x = scaleLinear()
    .domain([0, 1])
    .range([frame.left, frame.width - frame.right])
  const y = scaleLinear()
    .domain([0, top])
    .nice(5)
    .range([frame.height - frame.bottom, frame.top])
  type Step = (typeof drawn)[number]
  const at = (step: Step) => round(x(step.coverage.value ?? 0))
  const last = drawn.toSorted((a, b) => (b.coverage.value ?? 0) - (a.coverage.value ?? 0))[0]
  const band = area<Step>()
    .x(at)
    .y0((step) => round(y(step.error.low ?? step.error.value ?? 0)))
    .y1((step) => round(y(step.error.high ?? step.error.value ?? 0)))
  const path = line<Step>()
    .x(at)
    .y((step) => round(y(step.error.value ?? 0)))
  return (
    <Chart
      title={`Share of wrong decisions by share that is automatic; ${sentenceOf({ recommended } as Automation)}`}
      width={frame.width}
      height={frame.height}
    >
      <LeftAxis scale={y} frame={frame} format={(value) => formatShare(value)} />
      <BottomAxis scale={x} frame={frame} format={(value) => `${Math.round(value * 100)} %`} />
      <path className="report-band" d={band(drawn) ?? ''} />
      <path className="report-line report-realised" d={path(drawn) ?? ''} />
      {last === undefined ? null : (
        <text className="report-label" x={at(last) + 8} y={wrongAt(y(last.error.value ?? 0), recommended, y)}>
          share that is wrong
        </text>
      )}
      {recommended === null ? null : <Recommended recommended={recommended} x={x} y={y} />}
      <text
        className="report-tick"
        x={(frame.left + frame.width - frame.right) / 2}
        y={frame.height - 6}
        textAnchor="middle"
      >
        share that is decided automatically
      </text>
    </Chart>
  )
}

/** Beside its line, and clear of the label of the line that is wanted. */
function wrongAt(line: number, recommended: Automation['recommended'], y: Scale): number {
  const wanted = recommended === null ? Infinity : y(recommended.errorMax)
  if (Math.abs(line - wanted) >= 15) return round(line) + 4
  return round(line < wanted ? wanted - 15 : wanted + 15) + 4
}

type Scale = ReturnType<typeof scaleLinear<number, number>>
type RecommendedProps = {
  readonly recommended: NonNullable<Automation['recommended']>
  readonly x: Scale
  readonly y: Scale
}

function Recommended({ recommended: { coverage, errorUpper, errorMax, threshold }, x, y }: RecommendedProps) {
  const end = frame.width - frame.right
  return (
    <g>
      <line className="report-limit" x1={frame.left} x2={end} y1={round(y(errorMax))} y2={round(y(errorMax))} />
      <text className="report-label" x={end + 8} y={round(y(errorMax)) + 4}>
        wanted: {formatShare(errorMax)}
      </text>
      <line
        className="report-baseline"
        x1={round(x(coverage))}
        x2={round(x(coverage))}
        y1={frame.top}
        y2={frame.height - frame.bottom}
      />
      <circle className="report-point" cx={round(x(coverage))} cy={round(y(errorUpper))} r="4.5" />
      <text className="report-label" x={round(x(coverage)) + 6} y={frame.top + 10}>
        from {formatFixed(threshold)}: {formatShare(coverage)}
      </text>
    </g>
  )
}
