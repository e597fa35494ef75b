// How many decisions came since the list was loaded. They are announced and shown when asked for: rows that slip in by
// themselves make people click on the wrong one.

import { useEffect, useRef, useState } from 'react'
import { pageQuery } from '../api/queries.ts'
import { useServices } from '../app/services.ts'

export type NewDecisions = { readonly count: number; readonly isAtLeast: boolean }

/** Asked at most this often, however fast decisions come. */
const everyMs = 2000
const noneNew: NewDecisions = { count: 0, isAtLeast: false }

/** `newest` is the log index of the newest row that is loaded; -1 for an empty list; undefined while it loads. */
export function useNewDecisions(filters: URLSearchParams, newest: number | undefined): NewDecisions {
  const { api, live } = useServices()
  const [found, setFound] = useState<NewDecisions & { for: string }>()
  const asked = useRef<{ filters: URLSearchParams; newest: number | undefined }>({ filters, newest })
  useEffect(() => {
    asked.current = { filters, newest }
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const abort = new AbortController()

    async function count(): Promise<void> {
      timer = undefined
      const { filters, newest } = asked.current
      if (newest === undefined) return
      try {
        const page = await api.decisions(pageQuery(filters, null), { signal: abort.signal })
        const fresh = page.items.filter((decision) => decision.log.index > newest).length
        setFound({
          count: fresh,
          isAtLeast: fresh === page.items.length && page.next !== null,
          for: `${filters}@${newest}`,
        })
      } catch {
        // Nothing is lost: the list itself says when it cannot be read, and the next change asks again.
      }
    }

    const stop = live.onChange((message) => {
      if (message.topics.includes('decisions')) timer ??= setTimeout(() => void count(), everyMs)
    })
    return () => {
      stop()
      clearTimeout(timer)
      abort.abort()
    }
  }, [api, live])
  return found?.for === `${filters}@${newest}` ? found : noneNew
}
