// One column: where its values lay in the pilot and lie now, what is wrong with them, and how it went over time.

import { scaleLinear } from 'd3-scale'
import type { Assessment } from '#wire/assessment.ts'
import { round } from './axes.tsx'
import { ChunkStrip } from './chunk-strip.tsx'
import {
  formatChance,
  formatCount,
  formatEstimate,
  formatFixed,
  formatNumber,
  formatPlace,
  formatShare,
  plural,
} from './figures.ts'
import { clip } from './loss-section.tsx'
import { Chart, Mark, More, ReportTable } from './parts.tsx'
import { bound } from './readable.ts'
import { driftVerdict, driftVerdicts, qualityVerdicts } from './verdicts.ts'

type Column = Assessment['columns'][number]

/** `hasData`: with the tables behind the charts. */
export function ColumnDetail({ column, hasData }: { column: Column; hasData: boolean }) {
  const { name, kind, drift, chunks } = column
  return (
    <section className="report-column" id={anchorOf(name)} aria-label={`Column ${name}`}>
      <h3>
        {name} <span className="report-small">{kind}</span> <Mark verdict={driftVerdict(column)} />
      </h3>
      <p className="report-small">{bound(driftWords(drift))}</p>
      <div className="report-pair">
        <div>
          <CellChart column={column} />
          {chunks.length > 1 ? <ChunkStrip column={column} /> : null}
        </div>
        <Rates column={column} />
      </div>
      <TextFeatures column={column} />
      {hasData && (column.cells.length > 0 || chunks.length > 1) ? <ColumnData column={column} /> : null}
    </section>
  )
}

/** Names of columns hold anything; ids hold no blanks. */
export function anchorOf(name: string): string {
  return `column-${encodeURIComponent(name).replaceAll('%', '_')}`
}

function driftWords({ psiCorrected, qValue, wassersteinSd, statistic, df, n }: Column['drift']): string {
  const sizes = `n = ${formatCount(n.reference)} in the pilot, ${formatCount(n.live)} live`
  if (qValue === null) return `Not compared; ${sizes}.`
  const shift = wassersteinSd === null ? '' : `, on average ${formatFixed(wassersteinSd, 2)} SD away`
  const test = statistic === null ? '' : `; statistic ${formatNumber(statistic)} on ${formatNumber(df)} df`
  return `PSI beyond chance ${formatFixed(psiCorrected)}${shift}, q\u00a0${formatChance(qValue)}${test}; ${sizes}.`
}

const rowHeight = 24
/** Where there are more cells, those that changed most are drawn; the table has all. */
const cellsMax = 24

/** Shares by cell: pilot in outline, live filled. Each kind is one path, so that 200 columns stay a small file. */
function CellChart({ column: { name, cells } }: { column: Column }) {
  if (cells.length === 0) return null
  const sums = { reference: total(cells, 'reference'), live: total(cells, 'live') }
  const share = (cell: Column['cells'][number], of: 'reference' | 'live') => (sums[of] === 0 ? 0 : cell[of] / sums[of])
  const change = (cell: Column['cells'][number]) => Math.abs(share(cell, 'live') - share(cell, 'reference'))
  const most = new Set(cells.toSorted((a, b) => change(b) - change(a)).slice(0, cellsMax))
  const drawn = cells.filter((cell) => most.has(cell))
  const highest = Math.max(0.001, ...drawn.flatMap((cell) => [share(cell, 'reference'), share(cell, 'live')]))
  const x = scaleLinear().domain([0, highest]).range([150, 430])
  const bars = (of: 'reference' | 'live', offset: number) =>
    drawn
      .map(
        (cell, at) =>
          `M150 ${at * rowHeight + offset}h${round(x(share(cell, of)) - 150)}v8h-${round(x(share(cell, of)) - 150)}z`,
      )
      .join('')
  return (
    <Chart title={`Shares of ${name} by cell, pilot and live`} width={560} height={drawn.length * rowHeight + 26}>
      <path className="report-bar-pilot" d={bars('reference', 3)} />
      <path className="report-bar-live" d={bars('live', 12)} />
      {drawn.map((cell, at) => (
        <g key={cell.label}>
          <text className="report-tick" x={142} y={at * rowHeight + 16} textAnchor="end">
            {clip(cell.label, 18)}
          </text>
          <text className="report-tick" x={436} y={at * rowHeight + 16}>
            {formatShare(share(cell, 'reference'))} → {formatShare(share(cell, 'live'))}
          </text>
        </g>
      ))}
      <path className="report-bar-pilot" d={`M150 ${drawn.length * rowHeight + 12}h14v8h-14z`} />
      <text className="report-tick" x={170} y={drawn.length * rowHeight + 20}>
        pilot
      </text>
      <path className="report-bar-live" d={`M214 ${drawn.length * rowHeight + 12}h14v8h-14z`} />
      <text className="report-tick" x={234} y={drawn.length * rowHeight + 20}>
        live{cells.length > drawn.length ? `; ${cells.length - drawn.length} more cells in the data` : ''}
      </text>
    </Chart>
  )
}

