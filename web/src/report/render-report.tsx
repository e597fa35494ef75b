// Makes the report a file: one page of HTML with its style in it, no script, nothing fetched. Built for Node by
// scripts/build-web.ts; the command line and the server import what was built.

import { renderToStaticMarkup } from 'react-dom/server'
import type { Assessment } from '#wire/assessment.ts'
import tokens from '../tokens.css?inline'
import { formatInstant } from './figures.ts'
import { comparedLine, Verdict } from './opening.tsx'
import { Report } from './report.tsx'
import { readable } from './readable.ts'
import style from './report.css?inline'

export type ReportFacts = {
  /** RFC 3339. */
  readonly madeAt: string
  /** Of Airworthy. */
  readonly version: string
  /** Where it is kept as evidence; absent for a report that is kept nowhere. */
  readonly kept?: { readonly useCase: string; readonly index: number; readonly digest: string } | undefined
}

/** A whole page of HTML. */
export function renderReport(assessment: Assessment, facts: ReportFacts): string {
  const page = (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${titleOf(assessment)} – Airworthy`}</title>
        {/* oxlint-disable-next-line react/no-danger -- the style of this project, built in; nothing of the data gets here */}
        <style dangerouslySetInnerHTML={{ __html: reportStyle }} />
      </head>
      <body className="report-page">
        <main>
          <header className="report-head">
            <p className="report-small">Assessment: {comparedLine(assessment.data)}</p>
            <h1>{readable(assessment.headline)}</h1>
            <Verdict assessment={assessment} />
          </header>
          <Report assessment={assessment} />
        </main>
        <footer className="report-foot">
          <p>
            Made by Airworthy {facts.version} at <time dateTime={facts.madeAt}>{formatInstant(facts.madeAt)}</time>.
            {facts.kept === undefined
              ? ''
              : ` Kept with the use case ${facts.kept.useCase} as entry ${facts.kept.index} of its log, ${facts.kept.digest}.`}
          </p>
        </footer>
      </body>
    </html>
  )
  return `<!doctype html>\n${renderToStaticMarkup(page)}\n`
}

/** For the content security policy of whoever serves a report: its digest allows this style and no other. */
export const reportStyle = `${tokens}\n${style}`

function titleOf({ verdict, data }: Assessment): string {
  const words = { ready: 'Ready', gap: 'Gap', insufficient: 'Not enough to say' }[verdict]
  return `${words}: ${data.live.name} against ${data.reference.name}`
}
