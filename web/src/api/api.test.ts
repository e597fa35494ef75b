import { describe, expect, it } from 'vitest'
import { createApi } from './api.ts'

/** The API over answers that say the positions given, one after the other. */
function answering(positions: readonly (string | null)[]) {
  const sent: Headers[] = []
  const fetch: typeof globalThis.fetch = async (_input, init) => {
    sent.push(new Headers(init?.headers))
    const position = positions[sent.length - 1] ?? null
    return new Response('{}', position === null ? {} : { headers: { 'airworthy-view-position': position } })
  }
  return { sent, api: createApi({ fetch, key: () => 'k' }) }
}

const lastEventId = (headers: Headers | undefined) => headers?.get('last-event-id')
const { signal } = new AbortController()

describe('the live stream', () => {
  it('begins where the first answer was, so that what came between is told', async () => {
    const { api, sent } = answering(['7', '9'])
    await api.me()
    await api.status()
    await api.events({ signal, lastEventId: undefined })
    expect(lastEventId(sent[2])).toBe('7')
  })

  it('goes on after the last message that was read', async () => {
    const { api, sent } = answering(['7'])
    await api.me()
    await api.events({ signal, lastEventId: '12' })
    expect(lastEventId(sent[1])).toBe('12')
  })

  it('names nothing where nothing was asked yet', async () => {
    const { api, sent } = answering([])
    await api.events({ signal, lastEventId: undefined })
    expect(lastEventId(sent[0])).toBeNull()
  })
})
