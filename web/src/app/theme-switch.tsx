// Light, dark, or as the system says.

import { ToggleGroup } from 'radix-ui'
import { useState } from 'react'
import { applyTheme, keepTheme, readTheme, themes } from './theme.ts'

const words = { system: 'System', light: 'Light', dark: 'Dark' } as const

export function ThemeSwitch() {
  const [theme, setTheme] = useState(() => readTheme(localStorage))
  return (
    <ToggleGroup.Root
      type="single"
      value={theme}
      aria-label="Theme"
      className="flex rounded border border-line-strong p-0.5"
      onValueChange={(value) => {
        const chosen = themes.find((each) => each === value)
        if (chosen === undefined) return
        applyTheme(chosen, document.documentElement)
        keepTheme(chosen, localStorage)
        setTheme(chosen)
      }}
    >
      {themes.map((each) => (
        <ToggleGroup.Item
          key={each}
          value={each}
          className="min-h-7 flex-1 pointer-coarse:min-h-11 rounded-[4px] px-1 text-12 text-soft hover:text-ink data-[state=on]:bg-ink data-[state=on]:text-paper"
        >
          {words[each]}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
