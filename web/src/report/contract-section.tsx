// Whether rows keep the data contract.

import type { Assessment } from '#wire/assessment.ts'
import { formatCount, formatEstimate, plural } from './figures.ts'
import { Method, ReportSection, ReportTable } from './parts.tsx'

type Contract = NonNullable<Assessment['contract']>

export function ContractSection({ contract: { passRate, violations } }: { contract: Contract }) {
  return (
    <ReportSection
      id="contract"
      title="Whether rows keep the contract"
      sentence={`${formatEstimate(passRate.live)} of live rows keep it; of the pilot’s ${formatEstimate(passRate.reference)}. ${violations.length === 0 ? 'No rule is broken.' : `${plural(violations.length, 'rule')} broken.`}`}
    >
      {violations.length === 0 ? null : (
        <ReportTable
          caption="Rules that rows break"
          columns={[
            { name: 'Where' },
            { name: 'Rule' },
            { name: 'Live rows', isFigure: true },
            { name: 'Pilot rows', isFigure: true },
            { name: 'What is wrong', isText: true },
            { name: 'Example' },
          ]}
          rows={violations.map(({ path, rule, message, count, reference, example }) => ({
            key: `${path} ${rule}`,
            cells: [
              path,
              rule,
              formatCount(count),
              formatCount(reference),
              message,
              <code key="example">{example}</code>,
            ],
          }))}
        />
      )}
      <Method>
        <p>
          Every row was checked against every rule of the contract (JSON Schema 2020-12); one row may break several. A
          gateway that enforces the same contract would refuse these rows or send them to a person.
        </p>
      </Method>
    </ReportSection>
  )
}
