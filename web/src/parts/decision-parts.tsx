// What belongs to a decision and came after it: its review, its actions, its outcomes, its proof.

import { Link } from '@tanstack/react-router'
import type { DecisionDetail } from '#wire/decision.ts'
import { formatBytes, formatCount, formatValue } from '../text/format.ts'
import { actionVerdicts, reasonWords, reviewVerdicts } from '../text/words.ts'
import { ReplayButton } from './replay-button.tsx'
import { fact, Facts, type Fact } from '../ui/page.tsx'
import { Cell, extra, extraFigure, figure, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

type Review = NonNullable<DecisionDetail['review']>

export function ReviewFacts({ review }: { review: Review }) {
  return (
    <>
      <Facts facts={reviewFacts(review)} />
      {review.comment === null ? null : (
        <blockquote className="mt-3 max-w-[70ch] border-l-2 border-line-strong pl-3 whitespace-pre-wrap">
          {review.comment}
        </blockquote>
      )}
      {review.status === 'done' ? null : (
        <p className="mt-3">
          <Link to="/review" search={{ item: review.id }}>
            Open it on the review desk
          </Link>
        </p>
      )}
    </>
  )
}

function reviewFacts(review: Review): Fact[] {
  const kind = review.kind === 'audit' ? 'blind audit of an automatic decision' : 'the caller waits for a person'
  const facts = [
    fact('State', <VerdictMark verdict={reviewVerdicts[review.status]} />),
    fact('Kind', kind),
    fact('Opened', <When at={review.openedAt} exact />),
  ]
  if (review.doneAt === null) {
    if (review.dueAt !== null) facts.push(fact('Due', <When at={review.dueAt} />))
    if (review.claimedBy !== null) facts.push(fact('Held by', review.claimedByMe ? 'you' : review.claimedBy))
    return facts
  }
  const by = review.doneBy ?? 'a person'
  facts.push(
    fact(
      'Decided',
      <>
        <When at={review.doneAt} exact /> by {by}
      </>,
    ),
    fact('Verdict', verdictWords(review)),
  )
  if (review.reason !== null) facts.push(fact('Reason', reasonWords(review.reason)))
  if (review.log !== null)
    facts.push(fact('On the log at', <span data-figure="">{formatCount(review.log.index)}</span>))
  return facts
}

function verdictWords({ verdict, agrees }: Review): string {
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
