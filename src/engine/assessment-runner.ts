// Runs assessments in processes of their own, one at a time: they take memory and both cores, and whoever asks the gateway
// for a decision must not wait for them.
//
//   asked → waits for its turn (at most four do) → process started → its messages → its result, or why there is none
//   nobody waits any more → the process is killed

import type { ChildProcess } from 'node:child_process'
import { PlatformError, errorCodes, type ErrorCode } from '#core/kernel/errors.ts'
import type { JsonObject } from '#core/kernel/json.ts'
import type { Assessed, AssessmentProgress, AssessmentRunner, AssessmentWork, Watched } from './assessment-ports.ts'

/** What the process is told: once, at its start. */
export type AssessmentTask =
  | { readonly kind: 'assess'; readonly work: AssessmentWork }
  | { readonly kind: 'report'; readonly text: string; readonly facts: JsonObject }

/** What it says. After a result or a failure it ends. */
export type AssessmentMessage =
  | { readonly kind: 'progress'; readonly progress: AssessmentProgress }
  | { readonly kind: 'assessed'; readonly assessed: Assessed }
  | { readonly kind: 'report'; readonly html: string; readonly style: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly hint: string | undefined }

export type AssessmentRunnerParts = {
  /** A process that takes an AssessmentTask as its first message. */
  readonly start: () => ChildProcess
  readonly logger: { warn(facts: object, message: string): void }
}

/** Of each kind: reports are quick and do not wait behind assessments. */
const waitingMax = 4

export function createAssessmentRunner({ start, logger }: AssessmentRunnerParts): AssessmentRunner {
  const running = new Set<ChildProcess>()
  const lanes = { assess: createLane(), report: createLane() }

  async function run<T>(task: AssessmentTask, watched: Watched, take: (message: AssessmentMessage) => T | undefined) {
    return lanes[task.kind](watched.signal, () => {
      const child = start()
      running.add(child)
      return resultOf(child, { task, watched, take, logger }).finally(() => {
        running.delete(child)
        child.kill('SIGKILL')
      })
    })
  }

  return {
    assess: (work, watched) =>
      run({ kind: 'assess', work }, watched, (message) => (message.kind === 'assessed' ? message.assessed : undefined)),
    report: (text, facts) =>
      run({ kind: 'report', text, facts }, unwatched(), (message) =>
        message.kind === 'report' ? { html: message.html, style: message.style } : undefined,
      ),
    close() {
      for (const child of running) child.kill('SIGKILL')
    },
  }
}

function unwatched(): Watched {
  return { onProgress: () => undefined, signal: new AbortController().signal }
}

type Running<T> = {
  readonly task: AssessmentTask
  readonly watched: Watched
  readonly take: (message: AssessmentMessage) => T | undefined
  readonly logger: AssessmentRunnerParts['logger']
}

function resultOf<T>(child: ChildProcess, { task, watched, take, logger }: Running<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new PlatformError('assessment_failed', 'Nobody waited for the assessment any more.'))
    watched.signal.addEventListener('abort', stop, { once: true })
    child.on('message', (message: AssessmentMessage) => {
      if (message.kind === 'progress') return watched.onProgress(message.progress)
      if (message.kind === 'failed') return reject(failureOf(message))
      const taken = take(message)
      if (taken !== undefined) resolve(taken)
    })
    child.on('error', (error) => reject(broken(error.message, error)))
    child.on('exit', (code, signal) => {
      // Killed because nobody waits, or because it had answered.
      if (!child.killed) logger.warn({ code, signal }, 'The process of an assessment ended before it had a result.')
      reject(broken(signal === null ? `it ended with ${code}` : `it was ended by ${signal}`))
    })
    child.once('close', () => watched.signal.removeEventListener('abort', stop))
    child.send(task)
  })
}

function failureOf({ code, message, hint }: Extract<AssessmentMessage, { kind: 'failed' }>): PlatformError {
  const known = Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'assessment_failed'
  return new PlatformError(known, message, hint === undefined ? {} : { hint })
}

function broken(why: string, cause?: unknown): PlatformError {
  return new PlatformError('assessment_failed', `The assessment could not be finished: ${why}.`, {
    cause,
    hint: 'The machine may be short of memory. Try fewer columns or a smaller sample.',
  })
}

type Lane = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>

/** One after another. Errors: overloaded when too many wait. */
function createLane(): Lane {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return async (signal, work) => {
    if (waiting > waitingMax) {
      throw new PlatformError('overloaded', `${waiting} assessments wait already.`, { hint: 'Try again in a minute.' })
    }
    waiting++
    const mine = last.then(() => {
      signal.throwIfAborted()
      return work()
    })
    last = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      waiting--
    }
  }
}
