// `airworthy demo`: what `npm start` runs. A server with everything on, and a pilot that goes live behind it on real mail.
//
// Nothing here has privileges: the server is started, then talked to over HTTP with a key, like any other server.

import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import type { LogVerification } from '#verify/verify-log.ts'
import type { CreatedKey } from '#wire/key.ts'
import type { Status } from '#wire/system.ts'
import { wholeNumber } from './api-verb.ts'
import { createClient, type Client } from './client.ts'
import { beginAssessment, madeBefore, type DemoAssessment } from './demo-assessment.ts'
import { findWorstWeek, readAnswers, readLiveFigures, type AnsweredCase } from './demo-figures.ts'
import { readRecord, writeRecord, type ReplayRecord } from './demo-record.ts'
import { replay, reportOutcomes, type ReplayOptions } from './demo-replay.ts'
import { loadStory, type DemoStory, type PilotFigures, type Receiver } from './demo-story.ts'
import { assessmentLines, emptyLines, signInLines, summaryLines } from './demo-summary.ts'
import type { LinkedAssessment, Summary } from './demo-summary.ts'
import { exitCodes } from './exit-codes.ts'
import { examples } from './help-examples.ts'
import { formatCount, formatProportion, print, say } from './output.ts'
import type { RunningServer, Services } from './services.ts'
import { startStep } from './step-progress.ts'
import { listenForStop, type StopSignal } from './stop-signal.ts'

type Options = {
  readonly demo: boolean
  readonly port?: number
  readonly dataDir?: string
  readonly exit?: boolean
  readonly json?: boolean
}

/** Requests at once: enough that they share commits, few enough that two cores keep up. */
const concurrency = 32
const viewPatienceMs = 60_000
const actionsPatienceMs = 20_000

export function registerDemo(program: Command, services: Services): void {
  program
    .command('demo')
    .description('run a server and show the whole story on real mail; stays up until Ctrl-C')
    .option('--no-demo', 'start the server empty')
    .option('--port <n>', 'port (default: PORT, else 8700; 0 takes any free one)', wholeNumber(0, 65_535))
    .option('--data-dir <folder>', 'data folder (default: AIRWORTHY_DATA_DIR, else .airworthy)')
    .option('--exit', 'stop after the summary')
    .option('--json', 'print the summary as JSON')
    .addHelpText(
      'after',
      examples([
        ['npm start', 'the same, in a clone'],
        ['npm start -- --no-demo', 'an empty server with the web UI'],
        ['npm start -- --exit --json', 'the figures alone, for a script'],
      ]),
    )
    .action((options: Options) => runDemo(services, options))
}

async function runDemo(services: Services, options: Options): Promise<void> {
  const stop = listenForStop()
  const dataDir = options.dataDir ?? (process.env['AIRWORTHY_DATA_DIR'] || '.airworthy')
  const folder = join(dataDir, 'demo')
  // A folder that holds the demonstration needs its model and its mail server, also when nothing is shown.
  const story = options.demo || existsSync(folder) ? await loadStory() : undefined
  const pilot = story && (await trainPilot(story, options.demo))
  await services.buildWeb()
  const receiver = story && (await story.startReceiver(folder))
  try {
    const server = await services.startServer({
      dataDir,
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(story ? { modelDir: story.modelDir } : {}),
    })
    try {
      if (options.demo && story && pilot && receiver)
        await show({ story, pilot, receiver, server, folder, stop }, options)
      else print({ url: server.url }, options, [...signInLines(server, shown(server)), ...emptyLines()])
      if (!options.exit) await stop.stopped
    } finally {
      await server.close()
    }
  } finally {
    await receiver?.close()
  }
}

type Stage = {
  readonly story: DemoStory
  readonly pilot: PilotFigures
  readonly receiver: Receiver
  readonly server: RunningServer
  readonly folder: string
  readonly stop: StopSignal
}

async function show(stage: Stage, options: Options): Promise<void> {
  const { story, receiver, server, folder, stop } = stage
  const client = createClient({ server: server.url, key: server.adminKey, connections: 8 })
  try {
    const replayed = await replayOnce(client, stage)
    if (stop.signal.aborted || !replayed) return
    const { record, answered } = replayed
    // Made while what is left to do is done; only a run that ends with the summary waits for it.
    const assessing = answered
      ? beginAssessment({ client, story, answered, signal: stop.signal })
      : madeBefore(record.assessment)
    const isDelivered = await waitUntil(client, stage, { patienceMs: actionsPatienceMs, holds: hasNoActions })
    if (!isDelivered) say('Some actions still wait; they go on by themselves.')
    const log = await verified(server)
    const known = options.exit || options.json ? await assessing.result() : assessing.known()
    const summary = summaryOf(stage, {
      record,
      log,
      live: await readLiveFigures(client, story),
      filed: receiver.filed(),
      assessment: known && linked(server, known),
    })
    print(summary, options, () => [...summaryLines(summary), '', ...signInLines(server, shown(server))])
    const assessment = known ?? (await assessing.result())
    if (assessment) writeRecord(folder, { ...record, assessment })
    if (known === undefined && assessment) print(assessment, options, assessmentLines(linked(server, assessment)))
  } finally {
    await client.close()
  }
}

async function verified(server: RunningServer): Promise<LogVerification> {
  const step = startStep('Verifying the log')
  const log = await server.verifyLog()
  const holds = log.verdict === 'holds'
  step.end(holds ? `${formatCount(log.entries)} entries hold` : `${formatCount(log.faults)} faults`)
  if (!holds) process.exitCode = exitCodes.doesNotHold
  return log
}

