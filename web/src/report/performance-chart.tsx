// One metric over time: the estimate with its band, what was realised with its interval, the pilot's figure, the limits
// outside of which it is an alarm. Parts whose estimate is not to be trusted are hatched and say so.

import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { Assessment } from '#wire/assessment.ts'
import { LeftAxis, round, type Frame } from './axes.tsx'
import { boundsOf, formatMetric, formatPlace, formatTick, metricWords, type Metric } from './figures.ts'
import { Chart } from './parts.tsx'

type Performance = NonNullable<Assessment['performance']>
type Point = {
  readonly at: number
  readonly value: number
  readonly low: number
  readonly high: number
  readonly alarm: boolean
}

const frame: Frame = { width: 760, height: 280, left: 56, right: 128, top: 18, bottom: 40 }

export function PerformanceChart({ performance, metric }: { performance: Performance; metric: Metric }) {
  const { chunks, limits, reference } = performance
  const estimated = pointsOf(performance, metric, 'estimated')
  const realised = pointsOf(performance, metric, 'realised')
  const limit = limits[metric]
  const pilot = reference[metric] ?? null
  const y = scaleLinear()
    .domain(spread([...estimated, ...realised], [pilot, limit?.low, limit?.high]))
    .nice(5)
    .range([frame.height - frame.bottom, frame.top])
    .clamp(true)
  const bounds = boundsOf(metric)
  if (bounds) y.domain(y.domain().map((end) => Math.min(bounds[1], Math.max(bounds[0], end))))
  const x = scaleLinear()
    .domain([0, Math.max(1, chunks.length - 1)])
    .range([frame.left + 12, frame.width - frame.right])
  const end = frame.width - frame.right
  const drawnLimits = limit === undefined ? [] : [limit.low, limit.high].filter((value) => isInside(value, y.domain()))
  const labels = apart([
    ...drawnLimits.map((value) => ({ words: `limit ${formatMetric(metric, value)}`, x: end + 10, y: y(value) })),
    ...(pilot === null ? [] : [{ words: 'pilot', x: end + 10, y: y(pilot) }]),
    ...endOf(estimated, 'estimated', { x, y }),
    ...endOf(realised, 'from labels', { x, y }),
  ])
  return (
    <Chart title={titleOf(metric, estimated, realised)} width={frame.width} height={frame.height}>
      <LeftAxis scale={y} frame={frame} format={(value) => formatTick(metric, value)} />
      <Untrusted chunks={chunks} x={x} />
      <path className="report-band" d={bandOf(estimated, x, y)} />
      {drawnLimits.map((value) => (
        <line key={value} className="report-limit" x1={frame.left} x2={end} y1={round(y(value))} y2={round(y(value))} />
      ))}
      {pilot === null ? null : (
        <line className="report-baseline" x1={frame.left} x2={end} y1={round(y(pilot))} y2={round(y(pilot))} />
      )}
      <path className="report-line report-estimated" d={lineOf(estimated, x, y)} />
      <path className="report-line report-realised" d={lineOf(realised, x, y)} />
      {realised.map((point) => (
        <path
          key={point.at}
          className="report-interval"
          d={`M${round(x(point.at))} ${round(y(point.low))}V${round(y(point.high))}`}
        />
      ))}
      {estimated.map((point) => (
        <PointMark key={point.at} x={x(point.at)} y={y(point.value)} alarm={point.alarm} hollow />
      ))}
      {realised.map((point) => (
        <PointMark key={point.at} x={x(point.at)} y={y(point.value)} alarm={point.alarm} />
      ))}
      {labels.map(({ words, x: labelX, y: at }) => (
        <text key={words} className="report-label" x={round(labelX)} y={round(at) + 4}>
          {words}
        </text>
      ))}
      <TimeLabels chunks={chunks} x={x} />
    </Chart>
  )
}

type Scale = ReturnType<typeof scaleLinear<number, number>>

/** An alarm is a filled square (as ■ elsewhere); a usual point is round. */
function PointMark({ x, y, alarm, hollow = false }: { x: number; y: number; alarm: boolean; hollow?: boolean }) {
  if (alarm) return <rect className="report-point-alarm" x={round(x) - 5} y={round(y) - 5} width="10" height="10" />
  return <circle className={hollow ? 'report-point-hollow' : 'report-point'} cx={round(x)} cy={round(y)} r="3.5" />
}

