// A key on the keyboard, as it is shown beside what it does. What it does is said elsewhere (aria-keyshortcuts, "?").

export function Keycap({ children, isFaint = false }: { children: string; isFaint?: boolean }) {
  return (
    <kbd
      aria-hidden="true"
      className={`inline-flex min-w-5 items-center justify-center rounded-[4px] border px-1 font-mono text-12 leading-4 max-sm:hidden ${
        isFaint ? 'border-line' : 'border-current/40'
      }`}
    >
      {children.replace('Ctrl+', 'Ctrl ')}
    </kbd>
  )
}
