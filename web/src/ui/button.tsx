// Buttons and links that look like them. One that may not be used now stays in reach and says why: a button that is grey
// without a reason is a riddle.

import { Tooltip } from 'radix-ui'
import { useId, type ComponentProps, type ReactNode } from 'react'
import { Keycap } from './keycap.tsx'

type Kind = 'primary' | 'plain' | 'danger' | 'quiet'

export type ButtonProps = Omit<ComponentProps<'button'>, 'disabled' | 'className'> & {
  readonly kind?: Kind
  /** Why it may not be used now; null or absent when it may. */
  readonly disabledReason?: string | null | undefined
  readonly isBusy?: boolean
  /** The key that does the same, shown on it. */
  readonly shortcut?: string
  readonly wide?: boolean
}

const looks: Record<Kind, string> = {
  primary: 'border-ink bg-ink text-paper hover:bg-soft hover:border-soft',
  plain: 'border-line-strong bg-paper text-ink hover:bg-marked',
  danger: 'border-fails bg-paper text-fails hover:bg-fails-paper',
  quiet: 'border-transparent bg-transparent text-soft hover:bg-marked hover:text-ink',
}
const off = 'border-line bg-sunken text-faint cursor-not-allowed'

const base =
  'inline-flex items-center justify-center gap-2 rounded border px-3 min-h-8 pointer-coarse:min-h-11 text-13 font-medium whitespace-nowrap no-underline'

export function Button({
  kind = 'plain',
  disabledReason,
  isBusy = false,
  shortcut,
  wide = false,
  ...rest
}: ButtonProps) {
  const reasonId = useId()
  const { onClick, children, type, ...others } = rest
  const isOff = typeof disabledReason === 'string'
  const button = (
    <button
      {...others}
      type={type ?? 'button'}
      className={`${base} ${isOff ? off : looks[kind]} ${wide ? 'w-full' : ''}`}
      aria-disabled={isOff || isBusy || undefined}
      aria-describedby={isOff ? reasonId : rest['aria-describedby']}
      aria-keyshortcuts={shortcut}
      onClick={(event) => {
        if (isOff || isBusy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {isBusy ? 'One moment…' : children}
      {shortcut === undefined ? null : <Keycap isFaint={isOff}>{shortcut}</Keycap>}
    </button>
  )
  if (!isOff) return button
  return (
    <>
      <Hint text={disabledReason}>{button}</Hint>
      <span id={reasonId} className="sr-only">
        {disabledReason}
      </span>
    </>
  )
}

/** Says on hover and focus what something is; for what has no words of its own on it, or is off. */
function Hint({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 rounded border border-line bg-ink px-2 py-1 text-12 text-paper"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
