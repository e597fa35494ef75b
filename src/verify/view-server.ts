// The view as its server tells it: what people and programs see is compared with the log, whatever lies in the database.

import { Agent, request } from 'undici'
import { NotCheckable } from './finding.ts'
import type { ViewedDecision, ViewSource } from './view-source.ts'

const pageRows = 200
const timeoutMs = 60_000
/** What a server says in place of the reason of a decision that somebody is to look at blindly. */
const keptBack = 'audit'

type Line = Omit<ViewedDecision, 'index' | 'reason'> & {
  readonly reason: string
  readonly log: { readonly index: number }
}

/** `address`: of the server, without a path. */
export function openViewServer(address: string, apiKey: string): ViewSource {
  const agent = new Agent({ connections: 1, headersTimeout: timeoutMs, bodyTimeout: timeoutMs })
  const prefix = address.replace(/\/+$/, '')

  async function get(path: string): Promise<unknown> {
    const url = `${prefix}${path}`
    const { status, text } = await ask(url)
    if (status === 200) return parse(url, text)
    if (status === 401 || status === 403)
      throw new NotCheckable('source', `${url} may not be read with this key.`, {
        hint: 'Give a key with --api-key that may read decisions of every use case.',
      })
    throw new NotCheckable('source', `${url} answers ${status}.`, { hint: 'Is it the address of an Airworthy server?' })
  }

  async function ask(url: string): Promise<{ status: number; text: string }> {
    try {
      const answer = await request(url, { dispatcher: agent, headers: { authorization: `Bearer ${apiKey}` } })
      return { status: answer.statusCode, text: await answer.body.text() }
    } catch (error) {
      throw new NotCheckable(
        'source',
        `${url} cannot be read: ${(error as Error).message || (error as NodeJS.ErrnoException).code}.`,
        { cause: error },
      )
    }
  }

  return {
    name: `the view as ${prefix} tells it`,
    async projection() {
      const { origin, view } = (await get('/api/v1/log')) as { origin: string; view: { position: number } }
      return { origin, position: view.position }
    },
    async *decisions() {
      for (let cursor: string | null | undefined; cursor !== null;) {
        const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const { items, next } = (await get(`/api/v1/decisions?limit=${pageRows}${after}`)) as {
          items: readonly Line[]
          next: string | null
        }
        yield items.map(viewed)
        cursor = next
      }
    },
    close: () => agent.close(),
  }
}

function parse(url: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new NotCheckable('source', `${url} does not answer in JSON: ${(error as Error).message}.`, { cause: error })
  }
}

function viewed({ log, ...line }: Line): ViewedDecision {
  const isKeptBack = line.reason === keptBack && line.value === null && line.finalValue === null
  return {
    ...line,
    index: log.index,
    ...(isKeptBack
      ? { reason: undefined, confidence: undefined, value: undefined, finalValue: undefined }
      : { reason: line.reason }),
  }
}
