// A window of lines under way at once, answered in the order of the lines, each as soon as it can be.
//
// Whoever reads the answers sets the pace: while an answer is not taken, no further line is read.

import { PlatformError } from '#core/kernel/errors.ts'

export type Line = Uint8Array | PlatformError

export type OrderedAnswers = {
  readonly answers: AsyncGenerator<string>
  /** Reads no more lines: those under way are answered, then the answers end with an error. */
  readonly stop: () => void
}

export type OrderOptions = {
  /** Lines under way at once. */
  readonly window: number
  /** Must not reject. `number` counts from 1. */
  readonly answer: (line: Line, number: number) => Promise<string>
}

type Read = { readonly kind: 'line'; readonly line: Line } | { readonly kind: 'end' } | { readonly kind: 'stopped' }
type Answer = { readonly kind: 'answer'; readonly text: string }

export function answerInOrder(lines: AsyncIterator<Line>, { window, answer }: OrderOptions): OrderedAnswers {
  const reader = createReader(lines)

  async function* inOrder(): AsyncGenerator<string> {
    const underWay: Promise<Answer>[] = []
    let reading: Promise<Read> | undefined
    let last: Exclude<Read['kind'], 'line'> | undefined
    let number = 0
    while (last === undefined || underWay.length > 0) {
      if (last === undefined && underWay.length < window) reading ??= reader.next()
      const first = await Promise.race([underWay[0], reading].filter((promise) => promise !== undefined))
      if (first.kind === 'answer') {
        void underWay.shift()
        yield first.text
        continue
      }
      reading = undefined
      if (first.kind === 'line') underWay.push(answerTo(first.line, ++number))
      else last = first.kind
    }
    if (last === 'stopped') throw stopped()
  }

  async function answerTo(line: Line, number: number): Promise<Answer> {
    return { kind: 'answer', text: await answer(line, number) }
  }

  return { answers: inOrder(), stop: reader.stop }
}

/** One read at a time, which `stop` can end: a line may never come. */
function createReader(lines: AsyncIterator<Line>): { readonly next: () => Promise<Read>; readonly stop: () => void } {
  let isStopped = false
  let end: (() => void) | undefined
  return {
    next: () =>
      new Promise((resolve, reject) => {
        end = () => resolve({ kind: 'stopped' })
        if (isStopped) end()
        else
          lines
            .next()
            .then(({ done, value }) => resolve(done ? { kind: 'end' } : { kind: 'line', line: value }), reject)
      }),
    stop() {
      isStopped = true
      end?.()
    },
  }
}

function stopped(): PlatformError {
  return new PlatformError('log_unavailable', 'The server stops; the lines without an answer were not decided.', {
    hint: 'Send the rest again, with an idempotencyKey on each line.',
  })
}
