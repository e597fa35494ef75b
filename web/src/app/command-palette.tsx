// Ctrl+K or Cmd+K: goes to any page, any use case, or to a decision by its id.

import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type KeyboardEvent } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { destinations, type Destination } from './destinations.ts'
import { useServices } from './services.ts'

export function CommandPalette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog open={isOpen} onClose={onClose} title="Go to" isTitleHidden>
      <Palette onClose={onClose} />
    </Dialog>
  )
}

function Palette({ onClose }: { onClose: () => void }) {
  const { queries } = useServices()
  const navigate = useNavigate()
  const { data } = useQuery(queries.allUseCases())
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const found = destinations(
    text,
    (data?.items ?? []).map((useCase) => useCase.name),
  )
  const chosen = found[Math.min(at, found.length - 1)]

  function go(destination: Destination | undefined): void {
    if (destination === undefined) return
    onClose()
    void navigate({ href: destination.href })
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0))
    else if (event.key === 'Enter') go(chosen)
    else return
    event.preventDefault()
  }

  return (
    <>
      <input
        role="combobox"
        aria-label="Go to a page, a use case or the id of a decision"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={chosen === undefined ? undefined : `palette-${found.indexOf(chosen)}`}
        autoComplete="off"
        spellCheck={false}
        placeholder="A page, a use case, or the id of a decision"
        className="min-h-10 w-full rounded border border-line-strong bg-paper px-3 text-16 placeholder:text-faint"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      {/* The pattern of a combobox: the keyboard stays in the field, which moves the choice; no HTML element does this. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
      <div id="palette-list" role="listbox" aria-label="Found" className="mt-2">
        {found.map((destination, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={destination.href}
            id={`palette-${index}`}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
            role="option"
            aria-selected={destination === chosen}
            tabIndex={-1}
            className="flex min-h-9 cursor-pointer items-center justify-between gap-4 rounded px-3 aria-selected:bg-marked"
            onClick={() => go(destination)}
          >
            <span className="min-w-0 truncate">{destination.words}</span>
            <span className="text-12 text-faint">{destination.kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 ? (
        <output className="block px-3 py-2 text-soft">
          Nothing is called so. Decisions are found by their whole id.
        </output>
      ) : null}
    </>
  )
}
