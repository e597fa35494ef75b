// Where the palette can go, for what is typed.

import { pages } from './pages.ts'

export type Destination = {
  readonly words: string
  readonly kind: 'page' | 'use case' | 'decision'
  readonly href: string
}

const decisionId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Every word typed must occur; those that begin with what was typed come first. */
export function destinations(typed: string, useCases: readonly string[]): Destination[] {
  const text = typed.trim().toLowerCase()
  if (decisionId.test(text)) return [{ words: `Decision ${text}`, kind: 'decision', href: `/decisions/${text}` }]
  const all: Destination[] = [
    ...pages.map((page): Destination => ({ words: page.words, kind: 'page', href: page.to })),
    ...useCases.map((name): Destination => ({ words: name, kind: 'use case', href: `/use-cases/${name}` })),
  ]
  const words = text.split(/\s+/)
  const found = all.filter((destination) => words.every((word) => destination.words.toLowerCase().includes(word)))
  const begins = (destination: Destination) => (destination.words.toLowerCase().startsWith(text) ? 0 : 1)
  return found.sort((a, b) => begins(a) - begins(b)).slice(0, 12)
}
