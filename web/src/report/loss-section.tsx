// Where the loss between pilot and live comes from, as far as the data allow.

import { scaleLinear } from 'd3-scale'
import type { Assessment } from '#wire/assessment.ts'
import { round } from './axes.tsx'
import { asDifference, asMetric, formatEstimate, formatShare, metricWords } from './figures.ts'
import { Chart, Method, ReportSection, ReportTable } from './parts.tsx'
import { readable } from './readable.ts'

type Attribution = NonNullable<Assessment['attribution']>

const causeWords: Record<string, string> = {
  mix: 'another mix of cases',
  labels: 'other true answers',
  nulls: 'missing values',
  'out-of-range': 'outside the pilot’s range',
  'unseen-labels': 'right answers never seen',
  'unseen-values': 'values never seen',
  'unseen-words': 'words never seen',
}

export function LossSection({ attribution }: { attribution: Attribution }) {
  const { metric, reference, live, loss, parts, unexplained } = attribution
  const format = asMetric(metric)
  return (
    <ReportSection
      id="loss"
      title="Where the loss comes from"
      sentence={`${upper(metricWords[metric])} was ${formatEstimate(reference, format)} in the pilot and is ${formatEstimate(live, format)} live.`}
    >
      <LossChart attribution={attribution} />
      <ReportTable
        caption={`Parts of the change in ${metricWords[metric]}`}
        columns={[
          { name: 'Cause' },
          { name: 'Share of the change', isFigure: true },
          { name: 'Size, with 95 % interval', isFigure: true },
          { name: 'In words', isText: true },
        ]}
        rows={[
          ...parts.map((part) => ({
            key: part.cause,
            cells: [
              causeWords[part.cause] ?? part.cause,
              formatShare(part.share),
              formatEstimate(part.loss, asDifference(metric)),
              readable(part.message),
            ],
          })),
          {
            key: 'unexplained',
            cells: ['not explained', formatShare(unexplained.share), '–', readable(unexplained.message)],
          },
          { key: 'all', cells: ['all of it', '100 %', formatEstimate(loss, asDifference(metric)), ''] },
        ]}
      />
      <Method>
        <p>
          Every row is in one group: rows with a cause of their own (right answers, words or values never seen, missing
          values, values out of range), and the others by what they look like. A cause’s part is what would be gained if
          its rows did as the ordinary live rows do; another mix is more rows of groups that were hard already; other
          true answers is other classes among rows that look the same; what remains is more errors on the same rows. The
          parts add up. Where causes overlap, the first in this order takes what they share. Intervals come from 400
          resamplings.
        </p>
      </Method>
    </ReportSection>
  )
}

/** Bars to one scale; the words stand beside, not inside. */
function LossChart({ attribution: { metric, parts, unexplained, loss } }: { attribution: Attribution }) {
  const bars = [
    ...parts.map(({ cause, share, loss: size }) => ({ name: causeWords[cause] ?? cause, share, size: size.value })),
    { name: 'not explained', share: unexplained.share, size: null },
  ].filter((bar) => bar.share !== null)
  if (bars.length < 2 || loss.value === null) return null
  const width = 720
  const x = scaleLinear()
    .domain([
      Math.min(0, ...bars.map(({ share }) => share ?? 0)),
      Math.max(0.01, ...bars.map(({ share }) => share ?? 0)),
    ])
    .range([220, width - 120])
  const title = `Shares of the change in ${metricWords[metric]}: ${bars.map(({ name, share }) => `${name} ${formatShare(share)}`).join(', ')}`
  return (
    <Chart title={title} width={width} height={bars.length * 30 + 10}>
      {bars.map(({ name, share, size }, at) => (
        <g key={name}>
          <text className="report-label" x={210} y={at * 30 + 22} textAnchor="end">
            {clip(name, 32)}
          </text>
          <rect
            className={name === 'not explained' ? 'report-bar-pilot' : 'report-bar-live'}
            x={round(Math.min(x(0), x(share ?? 0)))}
            y={at * 30 + 8}
            width={round(Math.abs(x(share ?? 0) - x(0)))}
            height={20}
          />
          <text className="report-label" x={round(Math.max(x(0), x(share ?? 0))) + 8} y={at * 30 + 22}>
            {formatShare(share)}
            {size === null ? '' : `, ${asDifference(metric)(size)}`}
          </text>
        </g>
      ))}
    </Chart>
  )
}

export function clip(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
