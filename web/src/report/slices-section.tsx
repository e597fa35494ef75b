// The small groups where the model is worst, and how many of them there were in the pilot and are now.

import type { Assessment } from '#wire/assessment.ts'
import { asMetric, formatChance, formatCount, formatEstimate, metricWords } from './figures.ts'
import { Method, ReportSection, ReportTable } from './parts.tsx'
import { dataWords } from './verdicts.ts'

export function SlicesSection({ slices }: Pick<Assessment, 'slices'>) {
  const [worst] = slices
  if (worst === undefined) return null
  const format = asMetric(worst.metric)
  return (
    <ReportSection
      id="slices"
      title="Where it is worst"
      sentence={`Worst where ${worst.where}: ${formatEstimate(worst.performance, format)} (n = ${formatCount(worst.n)}), elsewhere ${formatEstimate(worst.rest, format)}. They were ${formatEstimate(worst.shareReference)} of the pilot and are ${formatEstimate(worst.shareLive)} of live.`}
    >
      <ReportTable
        caption="Groups of rows, worst first, with 95 % intervals"
        columns={[
          { name: 'Rows where' },
          { name: 'On' },
          { name: 'n', isFigure: true },
          { name: upper(metricWords[worst.metric]), isFigure: true },
          { name: 'Elsewhere', isFigure: true },
          { name: 'Share of the pilot', isFigure: true },
          { name: 'Share of live', isFigure: true },
          { name: 'q', isFigure: true },
        ]}
        rows={slices.map((slice) => ({
          key: `${slice.data} ${slice.where}`,
          cells: [
            slice.where,
            dataWords[slice.data],
            formatCount(slice.n),
            formatEstimate(slice.performance, asMetric(slice.metric)),
            formatEstimate(slice.rest, asMetric(slice.metric)),
            formatEstimate(slice.shareReference),
            formatEstimate(slice.shareLive),
            formatChance(slice.qValue),
          ],
        }))}
      />
      <Method>
        <p>
          All groups of one or two conditions that are large enough were looked at, and the one that stands out most was
          taken first; the others were then compared with what they lose by overlapping with it, and so on. The more
          groups one looks at, the more look bad by chance: q is the share of such chance finds to expect among those
          listed (Benjamini-Hochberg over all that were looked at).
        </p>
      </Method>
    </ReportSection>
  )
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
