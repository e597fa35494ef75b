// The report of an assessment: the sentence, the findings, then a chart and a table for each part. The same components make
// the file that the command line writes and the page of the UI. They hold no state: the report is read without scripts.

import { Fragment, type ReactNode } from 'react'
import type { Assessment } from '#wire/assessment.ts'
import { AutomationSection } from './automation-section.tsx'
import { CalibrationSection } from './calibration-section.tsx'
import { ColumnsSection } from './columns-section.tsx'
import { ContractSection } from './contract-section.tsx'
import { CostSection } from './cost-section.tsx'
import { FairnessSection } from './fairness-section.tsx'
import { FindingsSection } from './findings-section.tsx'
import { LossSection } from './loss-section.tsx'
import { Compared } from './opening.tsx'
import { ReportSection } from './parts.tsx'
import { PerformanceSection } from './performance-section.tsx'
import { RobustnessSection } from './robustness-section.tsx'
import { SlicesSection } from './slices-section.tsx'

/** Everything but the verdict and the headline, which stand at the top of whatever shows the report. */
export function Report({ assessment }: { assessment: Assessment }) {
  const parts = partsOf(assessment)
  return (
    <div className="report">
      <nav className="report-contents" aria-label="Parts of the report">
        <ul>
          {parts.map(({ id, title }) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      {parts.map(({ id, content }) => (
        <Fragment key={id}>{content}</Fragment>
      ))}
    </div>
  )
}

type Part = { readonly id: string; readonly title: string; readonly content: ReactNode }

function partsOf(assessment: Assessment): Part[] {
  const { attribution, performance, calibration, automation, cost, robustness, contract } = assessment
  const { findings, fairness, slices, columns, drift, data } = assessment
  const part = (id: string, title: string, content: ReactNode): Part[] => [{ id, title, content }]
  return [
    ...part('findings', 'Findings', <FindingsSection findings={findings} />),
    ...(attribution === null ? [] : part('loss', 'Loss', <LossSection attribution={attribution} />)),
    ...(performance === null
      ? []
      : part('performance', 'Performance', <PerformanceSection performance={performance} />)),
    ...(slices.length === 0 ? [] : part('slices', 'Worst groups', <SlicesSection slices={slices} />)),
    ...(calibration === null
      ? []
      : part('calibration', 'Calibration', <CalibrationSection calibration={calibration} />)),
    ...(fairness.length === 0 ? [] : part('fairness', 'Fairness', <FairnessSection rows={fairness} />)),
    ...(automation === null ? [] : part('automation', 'Automation', <AutomationSection automation={automation} />)),
    ...(cost === null ? [] : part('cost', 'Cost', <CostSection cost={cost} />)),
    ...(robustness === null ? [] : part('robustness', 'Robustness', <RobustnessSection robustness={robustness} />)),
    ...(contract === null ? [] : part('contract', 'Contract', <ContractSection contract={contract} />)),
    ...part('columns', 'Columns', <ColumnsSection columns={columns} drift={drift} />),
    ...part('data', 'Data', <DataSection data={data} />),
  ]
}

function DataSection({ data }: Pick<Assessment, 'data'>) {
  return (
    <ReportSection id="data" title="What was compared">
      <Compared data={data} />
    </ReportSection>
  )
}
