// The process in which a server's assessments run: one task in, its result out. What it computes is made ready to be kept
// here, so that the server only has to write it.

import { setPriority } from 'node:os'
import { canonicalJson } from '#core/kernel/canonical-json.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { Assessment } from '#core/monitoring/assessment.ts'
import { withholdRare } from '#core/monitoring/withhold-rare.ts'
import type { ReportFacts } from '#cli/services.ts'
import type { Assessed, AssessmentWork } from '#engine/assessment-ports.ts'
import type { AssessmentMessage, AssessmentTask } from '#engine/assessment-runner.ts'
import type { OutsideSetting } from './compose-outside.ts'
import { makeReport } from './report-file.ts'

/** What it may reach, as the server may. */
const outside = JSON.parse(process.argv[2] ?? '{}') as OutsideSetting

// Whoever asks for a decision comes first.
setPriority(10)

process.once('message', (task: AssessmentTask) => void answer(task))
// Without its server nobody wants the result.
process.on('disconnect', () => process.exit(1))

async function answer(task: AssessmentTask): Promise<void> {
  try {
    say(task.kind === 'assess' ? await assessed(task.work) : await report(task))
  } catch (error) {
    const { code, hint } = error instanceof PlatformError ? error : { code: 'assessment_failed', hint: undefined }
    say({ kind: 'failed', code, message: (error as Error).message, hint })
  }
}

async function assessed({ decided, settings, notes = [], ...files }: AssessmentWork): Promise<AssessmentMessage> {
  // Loaded where it is needed: who renders a report reads no tables, and who reads uploads asks no model.
  const { assess } = await import('./assess/assess.ts')
  const tried = decided && (await (await import('./assess-decided.ts')).openDecided(decided, outside))
  try {
    const found = await assess({
      ...files,
      options: { ...settings, ...tried?.options },
      onProgress: (progress) => say({ kind: 'progress', progress }),
    })
    const allNotes = [...found.data.notes, ...(tried?.notes ?? []), ...notes]
    const kept = withholdRare({ ...found, data: { ...found.data, notes: allNotes } })
    return { kind: 'assessed', assessed: assessedOf(kept) }
  } finally {
    await tried?.close()
  }
}

function assessedOf(assessment: Assessment): Assessed {
  const { verdict, headline, findings, data } = assessment
  const count = (severity: Assessment['findings'][number]['severity']) =>
    findings.filter((finding) => finding.severity === severity).length
  const compared = ({ rows, from, to }: Assessment['data']['live']) => ({ rows, from, to })
  return {
    verdict,
    headline,
    findings: { critical: count('critical'), warning: count('warning'), notice: count('notice') },
    reference: compared(data.reference),
    live: compared(data.live),
    text: canonicalJson(assessment as unknown as JsonValue),
  }
}

async function report({ text, facts }: Extract<AssessmentTask, { kind: 'report' }>): Promise<AssessmentMessage> {
  const made = await makeReport(JSON.parse(text) as Assessment, facts as unknown as ReportFacts)
  return { kind: 'report', ...made }
}

function say(message: AssessmentMessage): void {
  process.send?.(message)
}
