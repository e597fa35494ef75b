// Tables: the header stays in sight, figures stand right, wide ones scroll by themselves and can be reached by keyboard.

import type { ReactNode } from 'react'

export type Column = {
  readonly name: string
  readonly isFigure?: boolean
  readonly isHiddenLabel?: boolean
  /** Left out on narrow screens, where it would push the rest out of sight; the row's own page has it. */
  readonly isExtra?: boolean
}

export function Table({
  label,
  columns,
  children,
}: {
  label: string
  columns: readonly Column[]
  children: ReactNode
}) {
  return (
    <section
      aria-label={label}
      // A region that scrolls must be reachable without a mouse.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="relative max-h-[80vh] overflow-auto rounded border border-line"
    >
      <table className="w-full border-separate border-spacing-0 text-13">
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={`sticky top-0 z-10 border-b border-line-strong bg-sunken px-3 py-2 text-12 font-medium whitespace-nowrap text-soft ${
                  column.isFigure ? 'text-right' : 'text-left'
                } ${column.isExtra ? 'max-sm:hidden' : ''}`}
              >
                {column.isHiddenLabel ? <span className="sr-only">{column.name}</span> : column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="[&>tr:last-child>*]:border-b-0">{children}</tbody>
      </table>
    </section>
  )
}

export function Cell({ of, children }: { of?: Pick<Column, 'isFigure' | 'isExtra'>; children: ReactNode }) {
  const look = `${of?.isFigure ? 'text-right whitespace-nowrap' : ''} ${of?.isExtra ? 'max-sm:hidden' : ''}`
  return <td className={`border-b border-line px-3 py-2 align-top ${look}`}>{children}</td>
}

/** How a column is shown, to pass to its cells. */
export const figure = { isFigure: true } as const
export const extra = { isExtra: true } as const
export const extraFigure = { isFigure: true, isExtra: true } as const

/** The cell that names its row. */
export function HeadCell({ children }: { children: ReactNode }) {
  return (
    <th scope="row" className="border-b border-line px-3 py-2 text-left align-top font-medium">
      {children}
    </th>
  )
}
