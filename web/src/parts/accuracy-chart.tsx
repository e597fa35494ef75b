// How right the decisions were, week by week: what finally stood (with a band for its 95 % interval), and the model alone
// (dashed). Directly labelled, one y-axis, and the table with the same figures behind it.

import { useId } from 'react'
import type { AccuracyRow } from '#wire/use-case.ts'
import { formatProportion, formatWeek, labelsNeeded } from '../text/format.ts'
import { accuracyScale, linePath, runs, versionWords, type Point } from './accuracy-scale.ts'

const size = { width: 720, height: 260, left: 44, right: 132, top: 16, bottom: 36 }

export function AccuracyChart({ rows }: { rows: readonly AccuracyRow[] }) {
  const titleId = useId()
  const enough = rows.filter((row) => row.final.n >= labelsNeeded)
  if (enough.length < 2) return null
  const scale = accuracyScale(enough, size)
  const last = enough.at(-1)
  const finals = enough.map((row): Point => ({ x: scale.x(row.week), y: scale.y(row.final.value ?? 0) }))
  const models = enough.map((row): Point => ({ x: scale.x(row.week), y: scale.y(row.model.value ?? 0) }))
  const highs = enough.map((row): Point => ({ x: scale.x(row.week), y: scale.y(row.final.high ?? 0) }))
  const lows = enough.map((row): Point => ({ x: scale.x(row.week), y: scale.y(row.final.low ?? 0) }))
  const [finalY, modelY] = apart(finals.at(-1)?.y ?? 0, models.at(-1)?.y ?? 0)
  const x = finals.at(-1)?.x ?? 0

  return (
    // A region that scrolls must be reachable without a mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section aria-label="Chart of accuracy" tabIndex={0} className="overflow-x-auto">
      <svg
        role="img"
        aria-labelledby={titleId}
        viewBox={`0 0 ${size.width} ${size.height}`}
        className="w-full min-w-[34rem] max-w-[45rem]"
      >
        <title id={titleId}>
          {last === undefined
            ? 'Accuracy by week'
            : `Accuracy by week; the last with enough data, that of ${formatWeek(last.week)}: ${formatProportion(last.final)}`}
        </title>
        {scale.yTicks.map((tick) => (
          <g key={tick}>
            <line
              x1={size.left}
              x2={size.width - size.right}
              y1={scale.y(tick)}
              y2={scale.y(tick)}
              className="stroke-line"
            />
            <text x={size.left - 8} y={scale.y(tick) + 4} textAnchor="end" className="fill-faint text-12">
              {Math.round(tick * 100)} %
            </text>
          </g>
        ))}
        {scale.xTicks.map((week) => (
          <text key={week} x={scale.x(week)} y={size.height - 14} textAnchor="middle" className="fill-faint text-12">
            {formatWeek(week).replace(/ \d{4}$/, '')}
          </text>
        ))}
        {versionChanges(enough).map((row) => (
          <g key={row.week}>
            <line
              x1={scale.x(row.week)}
              x2={scale.x(row.week)}
              y1={size.top}
              y2={size.height - size.bottom}
              className="stroke-line-strong"
              strokeDasharray="2 3"
            />
            <text x={scale.x(row.week) + 4} y={size.top + 10} className="fill-soft text-12">
              {row.modelVersion === null ? 'no model' : `version ${row.modelVersion}`}
            </text>
          </g>
        ))}
        <path
          d={`${linePath(highs)} L ${lows
            .toReversed()
            .map((point) => `${point.x} ${point.y}`)
            .join(' L ')} Z`}
          className="fill-marked"
        />
        <path d={linePath(models)} fill="none" className="stroke-faint" strokeWidth="1.5" strokeDasharray="5 4" />
        <path d={linePath(finals)} fill="none" className="stroke-ink" strokeWidth="2" />
        {finals.map((point) => (
          <circle key={point.x} cx={point.x} cy={point.y} r="3" className="fill-ink" />
        ))}
        <text x={x + 10} y={finalY + 4} className="fill-ink text-12 font-medium">
          what stood
        </text>
        <text x={x + 10} y={modelY + 4} className="fill-soft text-12">
          the model alone
        </text>
      </svg>
    </section>
  )
}

/** Labels of two lines that end close together are moved apart, the upper one up. */
function apart(a: number, b: number): [number, number] {
  const gap = 15 - Math.abs(a - b)
  if (gap <= 0) return [a, b]
  return a <= b ? [a - gap / 2, b + gap / 2] : [a + gap / 2, b - gap / 2]
}

function versionChanges(rows: readonly AccuracyRow[]): AccuracyRow[] {
  return runs(rows, versionWords).flatMap((run) => run[0] ?? [])
}