function total(cells: Column['cells'], of: 'reference' | 'live'): number {
  return cells.reduce((sum, cell) => sum + cell[of], 0)
}

const rateWords = {
  nullRate: 'empty',
  unseenRate: 'never seen in the pilot',
  outOfRangeRate: 'outside the pilot’s range',
  typeErrorRate: 'of another type',
} as const

function Rates({ column: { name, quality } }: { column: Column }) {
  const rows = (Object.keys(rateWords) as (keyof typeof rateWords)[]).filter((rate) => quality[rate].live !== null)
  const { unseen, distinct } = quality
  return (
    <div>
      {rows.length === 0 ? null : (
        <ReportTable
          caption={`Values of ${name} that are`}
          columns={[
            { name: 'Values' },
            { name: 'Pilot', isFigure: true },
            { name: 'Live, with 95 % interval', isFigure: true },
            { name: 'Verdict' },
          ]}
          rows={rows.map((rate) => {
            const { reference, live, low, high, verdict } = quality[rate]
            const isExpected = rate === 'unseenRate' || rate === 'outOfRangeRate'
            return {
              key: rate,
              cells: [
                rateWords[rate],
                `${formatShare(reference)}${isExpected && reference !== null ? ' to be expected' : ''}`,
                formatEstimate({ value: live, low, high }),
                <Mark key="mark" verdict={qualityVerdicts[verdict]} />,
              ],
            }
          })}
        />
      )}
      <p className="report-small">
        {plural(distinct.reference, 'different value')} in the pilot, {formatCount(distinct.live)} live.
        {unseen.length === 0
          ? ''
          : ` New: ${unseen.map(({ value, n }) => `${clip(value, 40)} (${formatCount(n)})`).join(', ')}.`}
      </p>
    </div>
  )
}

const featureWords = {
  length: 'length in characters, on average',
  language: 'share in the pilot’s main language',
  script: 'share in the pilot’s main script',
  'unseen-words': 'share of words that the pilot never saw',
  typos: 'share of words that look mistyped',
  'non-ascii': 'share of characters beyond ASCII',
  'links-numbers': 'share of links and numbers',
  bigrams: 'pairs of letters',
} as const

function TextFeatures({ column: { name, drift } }: { column: Column }) {
  if (drift.text === undefined || drift.text.length === 0) return null
  return (
    <ReportTable
      caption={`What of the text in ${name} moved`}
      columns={[
        { name: 'Feature' },
        { name: 'Pilot', isFigure: true },
        { name: 'Live', isFigure: true },
        { name: 'PSI beyond chance', isFigure: true },
        { name: 'q', isFigure: true },
        { name: 'Verdict' },
      ]}
      rows={drift.text.map(({ feature, reference, live, psiCorrected, qValue, verdict }) => ({
        key: feature,
        cells: [
          featureWords[feature],
          feature === 'length' ? formatNumber(reference) : formatShare(reference),
          feature === 'length' ? formatNumber(live) : formatShare(live),
          formatFixed(psiCorrected),
          formatChance(qValue),
          <Mark key="mark" verdict={driftVerdicts[verdict]} />,
        ],
      }))}
    />
  )
}

/** Rows of a table by time; a file of many columns cannot hold all. */
const chunkRowsMax = 60

function ColumnData({ column: { name, cells, chunks } }: { column: Column }) {
  const sums = { reference: total(cells, 'reference'), live: total(cells, 'live') }
  const words = (n: number, of: number) => `${formatCount(n)}${of === 0 ? '' : ` (${formatShare(n / of)})`}`
  return (
    <More summary="Show data" isForScreens>
      {cells.length === 0 ? null : (
        <ReportTable
          caption={`Rows of ${name} by cell`}
          columns={[{ name: 'Cell' }, { name: 'Pilot', isFigure: true }, { name: 'Live', isFigure: true }]}
          rows={cells.map(({ label, reference, live }) => ({
            key: label,
            cells: [label, words(reference, sums.reference), words(live, sums.live)],
          }))}
        />
      )}
      {chunks.length < 2 ? null : (
        <ReportTable
          caption={
            chunks.length > chunkRowsMax
              ? `${name} over time: the last ${chunkRowsMax} of ${chunks.length} parts; the JSON has all`
              : `${name} over time`
          }
          columns={[
            { name: 'From' },
            { name: 'n', isFigure: true },
            { name: 'PSI beyond chance', isFigure: true },
            { name: 'q', isFigure: true },
            { name: 'Alone' },
            { name: 'Lasting: two of three' },
          ]}
          rows={chunks.slice(-chunkRowsMax).map(({ index, from, n, psiCorrected, qValue, verdict, lasting }) => ({
            key: String(index),
            cells: [
              formatPlace(from),
              formatCount(n),
              formatFixed(psiCorrected),
              formatChance(qValue),
              driftVerdicts[verdict].word,
              driftVerdicts[lasting].word,
            ],
          }))}
        />
      )}
    </More>
  )
}
