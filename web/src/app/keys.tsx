// The keyboard, as pages use it: a page says its keys, they work while it is shown, and "?" lists them.

import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { matchKey, type KeyBinding, type Keystroke } from './keyboard.ts'

export type KeyGroup = { readonly title: string; readonly bindings: readonly KeyBinding[] }

type Keys = {
  readonly groups: readonly KeyGroup[]
  readonly singleKeys: boolean
  readonly setSingleKeys: (on: boolean) => void
  readonly add: (group: { current: KeyGroup }) => () => void
}

const KeysContext = createContext<Keys | null>(null)
const place = 'airworthy-single-keys'

export function KeysProvider({ children }: { children: ReactNode }) {
  const [refs, setRefs] = useState<readonly { current: KeyGroup }[]>([])
  const [singleKeys, setSingleKeys] = useState(() => localStorage.getItem(place) !== 'off')
  const keys = useMemo<Keys>(
    () => ({
      groups: refs.map((ref) => ref.current),
      singleKeys,
      setSingleKeys: (on) => {
        localStorage.setItem(place, on ? 'on' : 'off')
        setSingleKeys(on)
      },
      add: (ref) => {
        setRefs((all) => [...all, ref])
        return () => setRefs((all) => all.filter((each) => each !== ref))
      },
    }),
    [refs, singleKeys],
  )

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing) return
      // A dialog has the keyboard to itself, but for keys with Ctrl.
      const isBehindDialog = document.querySelector('[data-dialog]') !== null && !(event.ctrlKey || event.metaKey)
      if (isBehindDialog) return
      // The page's own keys come before the general ones.
      const bindings = refs.toReversed().flatMap((ref) => ref.current.bindings)
      const match = matchKey(bindings, strokeOf(event), { singleKeys })
      if (match === undefined) return
      event.preventDefault()
      match.binding.run(match.digit)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [refs, singleKeys])

  return <KeysContext value={keys}>{children}</KeysContext>
}

export function useKeyGroups(): Keys {
  const keys = useContext(KeysContext)
  if (keys === null) throw new Error('Invariant broken: KeysProvider stands in main.tsx')
  return keys
}

/** `bindings` may be new at each render; the newest are used. */
export function useKeys(title: string, bindings: readonly KeyBinding[]): void {
  const { add } = useKeyGroups()
  const ref = useRef<KeyGroup>({ title, bindings })
  useEffect(() => {
    ref.current = { title, bindings }
  })
  // `add` changes with what it adds to; the group is added once.
  const addRef = useRef(add)
  useEffect(() => addRef.current(ref), [])
}

function strokeOf(event: KeyboardEvent): Keystroke {
  const target = event.target instanceof HTMLElement ? event.target : null
  const isText = target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
  return {
    key: event.key,
    isCtrlOrCmd: event.ctrlKey || event.metaKey,
    isAlt: event.altKey,
    isInField: isText || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement,
    isOnControl: target?.closest('a, button, summary, [role="radio"], [role="option"]') != null,
  }
}
