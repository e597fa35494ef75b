// Calls to a worker thread: a request goes out with a number, its answer or failure comes back with the same one.

import type { MessagePort, Worker } from 'node:worker_threads'
import { PlatformError, type ErrorCode } from '#core/kernel/errors.ts'

/** A failure as it crosses threads. */
export type Failure = {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined
}

type Call<Request> = { readonly call: number; readonly request: Request }
type Answer = { readonly call: number; readonly result: unknown } | { readonly call: number; readonly failure: Failure }

export type WorkerCalls<Request> = {
  /** Errors: what the worker threw; log_unavailable when the thread ended. */
  ask<Result>(request: Request): Promise<Result>
  /** No more calls: those under way fail with `why`, later ones too. */
  end(why: string): void
}

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }

/** Listens on `worker` beside others; messages without a `call` are left to them. */
export function createWorkerCalls<Request>(worker: Worker): WorkerCalls<Request> {
  const waiting = new Map<number, Waiting>()
  let calls = 0
  let ended: string | undefined

  worker.on('message', (answer: Answer | { readonly call?: undefined }) => {
    if (answer.call === undefined) return
    const caller = waiting.get(answer.call)
    waiting.delete(answer.call)
    if ('failure' in answer) caller?.reject(toError(answer.failure))
    else caller?.resolve(answer.result)
  })
  worker.on('error', (error) => end(error.message))

  function end(why: string): void {
    ended ??= why
    for (const { reject } of waiting.values()) reject(unavailable(ended))
    waiting.clear()
  }

  return {
    end,
    ask: <Result>(request: Request) =>
      new Promise<Result>((resolve, reject) => {
        if (ended !== undefined) return reject(unavailable(ended))
        waiting.set(++calls, { resolve: resolve as (result: unknown) => void, reject })
        worker.postMessage({ call: calls, request } satisfies Call<Request>)
      }),
  }
}

type Answering<Request> = (request: Request) => Promise<unknown>

/** The worker's side: answers every call on `port` with what `answer` gives. */
export function answerCalls<Request>(port: MessagePort, answer: Answering<Request>): void {
  port.on('message', ({ call, request }: Call<Request>) => {
    answer(request).then(
      (result) => port.postMessage({ call, result } satisfies Answer),
      (error: unknown) => port.postMessage({ call, failure: failureOf(error) } satisfies Answer),
    )
  })
}

export function failureOf(error: unknown): Failure {
  if (error instanceof PlatformError) {
    const { code, message, hint, details } = error
    return { code, message, hint, details }
  }
  const { code, message, hint } = unavailable((error as Error).message)
  return { code, message, hint, details: undefined }
}

export function toError({ code, message, hint, details }: Failure): PlatformError {
  return new PlatformError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
  })
}

function unavailable(why: string): PlatformError {
  return new PlatformError('log_unavailable', `The log’s tree cannot be used: ${why}.`, {
    hint: 'Decisions go on. See the server’s log.',
  })
}
