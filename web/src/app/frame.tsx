// The frame around every page: the rail, the state of the live stream, the palette, the list of keys.

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { ChangeMessage } from '#wire/system.ts'
import { refresh } from '../api/queries.ts'
import { Failure } from '../ui/states.tsx'
import { CommandPalette } from './command-palette.tsx'
import { KeysOverlay } from './keys-overlay.tsx'
import { useKeys } from './keys.tsx'
import { MenuButton, Rail } from './rail.tsx'
import { useServices } from './services.ts'

export function Frame() {
  const { queries, live } = useServices()
  const me = useQuery(queries.me())
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null)
  useLiveRefresh()
  useKeys('Everywhere', [
    { keys: 'Ctrl+k', does: 'Go to a page, a use case or a decision', run: () => setOpen('palette') },
    { keys: '?', does: 'Show the keys of this page', run: () => setOpen('keys') },
  ])
  useEffect(() => {
    live.start()
    return () => live.stop()
  }, [live])

  const controls = { onPalette: () => setOpen('palette'), onKeys: () => setOpen('keys') }
  return (
    <div className="min-h-screen lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded border border-ink bg-paper px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <aside className="sticky top-0 hidden h-screen border-r border-line bg-sunken lg:block">
        <Rail me={me.data} {...controls} />
      </aside>
      <header className="sticky top-0 z-30 flex items-center justify-between border-b border-line bg-sunken px-4 py-2 lg:hidden">
        <span className="font-semibold">Airworthy</span>
        <MenuButton me={me.data} {...controls} />
      </header>
      <main id="content" tabIndex={-1} className="min-w-0 px-4 py-5 sm:px-8 lg:max-w-[88rem]">
        {me.error ? (
          <div className="mb-6">
            <Failure error={me.error} onRetry={() => void me.refetch()} />
          </div>
        ) : null}
        <Outlet />
      </main>
      <CommandPalette isOpen={open === 'palette'} onClose={() => setOpen(null)} />
      <KeysOverlay isOpen={open === 'keys'} onClose={() => setOpen(null)} />
    </div>
  )
}

/** Under load changes come several times a second; a page that asked again for each would never rest. */
const refreshEveryMs = 1500

function useLiveRefresh(): void {
  const { live } = useServices()
  const client = useQueryClient()
  const waiting = useRef<ChangeMessage[]>([])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = live.onChange((message) => {
      waiting.current.push(message)
      timer ??= setTimeout(() => {
        timer = undefined
        refresh(client, waiting.current.splice(0))
      }, refreshEveryMs)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [live, client])
}
