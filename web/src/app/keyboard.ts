// Which key does what. Pure, so that the map can be tested and the same list be shown by "?".

export type KeyBinding = {
  /** As people write it: "a", "?", "Enter", "Escape", "Ctrl+k" (also Cmd on a Mac), "1-9". */
  readonly keys: string
  readonly does: string
  /** Also while something is typed into; for keys that write no text. */
  readonly alsoInFields?: boolean
  /** `digit` is 1 to 9 for "1-9", else 0. */
  readonly run: (digit: number) => void
}

/** What of a keyboard event matters. */
export type Keystroke = {
  readonly key: string
  readonly isCtrlOrCmd: boolean
  readonly isAlt: boolean
  /** The focus is where typing writes text. */
  readonly isInField: boolean
  /** The focus is on something that Enter or Space works by itself. */
  readonly isOnControl: boolean
}

export type KeySettings = {
  /** Keys without Ctrl can be switched off: people who dictate or mistype trigger them unwillingly (WCAG 2.1.4). */
  readonly singleKeys: boolean
}

export type KeyMatch = { readonly binding: KeyBinding; readonly digit: number }

export function matchKey(
  bindings: readonly KeyBinding[],
  stroke: Keystroke,
  settings: KeySettings,
): KeyMatch | undefined {
  if (stroke.isAlt) return undefined
  for (const binding of bindings) {
    const needsCtrl = binding.keys.startsWith('Ctrl+')
    if (needsCtrl !== stroke.isCtrlOrCmd) continue
    if (stroke.isInField && !needsCtrl && binding.alsoInFields !== true) continue
    if (isCharacter(binding.keys) && !settings.singleKeys) continue
    if (stroke.isOnControl && (binding.keys === 'Enter' || binding.keys === 'Space')) continue
    const digit = matchedDigit(binding.keys, stroke.key)
    if (digit !== undefined) return { binding, digit }
  }
  return undefined
}

/** Does this key write a character: such keys can be switched off. */
function isCharacter(keys: string): boolean {
  return keys.length === 1 || keys === '1-9'
}

/** 0 for a match without a digit; undefined for no match. */
function matchedDigit(keys: string, key: string): number | undefined {
  if (keys === '1-9') return /^[1-9]$/.test(key) ? Number(key) : undefined
  const wanted = keys.replace('Ctrl+', '')
  if (wanted.length === 1) return key.toLowerCase() === wanted ? 0 : undefined
  return key === (wanted === 'Space' ? ' ' : wanted) ? 0 : undefined
}
