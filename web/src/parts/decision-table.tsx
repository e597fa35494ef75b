// Decisions as rows; one of them is where the keyboard is.

import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { DecisionSummary } from '#wire/decision.ts'
import { formatConfidence, formatCount, formatValue } from '../text/format.ts'
import { armWords, reasonWords, routeWords, statusVerdicts } from '../text/words.ts'
import { Cell, extra, extraFigure, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

const columns = [
  { name: 'When' },
  { name: 'Use case', ...extra },
  { name: 'State' },
  { name: 'Decided' },
  { name: 'Confidence', ...extraFigure },
  { name: 'Route and reason', ...extra },
  { name: 'Arm', ...extra },
  { name: 'Truth', ...extra },
  { name: 'Log', ...extraFigure },
]

type TableProps = {
  readonly decisions: readonly DecisionSummary[]
  readonly chosen: number
  readonly onProof: (id: string) => void
}

export function DecisionTable({ decisions, chosen, onProof }: TableProps) {
  return (
    <Table label="Decisions" columns={columns}>
      {decisions.map((decision, n) => (
        <DecisionRow key={decision.id} decision={decision} isChosen={n === chosen} onProof={onProof} />
      ))}
    </Table>
  )
}

type RowProps = Pick<TableProps, 'onProof'> & { readonly decision: DecisionSummary; readonly isChosen: boolean }

function DecisionRow({ decision, isChosen, onProof }: RowProps) {
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    // The focus goes along, so that Enter opens and a screen reader says the row.
    if (isChosen) link.current?.focus()
  }, [isChosen])
  return (
    <tr className={isChosen ? 'bg-marked' : 'hover:bg-sunken'}>
      <Cell>
        <Link ref={link} to="/decisions/$id" params={{ id: decision.id }} preload={false}>
          <When at={decision.at} />
          <span className="sr-only">: decision {decision.id}</span>
        </Link>
        <span className="block text-12 text-faint sm:hidden">{decision.useCase}</span>
      </Cell>
      <Cell of={extra}>{decision.useCase}</Cell>
      <Cell>
        <VerdictMark verdict={statusVerdicts[decision.status]} />
        <span className="block text-12 text-soft sm:hidden">{reasonWords(decision.reason)}</span>
      </Cell>
      <Cell>
        {formatValue(decision.finalValue ?? decision.value)}
        {decision.finalValue === null && decision.value !== null ? (
          <span className="block text-12 text-soft">proposed</span>
        ) : null}
        {decision.finalValue !== null && decision.value !== null && decision.finalValue !== decision.value ? (
          <span className="block text-12 text-soft">model: {formatValue(decision.value)}</span>
        ) : null}
      </Cell>
      <Cell of={extraFigure}>{formatConfidence(decision.confidence)}</Cell>
      <Cell of={extra}>
        {routeWords[decision.route]}
        <span className="block text-12 text-soft">{reasonWords(decision.reason)}</span>
      </Cell>
      <Cell of={extra}>{armWords[decision.arm]}</Cell>
      <Cell of={extra}>
        {decision.label === null ? <span className="text-faint">not known</span> : <Truth decision={decision} />}
      </Cell>
      <Cell of={extraFigure}>
        <button
          type="button"
          aria-haspopup="dialog"
          aria-label={`Proof of entry ${formatCount(decision.log.index)}`}
          title="Check its proof"
          className="underline decoration-line-strong underline-offset-3"
          onClick={() => onProof(decision.id)}
        >
          {formatCount(decision.log.index)}
        </button>
      </Cell>
    </tr>
  )
}

function Truth({ decision }: { decision: DecisionSummary }) {
  const isRight = decision.finalValue !== null && decision.finalValue === decision.label
  if (decision.finalValue === null) return <>{formatValue(decision.label)}</>
  return (
    <VerdictMark
      verdict={{
        tone: isRight ? 'holds' : 'fails',
        word: `${formatValue(decision.label)}: ${isRight ? 'right' : 'wrong'}`,
      }}
    />
  )
}
