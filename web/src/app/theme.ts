// The reader's choice of light or dark. CSS does the work (light-dark() in styles.css): "system" needs no script at all, so
// nothing flashes; a choice only sets one attribute before the first paint of the app.

export type Theme = 'system' | 'light' | 'dark'
export const themes: readonly Theme[] = ['system', 'light', 'dark']

const place = 'airworthy-theme'

export function readTheme(storage: Pick<Storage, 'getItem'>): Theme {
  const stored = storage.getItem(place)
  return themes.find((theme) => theme === stored) ?? 'system'
}

export function applyTheme(theme: Theme, root: HTMLElement): void {
  if (theme === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = theme
}

export function keepTheme(theme: Theme, storage: Pick<Storage, 'setItem'>): void {
  storage.setItem(place, theme)
}
