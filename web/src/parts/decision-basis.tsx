// On what basis a decision was made: rule, model, arm, who asked; and what broke the contract, where something did.

import { Link } from '@tanstack/react-router'
import type { DecisionDetail } from '#wire/decision.ts'
import { formatConfidence, formatDuration, formatShare, formatValue } from '../text/format.ts'
import { armWords, reasonWords, routeWords, statusVerdicts } from '../text/words.ts'
import { fact, type Fact } from '../ui/page.tsx'
import { Cell, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function basisFacts(decision: DecisionDetail): Fact[] {
  const { model, rule } = decision
  return [
    fact('State', <VerdictMark verdict={statusVerdicts[decision.status]} />),
    fact('Route', `${decision.route}: ${routeWords[decision.route]}`),
    fact('Reason', reasonWords(decision.reason)),
    fact('Rule', rule === null ? 'none matched' : <code className="font-mono text-13">{rule}</code>),
    fact('Decision', formatValue(decision.finalValue ?? decision.value)),
    fact('Confidence', <span data-figure="">{formatConfidence(decision.confidence)}</span>),
    fact('Model', model === null ? 'none was used' : `${model.name} ${model.version}`),
    fact('Arm', armWords[decision.arm]),
    fact('Use case', <UseCaseLink decision={decision} />),
    fact('Asked for by', decision.by.name),
    fact(
      'When',
      <>
        <When at={decision.at} exact />, in {formatDuration(decision.durationMs)}
      </>,
    ),
    ...rarerFacts(decision),
  ]
}

function rarerFacts({ subject, failure, audit }: DecisionDetail): Fact[] {
  const facts: Fact[] = []
  if (subject !== null) facts.push(fact('Subject', subject))
  if (failure !== null) {
    const words = `${reasonWords(`model-${failure.cause}`)}: ${failure.detail}`
    facts.push(fact('Why the model’s answer was not used', words))
  }
  if (audit !== null) {
    const words = `${audit.drawn ? 'yes' : 'no'}, at a probability of ${formatShare(audit.probability)}`
    facts.push(fact('Drawn for a blind audit', words))
  }
  return facts
}

function UseCaseLink({ decision }: { decision: DecisionDetail }) {
  return (
    <>
      <Link to="/use-cases/$name" params={{ name: decision.useCase }}>
        {decision.useCase}
      </Link>
      , revision {decision.revision}
    </>
  )
}

export function Violations({ violations }: { violations: DecisionDetail['violations'] }) {
  return (
    <Table
      label="Violations of the data contract"
      columns={[{ name: 'Where' }, { name: 'Rule' }, { name: 'What is wrong' }]}
    >
      {violations.map((violation) => (
        <tr key={`${violation.path} ${violation.rule}`}>
          <HeadCell>
            <code className="font-mono text-13 [overflow-wrap:anywhere]">{violation.path}</code>
          </HeadCell>
          <Cell>{violation.rule}</Cell>
          <Cell>{violation.message}</Cell>
        </tr>
      ))}
    </Table>
  )
}
