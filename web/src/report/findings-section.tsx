// What was found, most important first: what it is, what to do, and what it rests on.

import type { Assessment } from '#wire/assessment.ts'
import { Evidence } from './evidence.tsx'
import { formatCount, plural } from './figures.ts'
import { Mark, ReportSection } from './parts.tsx'
import { readable } from './readable.ts'
import { severities } from './verdicts.ts'

type Finding = Assessment['findings'][number]

export function FindingsSection({ findings }: Pick<Assessment, 'findings'>) {
  return (
    <ReportSection id="findings" title="What was found, and what to do" sentence={sentenceOf(findings)}>
      <ol className="report-findings">
        {findings.map((finding) => (
          <li key={`${finding.code} ${finding.message}`}>
            <FindingItem finding={finding} />
          </li>
        ))}
      </ol>
    </ReportSection>
  )
}

function sentenceOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'Nothing was found that differs from the pilot in a way that matters.'
  const critical = findings.filter(({ severity }) => severity === 'critical').length
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  const rest = findings.length - critical - warnings
  const parts = [
    critical > 0 ? `${formatCount(critical)} that should be settled before going live` : '',
    warnings > 0 ? `${formatCount(warnings)} to fix or accept knowingly` : '',
    rest > 0 ? `${formatCount(rest)} worth knowing` : '',
  ].filter(Boolean)
  return `${plural(findings.length, 'finding')}: ${parts.join(', ')}.`
}

function FindingItem({ finding }: { finding: Finding }) {
  return (
    <>
      <p>
        <Mark verdict={severities[finding.severity]} /> <code>{finding.code}</code>
      </p>
      <p className="report-message">{readable(finding.message)}</p>
      <p className="report-advice">
        <strong>What to do:</strong> {readable(finding.advice)}
      </p>
      <Evidence evidence={finding.evidence} />
    </>
  )
}
