// The report of an assessment as a file: made by a bundle of the UI's own components (web/src/report), built for Node into
// dist/report. In a clone it is built when it is missing or old; a published package carries it built.

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Assessment } from '#wire/assessment.ts'
import type { ReportFacts } from '#cli/services.ts'
import { version } from './version.ts'

type Bundle = {
  readonly renderReport: (assessment: Assessment, facts: ReportFacts & { readonly version: string }) => string
  /** The style of every report, for a content security policy. */
  readonly reportStyle: string
}

export type ReportFile = {
  /** One page of HTML. */
  readonly html: string
  readonly style: string
}

/** Errors: configuration_invalid when the bundle is missing or cannot be built. */
export async function makeReport(assessment: Assessment, facts: ReportFacts): Promise<ReportFile> {
  const { renderReport, reportStyle } = await openBundle()
  return { html: renderReport(assessment, { ...facts, version }), style: reportStyle }
}

const bundle = new URL('../dist/report/render-report.js', import.meta.url)

async function openBundle(): Promise<Bundle> {
  await buildInClone()
  if (existsSync(fileURLToPath(bundle))) return (await import(bundle.href)) as Bundle
  throw new PlatformError('configuration_invalid', 'The part that makes reports is not there.', {
    hint: 'In a clone: npm run build. Else install the package again.',
  })
}

/** dist/main.js stands beside dist/report; src/main.ts does not, and its bundle may be older than its sources. */
async function buildInClone(): Promise<void> {
  if (!import.meta.filename.endsWith('.ts')) return
  const script: string = '../scripts/build-web.ts'
  const { buildReport } = (await import(script)) as { buildReport: () => Promise<void> }
  await buildReport().catch((error: unknown) => {
    throw new PlatformError('configuration_invalid', (error as Error).message, { cause: error, hint: 'See above.' })
  })
}
