// The key that the reader signed in with. It lies in sessionStorage: it goes when the tab is closed and no cookie carries it.

export type Session = {
  key(): string | null
  signIn(key: string): void
  /** `why` is shown on the sign-in page. */
  signOut(why?: string): void
  /** Why the reader was signed out; null when they did it themselves. */
  reason(): string | null
  subscribe(listener: () => void): () => void
}

const place = 'airworthy-key'

export function createSession(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): Session {
  const listeners = new Set<() => void>()
  let why: string | null = null
  const tell = () => {
    for (const listener of listeners) listener()
  }
  return {
    key: () => storage.getItem(place),
    signIn(key) {
      why = null
      storage.setItem(place, key)
      tell()
    },
    signOut(reason) {
      why = reason ?? null
      storage.removeItem(place)
      tell()
    },
    reason: () => why,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
