// The small parts that every section of a report is made of: marks, tables, charts with their words.

import type { ReactNode } from 'react'
import { bound } from './readable.ts'
import type { Tone, Verdict } from './verdicts.ts'

const shapes: Record<Tone, string> = { holds: '●', watch: '▲', fails: '■', unknown: '○' }

/** A state by shape, word and colour together. */
export function Mark({ verdict }: { verdict: Verdict }) {
  return (
    <span className={`report-mark report-${verdict.tone}`}>
      <span aria-hidden="true">{shapes[verdict.tone]} </span>
      {verdict.word}
    </span>
  )
}

type SectionProps = {
  readonly id: string
  readonly title: string
  readonly sentence?: ReactNode
  readonly children: ReactNode
}

/** Its first line says what it comes to. */
export function ReportSection({ id, title, sentence, children }: SectionProps) {
  return (
    <section className="report-section" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {sentence === undefined ? null : (
        <p className="report-lead">{typeof sentence === 'string' ? bound(sentence) : sentence}</p>
      )}
      {children}
    </section>
  )
}

type MoreProps = { readonly summary: string; readonly isForScreens?: boolean; readonly children: ReactNode }

/** What opens where somebody wants to know more. `isForScreens`: left closed on paper, where it would fill pages. */
export function More({ summary, isForScreens = false, children }: MoreProps) {
  return (
    <details className={isForScreens ? 'report-more report-screen' : 'report-more'}>
      <summary>{summary}</summary>
      <div>{children}</div>
    </details>
  )
}

/** The method in words. */
export function Method({ children }: { children: ReactNode }) {
  return <More summary="How was this computed?">{children}</More>
}

/** `isText`: sentences, which need room where the table scrolls. */
export type TableColumn = { readonly name: string; readonly isFigure?: boolean; readonly isText?: boolean }
export type TableRow = { readonly key: string; readonly cells: readonly ReactNode[] }
type TableProps = {
  readonly caption: string
  readonly columns: readonly TableColumn[]
  readonly rows: readonly TableRow[]
}

/** The first cell names its row. Wide tables scroll by themselves and can be reached without a mouse. */
export function ReportTable({ caption, columns, rows }: TableProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard
    <section className="report-table" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, isFigure }) => (
              <th key={name} scope="col" className={isFigure ? 'figure' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, at) =>
                at === 0 ? (
                  // oxlint-disable-next-line react/no-array-index-key -- cells have no other name than their place
                  <th key={at} scope="row">
                    {cell}
                  </th>
                ) : (
                  // oxlint-disable-next-line react/no-array-index-key -- as above
                  <td key={at} className={columns[at]?.isFigure ? 'figure' : columns[at]?.isText ? 'words' : undefined}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

type ChartProps = {
  /** What it shows, for whoever does not see it. */
  readonly title: string
  readonly width: number
  readonly height: number
  readonly children: ReactNode
}

/** A drawing that keeps its lettering readable: on narrow screens it scrolls instead of shrinking. */
export function Chart({ title, width, height, children }: ChartProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard
    <section className="report-chart" aria-label={title} tabIndex={0}>
      <svg role="img" aria-label={title} viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
        {children}
      </svg>
    </section>
  )
}

export type Fact = { readonly name: string; readonly value: ReactNode }

/** `isDense`: many short ones, side by side. */
export function FactList({ facts, isDense = false }: { facts: readonly Fact[]; isDense?: boolean }) {
  return (
    <dl className={isDense ? 'report-facts report-dense' : 'report-facts'}>
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
