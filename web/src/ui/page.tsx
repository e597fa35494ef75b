// The frame of a page: where it is, and the sentence that answers its question, before anything else.

import { Link } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'

type Crumb = { readonly words: string; readonly to: string }

export type PageProps = {
  readonly title: string
  readonly sentence: ReactNode
  readonly crumbs?: readonly Crumb[]
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, sentence, crumbs = [], actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} – Airworthy`
  }, [title])
  return (
    <>
      <header className="mb-6">
        <nav aria-label="Breadcrumbs" className="text-13 text-faint">
          <ol className="flex flex-wrap items-baseline gap-x-1.5">
            {crumbs.map((crumb) => (
              <li key={crumb.to} className="flex gap-x-1.5">
                <Link to={crumb.to}>{crumb.words}</Link>
                <span aria-hidden="true">/</span>
              </li>
            ))}
            <li aria-current="page" className="[overflow-wrap:anywhere]">
              <h1 className="text-13 font-medium text-soft">{title}</h1>
            </li>
          </ol>
        </nav>
        <div className="mt-1 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <p className="max-w-[60ch] text-20 font-medium [overflow-wrap:anywhere]">{sentence}</p>
          {actions === undefined ? null : <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
      </header>
      {children}
    </>
  )
}

/** A part of a page with its heading. */
export function Section({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className="mb-8">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2>{title}</h2>
        {note === undefined ? null : <div className="text-13 text-faint">{note}</div>}
      </div>
      {children}
    </section>
  )
}

export type Fact = { readonly name: string; readonly value: ReactNode }

export function fact(name: string, value: ReactNode): Fact {
  return { name, value }
}

/** Facts as label and value, in columns where there is room. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-8 gap-y-3 sm:grid-cols-2 lg:grid-cols-3">
      {facts.map(({ name, value }) => (
        <div key={name} className="min-w-0 border-t border-line pt-2">
          <dt className="text-12 text-faint">{name}</dt>
          <dd className="mt-0.5 [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
