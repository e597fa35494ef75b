// A dialog in the middle of the page. Radix keeps the focus inside and gives it back; its own overlay is not used, because
// it writes a style element, which the content security policy forbids: styles.css stops the page behind from scrolling.

import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

export type DialogProps = {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  readonly description?: string
  /** For dialogs whose purpose shows: the title is read out, not drawn. */
  readonly isTitleHidden?: boolean
  /** For what is read at length: its title and the way out stay in sight. */
  readonly isWide?: boolean
  readonly children: ReactNode
}

export function Dialog(props: DialogProps) {
  const { open, onClose, title, description, isTitleHidden = false, isWide = false, children } = props
  return (
    <Radix.Root open={open} onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <Radix.Portal>
        <div aria-hidden="true" className="fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          data-dialog=""
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={`fixed inset-x-2 top-[8vh] z-50 mx-auto flex max-h-[84vh] ${isWide ? 'max-w-[52rem]' : 'max-w-[36rem]'} flex-col overflow-auto rounded border border-line-strong bg-raised p-4`}
        >
          {isWide ? (
            <div className="sticky -top-4 z-10 -mx-4 -mt-4 flex items-center justify-between gap-4 border-b border-line bg-raised px-4 py-2">
              <Radix.Title className="text-16 font-semibold">{title}</Radix.Title>
              <Button onClick={onClose}>Close</Button>
            </div>
          ) : (
            <Radix.Title className={isTitleHidden ? 'sr-only' : 'text-16 font-semibold'}>{title}</Radix.Title>
          )}
          {description === undefined ? null : (
            <Radix.Description className="mt-1 max-w-[60ch] text-soft">{description}</Radix.Description>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
