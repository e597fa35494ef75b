// The rail: the pages that exist, how live what is shown is, who is signed in. On narrow screens it opens as a dialog.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Me } from '#wire/key.ts'
import { formatClock, formatCount } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { pages } from './pages.ts'
import { useLiveState, useServices } from './services.ts'
import { ThemeSwitch } from './theme-switch.tsx'

type RailProps = { readonly me: Me | undefined; readonly onPalette: () => void; readonly onKeys: () => void }

export function Rail({ me, onPalette, onKeys }: RailProps) {
  const { session } = useServices()
  return (
    <div className="flex h-full flex-col gap-4 overflow-y-auto px-3 py-4">
      <p className="px-2 text-16 font-semibold tracking-tight max-lg:hidden">Airworthy</p>
      <PageLinks />
      <div className="mt-auto flex flex-col gap-3 text-13">
        <LiveMark />
        <div className="flex flex-col gap-2 max-lg:hidden">
          <Button onClick={onPalette} shortcut="Ctrl+K" wide>
            Go to
          </Button>
          <Button onClick={onKeys} shortcut="?" wide>
            Keys
          </Button>
        </div>
        <ThemeSwitch />
        <div className="border-t border-line pt-3">
          <p className="px-2 text-12 text-faint">Signed in as</p>
          <p className="truncate px-2 font-medium">{me?.name ?? '…'}</p>
          <div className="mt-1">
            <Button kind="quiet" onClick={() => session.signOut()}>
              Sign out
            </Button>
          </div>
        </div>
      </div>
    </div>
  )
}

function PageLinks() {
  const { queries } = useServices()
  const { data: status } = useQuery(queries.status())
  const counts = { '/review': status?.openReviews ?? 0, '/actions': status?.deadActions ?? 0 }
  return (
    <nav aria-label="Pages">
      <ul className="flex flex-col gap-0.5">
        {pages.map((page) => {
          const count = page.to === '/review' || page.to === '/actions' ? counts[page.to] : 0
          return (
            <li key={page.to}>
              <Link
                to={page.to}
                activeOptions={{ exact: page.to === '/', includeSearch: false }}
                className="flex min-h-8 items-center justify-between rounded px-2 text-14 text-soft no-underline hover:bg-marked hover:text-ink aria-[current=page]:bg-marked aria-[current=page]:font-medium aria-[current=page]:text-ink max-lg:min-h-11"
              >
                {page.words}
                {count > 0 ? (
                  <span className="text-12 text-soft tabular-nums">
                    {formatCount(count)}
                    <span className="sr-only"> {page.to === '/review' ? 'waiting' : 'given up'}</span>
                  </span>
                ) : null}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

/** How live the figures are: they are only as new as the stream that keeps them so. */
function LiveMark() {
  const state = useLiveState()
  return (
    <output className="block px-2 text-12">
      {state.kind === 'live' ? <VerdictMark verdict={{ tone: 'holds', word: 'live' }} /> : null}
      {state.kind === 'waiting' ? <VerdictMark verdict={{ tone: 'unknown', word: 'connecting' }} /> : null}
      {state.kind === 'lost' ? (
        <>
          <VerdictMark
            verdict={{ tone: 'watch', word: `not live since ${formatClock(new Date(state.since).toISOString())}` }}
          />
          <span className="block text-soft">The connection broke; trying again.</span>
        </>
      ) : null}
    </output>
  )
}

export function MenuButton(props: RailProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)} aria-haspopup="dialog" aria-expanded={isOpen}>
        Menu
      </Button>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title="Menu">
        {/* Any link followed closes the menu; the links themselves are what is operated. */}
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
        <div
          onClick={(event) =>
            event.target instanceof Element && event.target.closest('a') ? setOpen(false) : undefined
          }
        >
          <Rail {...props} />
        </div>
      </Dialog>
    </>
  )
}
