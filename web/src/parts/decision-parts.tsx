// What belongs to a decision and came after it: its review, its actions, its outcomes, its proof.

import { Link } from '@tanstack/react-router'
import type { DecisionDetail } from '#wire/decision.ts'
import { formatBytes, formatCount, formatValue } from '../text/format.ts'
import { actionVerdicts, reasonWords, reviewVerdicts } from '../text/words.ts'
import { ReplayButton } from './replay-button.tsx'
import { Facts } from '../ui/page.tsx'
import { Cell, extra, extraFigure, figure, HeadCell, Table } from '../ui/table.tsx'
import { toneBox, VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function Withheld({ why }: { why: 'erased' | 'blind-audit' }) {
  return (
    <p className={`mb-4 max-w-[70ch] ${toneBox('unknown')}`}>
      {why === 'erased'
        ? 'The contents were erased: their time was over, or the person concerned asked for it. That they were there, and their digests, stay on the log.'
        : 'The system’s answer is hidden while a blind audit of this decision is open, so that whoever audits is not led by it.'}
    </p>
  )
}

export function ReviewFacts({ review }: { review: NonNullable<DecisionDetail['review']> }) {
  const isOpen = review.status !== 'done'
  return (
    <>
      <Facts
        facts={[
          ['State', <VerdictMark verdict={reviewVerdicts[review.status]} />],
          ['Kind', review.kind === 'audit' ? 'blind audit of an automatic decision' : 'the caller waits for a person'],
          ['Opened', <When at={review.openedAt} exact />],
          ...(review.dueAt !== null && isOpen ? [['Due', <When at={review.dueAt} />] as const] : []),
          ...(review.claimedBy !== null && isOpen
            ? [['Held by', review.claimedByMe ? 'you' : review.claimedBy] as const]
            : []),
          ...(review.doneAt === null
            ? []
            : [
                [
                  'Decided',
                  <>
                    <When at={review.doneAt} exact /> by {review.doneBy}
                  </>,
                ] as const,
              ]),
          ...(review.verdict === null ? [] : [['Verdict', verdictWords(review)] as const]),
          ...(review.reason === null ? [] : [['Reason', reasonWords(review.reason)] as const]),
          ...(review.log === null
            ? []
            : [['On the log at', <span data-figure="">{formatCount(review.log.index)}</span>] as const]),
        ]}
      />
      {review.comment === null ? null : (
        <blockquote className="mt-3 max-w-[70ch] border-l-2 border-line-strong pl-3 whitespace-pre-wrap">
          {review.comment}
        </blockquote>
      )}
      {isOpen ? (
        <p className="mt-3">
          <Link to="/review" search={{ item: review.id }}>
            Open it on the review desk
          </Link>
        </p>
      ) : null}
    </>
  )
}

function verdictWords({ verdict, agrees }: NonNullable<DecisionDetail['review']>): string {
  const word = verdict === 'approve' ? 'approved' : 'decided by own output'
  if (agrees === null) return word
  return agrees ? `${word}, as the model` : `${word}, otherwise than the model`
}

export function DecisionActions({ actions }: { actions: DecisionDetail['actions'] }) {
  const columns = [
    { name: 'Where it goes' },
    { name: 'State' },
    { name: 'Attempts', ...extraFigure },
    { name: 'Queued', ...extra },
    { name: 'What can be done', isHiddenLabel: true },
  ]
  return (
    <Table label="Actions of this decision" columns={columns}>
      {actions.map((action) => (
        <tr key={action.id}>
          <HeadCell>
            <span className="[overflow-wrap:anywhere]">{action.target}</span>
          </HeadCell>
          <Cell>
            <VerdictMark verdict={actionVerdicts[action.status]} />
            {action.lastError === null ? null : (
              <span className="block max-w-[44ch] text-soft">{action.lastError}</span>
            )}
          </Cell>
          <Cell of={extraFigure}>{formatCount(action.attempts)}</Cell>
          <Cell of={extra}>
            <When at={action.queuedAt} />
          </Cell>
          <Cell>{action.status === 'dead' ? <ReplayButton action={action} /> : null}</Cell>
        </tr>
      ))}
    </Table>
  )
}

export function DecisionOutcomes({ outcomes }: { outcomes: DecisionDetail['outcomes'] }) {
  const columns = [
    { name: 'Truth' },
    { name: 'Figures' },
    { name: 'As of' },
    { name: 'Recorded', ...extra },
    { name: 'Log', ...extraFigure },
  ]
  return (
    <Table label="Outcomes of this decision" columns={columns}>
      {outcomes.map((outcome) => (
        <tr key={outcome.log.index}>
          <HeadCell>{formatValue(outcome.label)}</HeadCell>
          <Cell>
            {Object.entries(outcome.kpi)
              .map(([name, value]) => `${name} ${formatValue(value)}`)
              .join(', ') || '–'}
          </Cell>
          <Cell>
            <When at={outcome.at} />
          </Cell>
          <Cell of={extra}>
            <When at={outcome.recordedAt} />
          </Cell>
          <Cell of={extraFigure}>{formatCount(outcome.log.index)}</Cell>
        </tr>
      ))}
    </Table>
  )
}

export function Digests({ payloads }: { payloads: DecisionDetail['payloads'] }) {
  return (
    <Table
      label="Digests of the contents"
      columns={[{ name: 'Contents' }, { name: 'Digest' }, { name: 'Size', ...figure }]}
    >
      {Object.entries(payloads).map(([name, { digest, bytes }]) => (
        <tr key={name}>
          <HeadCell>{name}</HeadCell>
          <Cell>
            <code className="font-mono text-12 [overflow-wrap:anywhere]">{digest}</code>
          </Cell>
          <Cell of={figure}>{formatBytes(bytes)}</Cell>
        </tr>
      ))}
    </Table>
  )
}