function Untrusted({ chunks, x }: { chunks: Performance['chunks']; x: Scale }) {
  const half = chunks.length > 1 ? (x(1) - x(0)) / 2 : 20
  return chunks.map((chunk, at) =>
    chunk.trustworthy || Object.keys(chunk.estimated).length === 0 ? null : (
      <g key={chunk.index}>
        <rect
          className="report-untrusted"
          x={round(Math.max(frame.left, x(at) - half))}
          y={frame.top}
          width={round(Math.min(half * 2, frame.width - frame.right - x(at) + half))}
          height={frame.height - frame.top - frame.bottom}
        />
        <text className="report-tick" x={round(x(at))} y={frame.top - 5} textAnchor="middle">
          ○
        </text>
      </g>
    ),
  )
}

/** As many as there is room for, the first and the last among them. */
function TimeLabels({ chunks, x }: { chunks: Performance['chunks']; x: Scale }) {
  const step = Math.max(1, Math.ceil(chunks.length / 6))
  return chunks.map((chunk, at) =>
    at % step === 0 ? (
      <text key={chunk.index} className="report-tick" x={round(x(at))} y={frame.height - 16} textAnchor="middle">
        {typeof chunk.from === 'number' ? `row ${formatPlace(chunk.from)}` : formatPlace(chunk.from)}
      </text>
    ) : null,
  )
}

function pointsOf({ chunks }: Performance, metric: Metric, which: 'estimated' | 'realised'): Point[] {
  return chunks.flatMap((chunk, at) => {
    const found = chunk[which][metric]
    if (found === undefined || found.value === null) return []
    const { value, low, high, alarm } = found
    return [{ at, value, low: low ?? value, high: high ?? value, alarm }]
  })
}

/** All that is drawn, with some room; the limits only where they are near. */
function spread(points: readonly Point[], others: readonly (number | null | undefined)[]): [number, number] {
  const values = [
    ...points.flatMap(({ low, high }) => [low, high]),
    ...others.filter((value) => typeof value === 'number'),
  ]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = (high - low || Math.abs(high) || 1) * 0.06
  return [low - room, high + room]
}

/** A limit of 1 (or 0) cannot be passed, so it is none. */
function isInside(value: number, [low = 0, high = 0]: readonly number[]): boolean {
  return value > low && value < high && value !== 1 && value !== 0
}

/** A gap in the data is a gap in the line. */
function lineOf(points: readonly Point[], x: Scale, y: Scale): string {
  return (
    line<Point>()
      .x((point) => round(x(point.at)))
      .y((point) => round(y(point.value)))(points) ?? ''
  )
}

function bandOf(points: readonly Point[], x: Scale, y: Scale): string {
  return (
    area<Point>()
      .x((point) => round(x(point.at)))
      .y0((point) => round(y(point.low)))
      .y1((point) => round(y(point.high)))(points) ?? ''
  )
}

type Label = { readonly words: string; readonly x: number; readonly y: number }

/** Beside the last point; below it where the chart goes on to the right. */
function endOf(points: readonly Point[], words: string, { x, y }: { readonly x: Scale; readonly y: Scale }): Label[] {
  const last = points.at(-1)
  if (last === undefined) return []
  const isAtEnd = x(last.at) > frame.width - frame.right - 40
  return [
    isAtEnd
      ? { words, x: frame.width - frame.right + 10, y: y(last.value) }
      : { words, x: x(last.at) - 20, y: y(last.low) + 14 },
  ]
}

/** Labels of lines that end close together are moved apart. */
function apart(labels: readonly Label[]): Label[] {
  const isAtEnd = ({ x }: Label) => x > frame.width - frame.right
  let above = -Infinity
  const ends = labels
    .filter(isAtEnd)
    .toSorted((a, b) => a.y - b.y)
    .map((label) => {
      above = Math.max(label.y, above + 15)
      return { ...label, y: above }
    })
  return [...ends, ...labels.filter((label) => !isAtEnd(label))]
}

function titleOf(metric: Metric, estimated: readonly Point[], realised: readonly Point[]): string {
  const alarms = [...estimated, ...realised].filter(({ alarm }) => alarm).length
  const last = (realised.at(-1) ?? estimated.at(-1))?.value ?? null
  const alarmWords = alarms === 0 ? 'no alarm' : alarms === 1 ? '1 alarm' : `${alarms} alarms`
  return `${metricWords[metric]} over time: ${alarmWords}; the last is ${formatMetric(metric, last)}`
}
