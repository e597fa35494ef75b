// Why was this decided, by whom, on what basis?

import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { DecisionDetail } from '#wire/decision.ts'
import { useServices } from '../app/services.ts'
import { ContentView } from '../parts/content-view.tsx'
import { DecisionActions, DecisionOutcomes, Digests, ReviewFacts, Withheld } from '../parts/decision-parts.tsx'
import { StepTimes } from '../parts/step-times.tsx'
import { decisionSentence } from '../text/decision-sentence.ts'
import { formatConfidence, formatCount, formatDuration, formatShare, formatValue } from '../text/format.ts'
import { armWords, reasonWords, routeWords, statusVerdicts } from '../text/words.ts'
import { CopyText } from '../ui/copy-text.tsx'
import { Facts, Page, Section } from '../ui/page.tsx'
import { Loaded, SentenceSkeleton } from '../ui/states.tsx'
import { Cell, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function DecisionPage() {
  const { queries } = useServices()
  const { id } = useParams({ from: '/frame/decisions/$id' })
  const query = useQuery(queries.decision(id))
  return (
    <Page
      title={`Decision ${id.slice(-12)}`}
      crumbs={[{ words: 'Decisions', to: '/decisions' }]}
      sentence={
        query.data ? (
          decisionSentence(query.data)
        ) : query.error ? (
          'This decision cannot be shown.'
        ) : (
          <SentenceSkeleton />
        )
      }
    >
      <Loaded query={query} lines={24}>
        {(decision) => <Decision decision={decision} />}
      </Loaded>
    </Page>
  )
}

function Decision({ decision }: { decision: DecisionDetail }) {
  const isOverridden = decision.review?.verdict === 'override' && decision.review.kind === 'decision'
  return (
    <>
      {decision.withheld === null ? null : <Withheld why={decision.withheld} />}
      <Section title="Why">
        <Basis decision={decision} />
      </Section>
      <div className="gap-8 xl:grid xl:grid-cols-2">
        <Section title="Input">
          <ContentView label="Input" value={decision.input} />
          {decision.context === null || decision.context === undefined ? null : (
            <div className="mt-4">
              <h3 className="mb-1">Context</h3>
              <ContentView label="Context" value={decision.context} />
            </div>
          )}
        </Section>
        <div>
          <Section title={decision.route === 'fallback' ? 'Output of the fallback' : 'Output of the model'}>
            <ContentView label="Output" value={decision.output} />
          </Section>
          {isOverridden ? (
            <Section title="What stands: the person’s output">
              <ContentView label="Final output" value={decision.finalOutput} />
            </Section>
          ) : null}
        </div>
      </div>
      {decision.review === null ? null : (
        <Section title="Review">
          <ReviewFacts review={decision.review} />
        </Section>
      )}
      {decision.actions.length === 0 ? null : (
        <Section title="Actions">
          <DecisionActions actions={decision.actions} />
        </Section>
      )}
      <Section title="Outcomes">
        {decision.outcomes.length === 0 ? (
          <p className="text-soft">What turned out is not known yet.</p>
        ) : (
          <DecisionOutcomes outcomes={decision.outcomes} />
        )}
      </Section>
      {decision.steps.length === 0 ? null : (
        <Section title="Time">
          <StepTimes steps={decision.steps} durationMs={decision.durationMs} />
        </Section>
      )}
      <Section title="Proof">
        <p className="mb-2">
          Entry <span data-figure="">{formatCount(decision.log.index)}</span> of the log holds these digests; the
          contents lie beside it.
        </p>
        <Digests payloads={decision.payloads} />
        <div className="mt-3 max-w-[40rem]">
          <CopyText text={decision.id} label="id of the decision" />
        </div>
      </Section>
    </>
  )
}

function Basis({ decision }: { decision: DecisionDetail }) {
  const { model, failure, audit, violations } = decision
  return (
    <>
      <Facts
        facts={[
          ['State', <VerdictMark verdict={statusVerdicts[decision.status]} />],
          ['Route', `${decision.route}: ${routeWords[decision.route]}`],
          ['Reason', reasonWords(decision.reason)],
          [
            'Rule',
            decision.rule === null ? 'none matched' : <code className="font-mono text-13">{decision.rule}</code>,
          ],
          ['Decision', formatValue(decision.finalValue ?? decision.value)],
          ['Confidence', <span data-figure="">{formatConfidence(decision.confidence)}</span>],
          ['Model', model === null ? 'none was used' : `${model.name} ${model.version}`],
          ['Arm', armWords[decision.arm]],
          [
            'Use case',
            <>
              <Link to="/use-cases/$name" params={{ name: decision.useCase }}>
                {decision.useCase}
              </Link>
              , revision {decision.revision}
            </>,
          ],
          ['Asked for by', decision.by.name],
          [
            'When',
            <>
              <When at={decision.at} exact />, in {formatDuration(decision.durationMs)}
            </>,
          ],
          ...(decision.subject === null ? [] : [['Subject', decision.subject] as const]),
          ...(failure === null
            ? []
            : [
                [
                  'Why the model’s answer was not used',
                  `${reasonWords(`model-${failure.cause}`)}: ${failure.detail}`,
                ] as const,
              ]),
          ...(audit === null
            ? []
            : [
                [
                  'Drawn for a blind audit',
                  `${audit.drawn ? 'yes' : 'no'}, at a probability of ${formatShare(audit.probability)}`,
                ] as const,
              ]),
        ]}
      />
      {violations.length === 0 ? null : (
        <div className="mt-4">
          <h3 className="mb-1">What broke the data contract</h3>
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
        </div>
      )}
    </>
  )
}