type Found = Pick<Summary, 'log' | 'live' | 'filed' | 'assessment'> & { readonly record: ReplayRecord }

function summaryOf({ story, pilot, server }: Stage, { record, ...found }: Found): Summary {
  const { cases, seconds, worstWeek } = record
  return {
    useCase: story.useCase,
    cases: story.cases,
    pilot: pilot.accuracy,
    worstWeek,
    replay: { cases, seconds, perSecond: seconds === null ? null : cases / seconds },
    ...found,
    server: { url: server.url, adminKeyFile: server.adminKeyFile },
  }
}

function linked(server: RunningServer, assessment: DemoAssessment): LinkedAssessment {
  return { ...assessment, url: `${server.url}/assessments/${assessment.id}` }
}

/** Says what the training found when that is the story, or when there was something to train. */
async function trainPilot(story: DemoStory, isTold: boolean): Promise<PilotFigures> {
  let step = isTold ? startStep('Training the pilot') : undefined
  const pilot = await story.pilot((done, total) => {
    step ??= startStep('Training the pilot')
    step.update(done, total)
  })
  const { trainedOn, testedOn, accuracy, isNew, seconds } = pilot
  const how = isNew ? `in ${seconds} s` : 'before'
  const right = `${formatProportion(accuracy)} right on ${formatCount(testedOn)} others`
  step?.end(`trained ${how} on ${formatCount(trainedOn)} ${story.cases}, ${right}`)
  return pilot
}

type Replay = {
  readonly record: ReplayRecord
  /** What is still to be assessed. */
  readonly answered?: readonly AnsweredCase[]
}

/** Replays unless that is done: what is on the log stays, and what was sent before is answered as before. */
async function replayOnce(client: Client, stage: Stage): Promise<Replay | undefined> {
  const { story, receiver, stop } = stage
  const { wasThere } = await applyOnce(client, story, receiver)
  const before = wasThere ? readRecord(stage.folder) : undefined
  if (before?.assessment) return { record: before }
  const reading = startStep(`Reading the live ${story.cases}`)
  const cases = await story.liveCases(reading.update)
  reading.end(formatCount(cases.length))

  const scopes = [`decide:${story.useCase}`, `outcomes:${story.useCase}`]
  const key = (await client.request('POST', '/api/v1/keys', { name: 'demonstration', scopes })).body as CreatedKey
  const sender = createClient({ server: client.server, key: key.key, connections: concurrency })
  try {
    const options = { client: sender, useCase: story.useCase, concurrency, signal: stop.signal }
    const { replayed, seconds } = await decideAll(cases, story, options)
    // Once a replay is recorded, its outcomes are reported; here again for what is to be assessed of it.
    if (!before) await reportAll(replayed, options)
    if (stop.signal.aborted) return undefined
    await waitUntil(client, stage, { patienceMs: viewPatienceMs, holds: isCaughtUp })
    const answered = await readAnswers(client, story, replayed)
    const worstWeek = findWorstWeek(story, answered) ?? null
    const now = { cases: replayed.length, seconds: wasThere ? null : seconds, worstWeek }
    const record: ReplayRecord = { ...(before ?? now), assessment: null }
    writeRecord(stage.folder, record)
    return { record, answered }
  } finally {
    await sender.close()
    await client.request('DELETE', `/api/v1/keys/${key.id}`)
  }
}

type Sending = Omit<ReplayOptions, 'onProgress'>

async function decideAll(
  cases: Parameters<typeof replay>[0],
  story: DemoStory,
  options: Sending,
): Promise<{ replayed: Awaited<ReturnType<typeof replay>>; seconds: number }> {
  const deciding = startStep(`Deciding ${story.cases}`)
  const started = performance.now()
  const replayed = await replay(cases, { ...options, onProgress: deciding.update })
  const seconds = (performance.now() - started) / 1000
  deciding.end(`${formatCount(replayed.length)} in ${seconds.toFixed(1)} s`)
  return { replayed, seconds }
}

async function reportAll(replayed: Awaited<ReturnType<typeof replay>>, options: Sending): Promise<void> {
  if (options.signal.aborted) return
  const reporting = startStep('Reporting how they turned out')
  await reportOutcomes(replayed, { ...options, onProgress: reporting.update })
  reporting.end('done')
}

/** A use case that is there is left as it is: somebody may have changed it since. */
async function applyOnce(client: Client, story: DemoStory, receiver: Receiver): Promise<{ wasThere: boolean }> {
  const path = `/api/v1/use-cases/${story.useCase}`
  const { status } = await client.send({ method: 'GET', path, accept: [404] })
  const wasThere = status !== 404
  if (!wasThere) await client.request('PUT', path, story.manifest(receiver))
  return { wasThere }
}

type Wish = { readonly patienceMs: number; readonly holds: (status: Status) => boolean }

/** The view and the actions follow by themselves; a little patience lets the summary say all of it. False: not in time. */
async function waitUntil(client: Client, { stop }: Stage, { patienceMs, holds }: Wish): Promise<boolean> {
  const until = performance.now() + patienceMs
  while (performance.now() < until && !stop.signal.aborted) {
    if (holds((await client.request('GET', '/api/v1/status')).body as Status)) return true
    await setTimeout(200)
  }
  return false
}

function isCaughtUp({ log }: Status): boolean {
  return log.view.behind === 0
}

function hasNoActions(status: Status): boolean {
  return isCaughtUp(status) && status.queuedActions === 0
}

function shown({ adminKeyFile }: RunningServer): string {
  return adminKeyFile === null ? 'AIRWORTHY_ADMIN_KEY' : relative('.', adminKeyFile) || adminKeyFile
}
