// How often the model is right: in the pilot, live, over time, and beside the simplest rival.

import type { Assessment } from '#wire/assessment.ts'
import {
  asMetric,
  formatCount,
  formatEstimate,
  formatMetric,
  formatPlace,
  metrics,
  metricWords,
  notEnough,
  type Estimate,
  type Metric,
} from './figures.ts'
import { Mark, Method, More, ReportSection, ReportTable } from './parts.tsx'
import { readable } from './readable.ts'
import { PerformanceChart } from './performance-chart.tsx'
import { dataWords } from './verdicts.ts'

type Performance = NonNullable<Assessment['performance']>

/** Drawn over time; the others are in the tables. */
const chartsMax = 3

export function PerformanceSection({ performance }: { performance: Performance }) {
  const { live, reference, chunks } = performance
  const present = metrics.filter(
    (metric) => reference[metric] !== undefined || live.realised?.[metric] || live.estimated?.[metric],
  )
  const isNumber = present.includes('mae')
  const timed = present.filter((metric) => drawnChunks(performance, metric) > 1)
  return (
    <ReportSection
      id="performance"
      title={isNumber ? 'How far off it is' : 'How often it is right'}
      sentence={sentenceOf(performance, present[0])}
    >
      {present.length === 0 ? null : (
        <ReportTable
          caption="Pilot and live, with 95 % intervals"
          columns={[
            { name: 'Metric' },
            { name: `Pilot (n = ${formatCount(reference.n)})`, isFigure: true },
            ...(live.realised === null
              ? []
              : [{ name: `Live, from labels (n = ${formatCount(labelledOf(performance))})`, isFigure: true }]),
            ...(live.estimated === null
              ? []
              : [{ name: `Live, estimated (n = ${formatCount(live.n)})`, isFigure: true }]),
          ]}
          rows={present.map((metric) => ({
            key: metric,
            cells: [
              metricWords[metric],
              pilotWords(performance, metric),
              ...[live.realised, live.estimated].flatMap((found) =>
                found === null ? [] : [estimateWords(found[metric], metric)],
              ),
            ],
          }))}
        />
      )}
      <Baselines performance={performance} />
      {timed.slice(0, chartsMax).map((metric) => (
        <div key={metric}>
          <h3>{upper(metricWords[metric])} over time</h3>
          <PerformanceChart performance={performance} metric={metric} />
        </div>
      ))}
      {timed.length === 0 ? null : (
        <p className="report-small">
          ■ is an alarm. Bands and vertical lines are 95 % intervals; what is shaded, with ○ above, is an estimate that
          is not to be trusted.
        </p>
      )}
      <Untrusted performance={performance} />
      {chunks.length < 2 ? null : <ChunkTable performance={performance} present={timed.length > 0 ? timed : present} />}
      <Confusion performance={performance} />
      <PerformanceMethod isNumber={isNumber} />
    </ReportSection>
  )
}

function drawnChunks({ chunks }: Performance, metric: Metric): number {
  return chunks.filter(
    ({ estimated, realised }) =>
      typeof estimated[metric]?.value === 'number' || typeof realised[metric]?.value === 'number',
  ).length
}

function sentenceOf(performance: Performance, metric: Metric | undefined): string {
  if (metric === undefined)
    return 'The model’s answers, their scores or the labels are missing, so nothing can be said about how often it is right.'
  const { live } = performance
  const pilot = pilotWords(performance, metric)
  const found = live.realised?.[metric] ?? live.estimated?.[metric]
  const how = live.realised?.[metric] ? 'from labels' : 'estimated'
  const now = found === undefined || found.value === null ? notEnough : `${estimateWords(found, metric)}, ${how}`
  const n = live.realised?.[metric] ? labelledOf(performance) : live.n
  return `${upper(metricWords[metric])}: pilot ${pilot}; live ${now} (n = ${formatCount(n)}).`
}

/** Live rows whose label is known; where they are not in parts, all that there are. */
function labelledOf({ chunks, live }: Performance): number {
  return chunks.reduce((sum, { labelled }) => sum + labelled, 0) || (live.realised === null ? 0 : live.n)
}

function pilotWords({ reference, referenceIntervals }: Performance, metric: Metric): string {
  const interval = referenceIntervals[metric]
  if (interval) return estimateWords(interval, metric)
  return reference[metric] === undefined ? '–' : formatMetric(metric, reference[metric])
}

function estimateWords(estimate: Estimate | undefined, metric: Metric): string {
  return estimate === undefined ? '–' : formatEstimate(estimate, asMetric(metric))
}

const rivals = {
  majority: 'always the most frequent class',
  'last-value': 'the same as the one before',
  mean: 'always the mean',
} as const

