// What the mock API answers with, in the shapes of the real one.

import type { Problem } from '#wire/common.ts'
import type { Me } from '#wire/key.ts'
import type { MockStore } from './mock-store.ts'

export type MockRequest = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly key: string | undefined
  readonly body: unknown
}
/** `kind: 'drop'`: the connection closes without an answer. */
export type MockAnswer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'text'; readonly body: string }
  | { readonly kind: 'drop' }

/** What a handler of a path is given: `rest` are the segments after its first. */
export type MockParts = {
  readonly store: MockStore
  readonly request: MockRequest
  readonly me: Me
  readonly now: number
  readonly rest: readonly string[]
  readonly isEmpty: boolean
}

export function page(items: readonly unknown[], query: URLSearchParams): MockAnswer {
  const limit = Number(query.get('limit') ?? 50)
  const at = Number(query.get('cursor') ?? 0)
  const next = at + limit < items.length ? String(at + limit) : null
  return ok({ items: items.slice(at, at + limit), next, total: items.length })
}

export function list(items: readonly unknown[]): MockAnswer {
  return ok({ items, next: null, total: items.length })
}

export function ok(body: unknown): MockAnswer {
  return { kind: 'json', status: 200, body }
}

export function forbidden(me: Me, what: string): MockAnswer {
  return problem(403, 'forbidden', {
    detail: `The key "${me.name}" may not ${what}.`,
    hint: 'Ask an admin for a key with the role admin.',
  })
}

export function problem(
  httpStatus: number,
  code: string,
  { detail, hint }: { detail: string; hint: string },
): MockAnswer {
  const titles: Record<number, string> = {
    401: 'You are not signed in.',
    403: 'You may not do this.',
    404: 'There is no such thing.',
    409: 'Somebody was faster.',
    503: 'The view cannot be read.',
  }
  const body: Problem = {
    type: 'about:blank',
    title: titles[httpStatus] ?? 'It failed.',
    status: httpStatus,
    code,
    detail,
    hint,
    instance: 'req-mock-1',
  }
  return { kind: 'json', status: httpStatus, body }
}
