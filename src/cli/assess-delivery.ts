// How an assessment is waited for and handed over: a bar on a terminal, one screen, files for the rest, an exit code.

import { writeFile } from 'node:fs/promises'
import type { Assessment } from '#wire/assessment.ts'
import type { AssessOptions } from './assess-options.ts'
import { screenLines } from './assess-screen.ts'
import { CliError, exitCodes, type ExitCode } from './exit-codes.ts'
import { formatCount } from './output.ts'
import type { ReportFacts, Services } from './services.ts'
import { startStep } from './step-progress.ts'

export type Progress = (progress: { readonly step: string; readonly share: number }) => void

/** A bar on a terminal, on standard error, so that results can be piped. */
export async function withProgress<T>(work: (onProgress: Progress) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work(() => undefined)
  const step = startStep('Assessing')
  const started = performance.now()
  try {
    const result = await work(({ share }) => step.update(Math.round(share * 100), 100))
    step.end(`done in ${formatCount((performance.now() - started) / 1000)} s`)
    return result
  } catch (error) {
    step.end('stopped')
    throw error
  }
}

type Delivery = { readonly options: AssessOptions; readonly facts: ReportFacts; readonly services: Services }

/** Writes what was asked for, says the rest on one screen, and sets how it ends. */
export async function deliver(assessment: Assessment, { options, facts, services }: Delivery): Promise<void> {
  const { json, html, failOn } = options
  if (html !== undefined) await written('html', html, await services.renderReport(assessment, facts))
  const text = `${JSON.stringify(assessment, null, 2)}\n`
  if (json === '-') process.stdout.write(text)
  else if (json !== undefined) await written('json', json, text)
  if (json !== '-') {
    const lines = screenLines(assessment, { width: process.stdout.columns ?? 80, html, json })
    process.stdout.write(`${lines.join('\n')}\n`)
  }
  process.exitCode = exitCodeOf(assessment, failOn)
}

/** Not enough data is no "all is well". Where nobody asked about a model, that nothing is known of it is no failure. */
function exitCodeOf({ verdict, findings }: Assessment, failOn: AssessOptions['failOn']): ExitCode {
  if (failOn === 'never') return exitCodes.done
  if (verdict === 'insufficient') return findings.some(isMissing) ? exitCodes.couldNotBeDone : exitCodes.done
  const isForbidden = findings.some(({ severity }) => severity === 'critical')
  if (failOn === 'fail') return isForbidden ? exitCodes.doesNotHold : exitCodes.done
  return verdict === 'gap' ? exitCodes.doesNotHold : exitCodes.done
}

/** Too few rows, or an estimate that was asked for and is not to be trusted. */
function isMissing({ severity, code }: Assessment['findings'][number]): boolean {
  return severity !== 'notice' && (code === 'too-little-data' || code === 'not-trustworthy')
}

/** Errors: CliError that names the option. */
export async function written(option: string, file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'ENOENT' ? 'there is no such folder' : error.code === 'EISDIR' ? 'it is a folder' : error.message
    throw new CliError(exitCodes.wrongUse, `--${option}: ${file} cannot be written: ${why}.`, { cause: error })
  })
}
