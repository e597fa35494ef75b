// The keyboard, as pages use it: a page says its keys, they work while it is shown, and "?" lists them.

import { createContext, useContext, useId, useLayoutEffect, useMemo, useState, type ReactNode } from 'react'
import { createKeyRegistry, type KeyRegistry } from './key-registry.ts'
import { matchKey, type KeyBinding, type Keystroke } from './keyboard.ts'

type Keys = {
  readonly registry: KeyRegistry
  readonly singleKeys: boolean
  readonly setSingleKeys: (on: boolean) => void
}

const KeysContext = createContext<Keys | null>(null)
const place = 'airworthy-single-keys'

export function KeysProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(createKeyRegistry)
  const [singleKeys, setOn] = useState(() => localStorage.getItem(place) !== 'off')
  const keys = useMemo(
    (): Keys => ({
      registry,
      singleKeys,
      setSingleKeys: (on) => {
        localStorage.setItem(place, on ? 'on' : 'off')
        setOn(on)
      },
    }),
    [registry, singleKeys],
  )

  // Before the page is painted: what is shown can be worked by its keys.
  useLayoutEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing) return
      // A dialog has the keyboard to itself.
      if (document.querySelector('[data-dialog]') !== null) return
      const bindings = registry.groups().flatMap((group) => group.bindings)
      const match = matchKey(bindings, strokeOf(event), { singleKeys })
      if (match === undefined) return
      event.preventDefault()
      match.binding.run(match.digit)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [registry, singleKeys])

  return <KeysContext value={keys}>{children}</KeysContext>
}

export function useKeyboard(): Keys {
  const keys = useContext(KeysContext)
  if (keys === null) throw new Error('Invariant broken: KeysProvider stands in main.tsx')
  return keys
}

/** `bindings` may be new at each render; the newest are used. */
export function useKeys(title: string, bindings: readonly KeyBinding[]): void {
  const { registry } = useKeyboard()
  const id = useId()
  useLayoutEffect(() => registry.put(id, { title, bindings }))
  useLayoutEffect(() => () => registry.remove(id), [registry, id])
}

function strokeOf(event: KeyboardEvent): Keystroke {
  const target = event.target instanceof HTMLElement ? event.target : null
  const isText = target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
  const control = target?.closest('a, button, summary, [role="radio"], [role="option"]')
  return {
    key: event.key,
    isCtrlOrCmd: event.ctrlKey || event.metaKey,
    isAlt: event.altKey,
    isInField: isText || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement,
    isOnControl: control !== null && control !== undefined,
  }
}
