// Whether the score means what it says: of the rows scored 0.8, are 8 of 10 right?

import { scaleLinear } from 'd3-scale'
import type { Assessment } from '#wire/assessment.ts'
import { BottomAxis, LeftAxis, round, type Frame } from './axes.tsx'
import { formatCount, formatEstimate, formatFixed, formatNumber } from './figures.ts'
import { Chart, Mark, Method, More, ReportSection, ReportTable } from './parts.tsx'
import { calibrationVerdicts, dataWords } from './verdicts.ts'

type Calibration = NonNullable<Assessment['calibration']>

const frame: Frame = { width: 560, height: 320, left: 56, right: 24, top: 16, bottom: 44 }

export function CalibrationSection({ calibration }: { calibration: Calibration }) {
  const { data, n, ece, gaps, recalibrated, verdict } = calibration
  return (
    <ReportSection
      id="calibration"
      title="Whether the score means what it says"
      sentence={
        <>
          <Mark verdict={calibrationVerdicts[verdict]} />
          {ece === null ? '' : `: on average it is off by ${formatFixed(ece)}`} ({dataWords[data]}, n = {formatCount(n)}
          ).
        </>
      }
    >
      {gaps.length === 0 ? null : <CalibrationChart gaps={gaps} />}
      {recalibrated === undefined ? null : (
        <p>
          Recalibrated, it would be off by {formatFixed(recalibrated.ece)}. The map from score to what it should say is
          below and in the JSON.
        </p>
      )}
      <More summary="Show data">
        <ReportTable
          caption="Said and came, in cells of equal size"
          columns={[
            { name: 'Score' },
            { name: 'n', isFigure: true },
            { name: 'Said', isFigure: true },
            { name: 'Came, with 95 % interval', isFigure: true },
            { name: 'Gap', isFigure: true },
          ]}
          rows={gaps.map(({ from, to, n: rows, said, came, gap }) => ({
            key: `${from} ${to} ${rows}`,
            cells: [
              `${formatFixed(from)} to ${formatFixed(to)}`,
              formatCount(rows),
              formatFixed(said),
              formatEstimate(came, formatFixed),
              signed(gap),
            ],
          }))}
        />
        {recalibrated === undefined ? null : (
          <ReportTable
            caption="Score to use instead"
            columns={[{ name: 'Score' }, { name: 'Use', isFigure: true }]}
            rows={recalibrated.map.map(({ score, calibrated }) => ({
              key: String(score),
              cells: [formatFixed(score), formatFixed(calibrated)],
            }))}
          />
        )}
      </More>
      <Method>
        <p>
          Rows are sorted by score into cells of equal size. In each, the mean score is what was said and the share of
          rows that turned out so is what came; the mean of the gaps, weighted by rows, is what “off by” means; what
          chance alone would give is taken off before it is judged. The evidence against the score is what somebody
          would have made of one unit by betting against it
          {calibration.evidence === null ? '' : ` (here ${formatNumber(calibration.evidence)})`}; at 20 the score is
          refuted at 5 %.
        </p>
      </Method>
    </ReportSection>
  )
}

function CalibrationChart({ gaps }: Pick<Calibration, 'gaps'>) {
  const ends = gaps.flatMap(({ said, came }) => [said, came.low ?? said, came.high ?? said])
  const domain = [Math.max(0, Math.min(...ends) - 0.03), Math.min(1, Math.max(...ends) + 0.03)] as const
  const x = scaleLinear()
    .domain(domain)
    .range([frame.left, frame.width - frame.right])
  const y = scaleLinear()
    .domain(domain)
    .range([frame.height - frame.bottom, frame.top])
  // The line is named where the points are not.
  const isAbove = gaps.reduce((sum, { gap }) => sum + gap, 0) > 0
  const worst = gaps.toSorted((a, b) => Math.abs(b.gap) - Math.abs(a.gap))[0]
  const title =
    worst === undefined
      ? 'Said and came'
      : `Said and came, by score: the largest gap is ${signed(worst.gap)}, where the score says ${formatFixed(worst.said, 2)}`
  return (
    <Chart title={title} width={frame.width} height={frame.height}>
      <LeftAxis scale={y} frame={frame} format={(value) => formatFixed(value, 2)} />
      <BottomAxis scale={x} frame={frame} format={(value) => formatFixed(value, 2)} />
      <path
        className="report-baseline"
        d={`M${round(x(domain[0]))} ${round(y(domain[0]))}L${round(x(domain[1]))} ${round(y(domain[1]))}`}
      />
      {gaps.map(({ said, came, n }) =>
        came.value === null ? null : (
          <g key={`${said} ${n}`}>
            <path className="report-gap" d={`M${round(x(said))} ${round(y(said))}V${round(y(came.value))}`} />
            <path
              className="report-interval"
              d={`M${round(x(said))} ${round(y(came.low ?? came.value))}V${round(y(came.high ?? came.value))}`}
            />
            <circle className="report-point" cx={round(x(said))} cy={round(y(came.value))} r="4" />
          </g>
        ),
      )}
      <text
        className="report-label"
        x={round(x(domain[1])) - (isAbove ? 4 : 64)}
        y={round(y(domain[1])) + (isAbove ? 56 : 16)}
        textAnchor="end"
      >
        as said
      </text>
      <text
        className="report-tick"
        x={(frame.left + frame.width - frame.right) / 2}
        y={frame.height - 6}
        textAnchor="middle"
      >
        what the score said
      </text>
      <text className="report-tick" x={frame.left + 6} y={frame.top + 4}>
        what came
      </text>
    </Chart>
  )
}

function signed(value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${formatFixed(Math.abs(value))}`
}
