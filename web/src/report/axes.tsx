// Axes and intervals as the charts of a report draw them.

import type { ScaleLinear } from 'd3-scale'

export type Frame = {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

type AxisProps = {
  readonly scale: ScaleLinear<number, number>
  readonly frame: Frame
  readonly format: (value: number) => string
  readonly ticks?: number
}

/** Horizontal lines with their values at the left. */
export function LeftAxis({ scale, frame, format, ticks = 5 }: AxisProps) {
  return (
    <g>
      {scale.ticks(ticks).map((tick) => (
        <g key={tick}>
          <line
            className="report-grid"
            x1={frame.left}
            x2={frame.width - frame.right}
            y1={scale(tick)}
            y2={scale(tick)}
          />
          <text className="report-tick" x={frame.left - 8} y={scale(tick) + 4} textAnchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
    </g>
  )
}

export function BottomAxis({ scale, frame, format, ticks = 6 }: AxisProps) {
  return (
    <g>
      {scale.ticks(ticks).map((tick) => (
        <text
          key={tick}
          className="report-tick"
          x={scale(tick)}
          y={frame.height - frame.bottom + 18}
          textAnchor="middle"
        >
          {format(tick)}
        </text>
      ))}
    </g>
  )
}

/** A value with its interval, lying: a line with ends and a dot. */
export function Whisker({
  y,
  x,
  low,
  high,
  className,
}: {
  y: number
  x: number
  low: number
  high: number
  className: string
}) {
  return (
    <g className={className}>
      <path
        className="report-whisker"
        d={`M${round(low)} ${round(y)}H${round(high)}M${round(low)} ${round(y - 4)}v8M${round(high)} ${round(y - 4)}v8`}
      />
      <circle cx={round(x)} cy={round(y)} r="4" />
    </g>
  )
}

/** A tenth of a pixel is more than anybody sees, and keeps the file small. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}
