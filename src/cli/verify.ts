// `airworthy verify`: checks a log, or receipts from one, without trusting whoever keeps it. The work is done by src/verify.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { NotCheckable } from '#verify/finding.ts'
import { openSource } from '#verify/open-source.ts'
import { openView } from '#verify/open-view.ts'
import { parseVerifierKey, type VerifierKey } from '#verify/signed-note.ts'
import { StoreDamaged, type LogSource, type StoredCheckpoint } from '#verify/source.ts'
import type { ViewSource } from '#verify/view-source.ts'
import { damagedLog, verifyLog, type LogVerification } from '#verify/verify-log.ts'
import { verifyReceipts } from '#verify/verify-receipts.ts'
import { wholeNumber } from './api-verb.ts'
import { CliError, exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { addJsonOption, print, type OutputOptions } from './output.ts'
import { startStep } from './step-progress.ts'
import { logLines, receiptLines } from './verify-lines.ts'

type Options = OutputOptions & {
  readonly dataDir?: string
  readonly key?: readonly VerifierKey[]
  readonly witness?: readonly VerifierKey[]
  readonly checkpoint?: readonly string[]
  readonly receipt?: readonly string[]
  readonly withoutEntries?: boolean
  readonly view?: string | true
  readonly apiKey?: string
  readonly findings: number
}

export function registerVerify(program: Command): void {
  const verb = program
    .command('verify')
    .description('check that a log holds, or receipts from one, trusting nobody')
    .argument('[log]', 'data folder, folder of tiles, https://host/log or postgres://… (default: the data folder)')
    .option('--data-dir <folder>', 'data folder (default: AIRWORTHY_DATA_DIR, else .airworthy)')
    .option('--key <vkey>', 'verifier key of the log, or a file that holds it; may be repeated', collectKeys('log'))
    .option(
      '--witness <vkey>',
      'verifier key of a witness that must have cosigned; may be repeated',
      collectKeys('witness'),
    )
    .option('--checkpoint <file>', 'a checkpoint you kept, which the log must continue; may be repeated', collect)
    .option('--receipt <file...>', 'check receipts offline: files, folders, NDJSON exports')
    .option('--without-entries', 'check only tiles and checkpoints, where entries may not be read')
    .option(
      '--view [where]',
      'compare the decisions that the server shows with the log, too: those of the log’s own server or database, or of ' +
        'https://host, postgres://… or a data folder',
    )
    .option('--api-key <key>', 'key for a server that does not show entries, or decisions, to everybody')
    .option('--findings <n>', 'findings of one kind to show; the rest is counted', wholeNumber(1, 10_000), 20)
  addJsonOption(verb)
    .addHelpText(
      'after',
      examples([
        ['airworthy verify --key VKEY', 'the data folder here, its server running or stopped'],
        ['airworthy verify --key VKEY --view', 'and that what the server shows is what the log says'],
        ['airworthy verify ./copy --key VKEY', 'files that "airworthy report log" wrote'],
        ['airworthy verify https://host/log --key VKEY', 'over the web; --api-key where entries are not public'],
        ['airworthy verify --receipt decision.tlog-proof --key VKEY', 'a receipt, offline'],
      ]),
    )
    .action((log: string | undefined, options: Options) => translated(() => run(log, options)))
}

async function run(log: string | undefined, options: Options): Promise<void> {
  if (log !== undefined && options.dataDir !== undefined) {
    throw new CliError(exitCodes.wrongUse, 'A log and --data-dir were both given; only one can be checked.')
  }
  const named = log ?? options.dataDir
  const receipts = options.receipt ? await onReceipts(options.receipt, options) : undefined
  const verified = options.receipt && named === undefined ? undefined : await onLog(named ?? defaultLog(), options)
  const value = receipts && verified ? { log: verified, receipts } : (receipts ?? verified)
  print(value, options, () => [...(verified ? logLines(verified) : []), ...(receipts ? receiptLines(receipts) : [])])
  if (verified?.verdict === 'broken' || receipts?.verdict === 'broken') process.exitCode = exitCodes.doesNotHold
}

/** The folder of a server here; the database where DATABASE_URL names one and the folder keeps no log. */
function defaultLog(): string {
  const folder = process.env['AIRWORTHY_DATA_DIR'] || '.airworthy'
  const database = process.env['DATABASE_URL']
  return database && !existsSync(join(folder, 'log.sqlite')) ? database : folder
}

async function onLog(where: string, options: Options): Promise<LogVerification> {
  if (/^https?:/.test(where) && !options.key) throw keyMissing('A log on a web server')
  let source: LogSource
  try {
    source = await openSource(where, { apiKey: options.apiKey })
  } catch (error) {
    if (error instanceof StoreDamaged) return damagedLog(where, { error })
    throw error
  }
  try {
    const { view: viewed, apiKey } = options
    if (viewed !== undefined && options.withoutEntries) throw entriesNeeded()
    const view = viewed === undefined ? undefined : await openView(viewed === true ? where : viewed, { apiKey })
    try {
      return await withProgress(source, view, options)
    } finally {
      await view?.close()
    }
  } finally {
    await source.close()
  }
}

function entriesNeeded(): CliError {
  return new CliError(
    exitCodes.wrongUse,
    'A view is compared with entries; --view and --without-entries exclude each other.',
  )
}

async function withProgress(
  source: LogSource,
  view: ViewSource | undefined,
  { key = [], witness = [], checkpoint = [], withoutEntries, findings, json }: Options,
): Promise<LogVerification> {
  let step = json ? undefined : startStep('Verifying')
  let isViewing = false
  const onViewProgress = (done: number, total: number) => {
    if (!isViewing) {
      step?.end('every entry was read')
      step = startStep('Comparing the view')
    }
    isViewing = true
    step?.update(done, total)
  }
  try {
    const verified = await verifyLog(source, {
      keys: key,
      witnesses: witness,
      kept: checkpoint.map(readKept),
      withoutEntries: withoutEntries ?? false,
      findingsPerCode: findings,
      view,
      ...(step ? { onProgress: step.update, onViewProgress } : {}),
    })
    step?.end(verified.verdict === 'holds' ? 'done' : 'the log does not hold')
    return verified
  } catch (error) {
    step?.end('stopped')
    throw error
  }
}

function onReceipts(files: readonly string[], { key = [], witness = [], findings }: Options) {
  if (key.length === 0) throw keyMissing('A receipt')
  return verifyReceipts(files, { keys: key, witnesses: witness, findingsPerCode: findings })
}

function keyMissing(what: string): CliError {
  return new CliError(exitCodes.wrongUse, `${what} proves nothing without the key of the log.`, {
    hint: 'Give it with --key, as you got it from its keeper: "airworthy log status" shows it there.',
  })
}

function readKept(file: string): StoredCheckpoint {
  try {
    return { name: file, size: undefined, note: readFileSync(file, 'utf8'), cosignatures: [] }
  } catch (error) {
    throw new CliError(exitCodes.wrongUse, `The checkpoint ${file} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    })
  }
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** A key as it is, or the file that holds it on its first line. */
function collectKeys(kind: VerifierKey['kind']) {
  return (value: string, before: readonly VerifierKey[] = []): readonly VerifierKey[] => {
    const isFile = existsSync(value) && statSync(value).isFile()
    const vkey = isFile ? (readFileSync(value, 'utf8').split('\n')[0] ?? '').trim() : value
    const key = parseVerifierKey(vkey)
    if (typeof key === 'string')
      throw new InvalidArgumentError(`It is no verifier key${isFile ? '' : ', nor a file'}: ${key}.`)
    if (key.kind !== kind) throw new InvalidArgumentError(`It is the key of a ${key.kind}, not of a ${kind}.`)
    return [...before, key]
  }
}

/** The verifier's own errors as exit codes. */
async function translated(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof NotCheckable)) throw error
    const code = error.kind === 'use' ? exitCodes.wrongUse : exitCodes.couldNotBeDone
    throw new CliError(code, error.message, { hint: error.hint, cause: error })
  }
}