function Baselines({ performance: { baselines } }: { performance: Performance }) {
  if (baselines.length === 0) return null
  return (
    <ReportTable
      caption="Beside the simplest rival, on the same rows"
      columns={[
        { name: 'Rival' },
        { name: 'On' },
        { name: 'n', isFigure: true },
        { name: 'The model', isFigure: true },
        { name: 'The rival', isFigure: true },
        { name: 'Verdict' },
      ]}
      rows={baselines.map(({ name, data, metric, model, rival, n, beaten }) => ({
        key: `${name} ${data}`,
        cells: [
          rivals[name],
          dataWords[data],
          formatCount(n),
          model.value === null ? '–' : estimateWords(model, metric),
          estimateWords(rival, metric),
          <Mark
            key="mark"
            verdict={
              beaten === null
                ? { tone: 'unknown', word: model.value === null ? 'no model to compare' : 'cannot be told apart' }
                : beaten
                  ? { tone: 'holds', word: 'beaten' }
                  : { tone: 'fails', word: 'not beaten' }
            }
          />,
        ],
      }))}
    />
  )
}

function Untrusted({ performance: { chunks } }: { performance: Performance }) {
  const doubtful = chunks.filter((chunk) => !chunk.trustworthy && Object.keys(chunk.estimated).length > 0)
  if (doubtful.length === 0) return null
  const reasons = Map.groupBy(doubtful, ({ why }) => why)
  return (
    <div className="report-box report-box-unknown">
      <p>
        <Mark verdict={{ tone: 'unknown', word: 'Not every estimate is to be trusted' }} /> (shaded in the charts)
      </p>
      <ul>
        {[...reasons].map(([why, of]) => (
          <li key={why}>
            {of
              .slice(0, 6)
              .map(({ from }) => formatPlace(from))
              .join(', ')}
            {of.length > 6 ? ` and ${of.length - 6} more` : ''}: {readable(why)}
          </li>
        ))}
      </ul>
    </div>
  )
}

function ChunkTable({ performance: { chunks }, present }: { performance: Performance; present: readonly Metric[] }) {
  const shown = present.slice(0, chartsMax)
  return (
    <More summary={`Show data: all ${formatCount(chunks.length)} parts in time`}>
      <ReportTable
        caption="Performance by part, with 95 % intervals"
        columns={[
          { name: 'Part' },
          { name: 'From' },
          { name: 'To' },
          { name: 'n', isFigure: true },
          { name: 'With label', isFigure: true },
          ...shown.flatMap((metric) => [
            { name: `${metricWords[metric]}, estimated`, isFigure: true },
            { name: `${metricWords[metric]}, from labels`, isFigure: true },
          ]),
          { name: 'Estimate', isText: true },
        ]}
        rows={chunks.map((chunk) => ({
          key: String(chunk.index),
          cells: [
            String(chunk.index),
            formatPlace(chunk.from),
            formatPlace(chunk.to),
            formatCount(chunk.n),
            formatCount(chunk.labelled),
            ...shown.flatMap((metric) => [
              withAlarm(chunk.estimated[metric], metric),
              withAlarm(chunk.realised[metric], metric),
            ]),
            chunk.trustworthy ? 'to be trusted' : `not to be trusted: ${readable(chunk.why)}`,
          ],
        }))}
      />
    </More>
  )
}

function withAlarm(found: (Estimate & { readonly alarm: boolean }) | undefined, metric: Metric) {
  if (found === undefined) return '–'
  const words = formatEstimate(found, asMetric(metric))
  return found.alarm ? <Mark verdict={{ tone: 'fails', word: words }} /> : words
}

/** With very many classes a table says nothing. */
const classesMax = 12

function Confusion({ performance: { confusion } }: { performance: Performance }) {
  if (confusion === null || confusion.classes.length > classesMax) return null
  // Without answers of a model there is nothing that it took for anything.
  if (confusion.reference.every((row) => row.every((n) => n === 0))) return null
  return (
    <More summary="Show data: what was taken for what in the pilot">
      <ReportTable
        caption="Rows of the pilot: true class (rows) by predicted class (columns)"
        columns={[{ name: 'True class' }, ...confusion.classes.map((name) => ({ name, isFigure: true }))]}
        rows={confusion.classes.map((name, at) => ({
          key: name,
          cells: [name, ...(confusion.reference[at] ?? []).map(formatCount)],
        }))}
      />
    </More>
  )
}

function PerformanceMethod({ isNumber }: { isNumber: boolean }) {
  return (
    <Method>
      {isNumber ? (
        <p>
          Where live rows have labels, errors are measured: what the model said less what was right. Where they have
          none, they are estimated: the pilot’s errors for answers of the same size, and of the same group where errors
          differ by group, stand for those of live rows. The band holds both chance and what is not known about the
          pilot’s errors.
        </p>
      ) : (
        <p>
          Where live rows have labels, a figure is counted. Where they have none, it is estimated: a calibrated score of
          0.8 is right in 8 of 10 cases, so the scores of live rows, read through what the pilot taught about them, say
          how many are right. The band holds both chance and what is not known about the calibration.
        </p>
      )}
      <p>
        An alarm (■) is a figure outside of the limits, which come from how the same figure varies within the pilot. An
        estimate is not to be trusted when live rows lie where the pilot has none; then only labels help. Intervals are
        95 %: Wilson’s for shares; for the others from what one label more or less would do to them (delta method).
      </p>
    </Method>
  )
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
