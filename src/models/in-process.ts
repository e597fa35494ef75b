// Models that run inside this process: their answers may come at once, and nobody else ends a call that never settles.

import type { JsonValue } from '#core/kernel/json.ts'
import { failedAttempt, type Attempt } from './attempt.ts'
import { copyPlainJson } from './plain-json.ts'

/**
 * Runs `answer` and takes its result, as it is or when its promise settles, but not later than `timeoutMs`. A result that
 * came at once stays so. JavaScript cannot be stopped from outside: a promise that does not settle is given up and its
 * place goes to the next call, and code that never returns blocks the whole process.
 */
export function runInProcess(answer: () => unknown, timeoutMs: number): Attempt | Promise<Attempt> {
  try {
    const result = answer()
    return isThenable(result) ? awaitAtMost(result, timeoutMs) : take(result)
  } catch (error) {
    return failureOf(error)
  }
}

function awaitAtMost(result: PromiseLike<unknown>, timeoutMs: number): Promise<Attempt> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(failedAttempt('timeout', `No answer within ${timeoutMs} ms.`)), timeoutMs)
    const settle = (attempt: Attempt) => {
      clearTimeout(timer)
      resolve(attempt)
    }
    Promise.resolve(result).then(
      (value) => settle(takeSafely(value)),
      (error: unknown) => settle(failureOf(error)),
    )
  })
}

/** Getters in a result may throw. */
function takeSafely(value: unknown): Attempt {
  try {
    return take(value)
  } catch (error) {
    return failureOf(error)
  }
}

function take(value: unknown): Attempt {
  const copied = copyPlainJson(value)
  if (copied.kind === 'plain') return { kind: 'answer', output: copied.value }
  return failedAttempt('bad-answer', `In the model's result ${copied.why}.`)
}

/** The name of the error only: messages of model code often quote the input. */
function failureOf(error: unknown): Attempt {
  const name = error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'something that is no Error'
  return failedAttempt('failed', `The model's code threw ${name}.`)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** What is handed to a model must not be changed by it: the record says what came in. */
export function isolated(value: JsonValue): JsonValue {
  const copied = copyPlainJson(value)
  return copied.kind === 'plain' ? copied.value : value
}
