// How the model bears disturbed inputs.

import type { Assessment } from '#wire/assessment.ts'
import { asDifference, formatCount, formatEstimate, formatNumber, formatShare, plural } from './figures.ts'
import { Mark, Method, More, ReportSection, ReportTable } from './parts.tsx'
import { robustnessVerdicts } from './verdicts.ts'

type Robustness = NonNullable<Assessment['robustness']>

export function RobustnessSection({ robustness }: { robustness: Robustness }) {
  const { disturbances, before, metric, n, calls } = robustness
  const failing = disturbances.filter(({ verdict }) => verdict === 'fails')
  const format = metric === 'mae' ? formatNumber : formatShare
  const words = { accuracy: 'Accuracy', agreement: 'Same answer as before', mae: 'Mean absolute error' }[metric]
  const examples = disturbances.filter(({ example }) => example !== null)
  return (
    <ReportSection
      id="robustness"
      title="How it bears disturbed inputs"
      sentence={
        failing.length === 0
          ? `None of ${plural(disturbances.length, 'disturbance')} matters, as far as can be said (n = ${formatCount(n)}).`
          : `${plural(failing.length, 'disturbance')} of ${disturbances.length} matter, most of all ${failing[0]?.name} in ${failing[0]?.column} (n = ${formatCount(n)}).`
      }
    >
      <ReportTable
        caption={`${words} under each disturbance; undisturbed ${formatEstimate(before, format)}`}
        columns={[
          { name: 'Disturbance' },
          { name: 'Column' },
          { name: 'n', isFigure: true },
          { name: words, isFigure: true },
          { name: 'Loss', isFigure: true },
          { name: 'No answer', isFigure: true },
          { name: 'Verdict' },
        ]}
        rows={disturbances.map((each) => ({
          key: `${each.name} ${each.column}`,
          cells: [
            each.name,
            each.column,
            formatCount(each.n),
            formatEstimate(each.after, format),
            formatEstimate(each.drop, asDifference(metric === 'mae' ? 'mae' : 'accuracy')),
            formatCount(each.failures),
            <Mark key="mark" verdict={robustnessVerdicts[each.verdict]} />,
          ],
        }))}
      />
      {examples.length === 0 ? null : (
        <More summary="Examples">
          <ReportTable
            caption="One value of each disturbance"
            columns={[{ name: 'Disturbance' }, { name: 'Before' }, { name: 'After' }]}
            rows={examples.map(({ name, column, example }) => ({
              key: `${name} ${column}`,
              cells: [`${name}: ${column}`, example?.before ?? '', example?.after ?? ''],
            }))}
          />
        </More>
      )}
      <Method>
        <p>
          The model was asked about the same rows twice: as they are, and with one column disturbed. The interval of the
          loss is paired: it is about the same rows.{' '}
          {calls === undefined ? '' : `In all it was asked ${plural(calls, 'time')}.`}
        </p>
      </Method>
    </ReportSection>
  )
}
