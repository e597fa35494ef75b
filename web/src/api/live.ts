// The live stream of changes: connects, reads, and connects again when it breaks.
//
// States: waiting (not connected yet, or signed out) → live (messages arrive) → lost (broken; since when; trying again after
// 1, 2, 4 … at most 30 s) → live. A server that keeps the connection open but says nothing for longer than its heartbeat is
// lost too: half-open connections are common behind proxies.

import type { ChangeMessage } from '#wire/system.ts'
import type { Api } from './api.ts'
import { createEventParser, type ServerEvent } from './event-stream.ts'
import { isUnauthenticated } from './failure.ts'

export type LiveState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly since: number }

export type Live = {
  readonly start: () => void
  readonly stop: () => void
  readonly state: () => LiveState
  readonly onState: (listener: () => void) => () => void
  readonly onChange: (listener: (message: ChangeMessage) => void) => () => void
}

export type LiveParts = {
  readonly api: Pick<Api, 'events'>
  readonly clock: () => number
  readonly onUnauthenticated: () => void
}

const retryMsMax = 30_000
/** The server sends a heartbeat each 15 s. */
const silenceMsMax = 40_000

export function createLive({ api, clock, onUnauthenticated }: LiveParts): Live {
  const stateListeners = new Set<() => void>()
  const changeListeners = new Set<(message: ChangeMessage) => void>()
  let state: LiveState = { kind: 'waiting' }
  let running: AbortController | undefined
  let lastEventId: string | undefined

  function set(next: LiveState): void {
    if (next.kind === state.kind) return
    state = next
    for (const listener of stateListeners) listener()
  }

  function tell({ event, data, id }: ServerEvent): void {
    lastEventId = id ?? lastEventId
    if (event !== 'change') return
    const message = JSON.parse(data) as ChangeMessage
    for (const listener of changeListeners) listener(message)
  }

  async function keepReading(signal: AbortSignal): Promise<void> {
    let waitMs = 1000
    while (!signal.aborted) {
      const began = clock()
      try {
        const silence = new AbortController()
        const response = await api.events({ signal: AbortSignal.any([signal, silence.signal]), lastEventId })
        set({ kind: 'live' })
        await readEvents(response, { onEvent: tell, onSilence: () => silence.abort() })
      } catch (error) {
        if (isUnauthenticated(error)) return onUnauthenticated()
      }
      if (signal.aborted) return
      set({ kind: 'lost', since: clock() })
      // A connection that held for a while ended for its own reasons: the first retry comes soon.
      waitMs = clock() - began > retryMsMax ? 1000 : Math.min(waitMs * 2, retryMsMax)
      await pause(waitMs / 2, signal)
    }
  }

  return {
    start: () => {
      if (running) return
      running = new AbortController()
      void keepReading(running.signal)
    },
    stop: () => {
      running?.abort()
      running = undefined
      lastEventId = undefined
      set({ kind: 'waiting' })
    },
    state: () => state,
    onState: (listener) => listenIn(stateListeners, listener),
    onChange: (listener) => listenIn(changeListeners, listener),
  }
}

function listenIn<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

type Reading = { readonly onEvent: (event: ServerEvent) => void; readonly onSilence: () => void }

/** Until the server ends it or the connection breaks. */
async function readEvents(response: Response, { onEvent, onSilence }: Reading): Promise<void> {
  const parser = createEventParser()
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let timer = setTimeout(onSilence, silenceMsMax)
  try {
    for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
      clearTimeout(timer)
      timer = setTimeout(onSilence, silenceMsMax)
      for (const event of parser.push(chunk.value)) onEvent(event)
    }
  } finally {
    clearTimeout(timer)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
