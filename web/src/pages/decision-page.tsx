// Why was this decided, by whom, on what basis?

import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { DecisionDetail } from '#wire/decision.ts'
import { useServices } from '../app/services.ts'
import { ContentView } from '../parts/content-view.tsx'
import { basisFacts, Violations } from '../parts/decision-basis.tsx'
import { DecisionActions, DecisionOutcomes, Digests, ReviewFacts } from '../parts/decision-parts.tsx'
import { DecisionHolds, Withheld } from '../parts/decision-withheld.tsx'
import { ProofBadge } from '../parts/proof-badge.tsx'
import { StepTimes } from '../parts/step-times.tsx'
import { decisionSentence } from '../text/decision-sentence.ts'
import { formatCount } from '../text/format.ts'
import { CopyText } from '../ui/copy-text.tsx'
import { Facts, Page, Section } from '../ui/page.tsx'
import { Loaded, SentenceSkeleton } from '../ui/states.tsx'

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
      actions={query.data ? <ProofBadge decision={query.data} /> : null}
    >
      <Loaded query={query} lines={24}>
        {(decision) => <Decision decision={decision} />}
      </Loaded>
    </Page>
  )
}

function Decision({ decision }: { decision: DecisionDetail }) {
  // What was never there and what is not shown must not look the same.
  const absent = decision.withheld === null ? 'none' : absentWords[decision.withheld]
  const isOverridden = decision.review?.verdict === 'override' && decision.review.kind === 'decision'
  return (
    <>
      <Withheld decision={decision} />
      <DecisionHolds decision={decision} />
      <Section title="Why">
        <Basis decision={decision} />
      </Section>
      <div className="gap-8 xl:grid xl:grid-cols-2">
        <Section title="Input">
          <ContentView label="Input" isFolded value={decision.input} absent={absent} />
          {decision.context === null || decision.context === undefined ? null : (
            <div className="mt-4">
              <h3 className="mb-1">Context</h3>
              <ContentView label="Context" value={decision.context} />
            </div>
          )}
        </Section>
        <div>
          <Section title={decision.route === 'fallback' ? 'Output of the fallback' : 'Output of the model'}>
            <ContentView label="Output" value={decision.output} absent={absent} />
          </Section>
          {isOverridden ? (
            <Section title="What stands: the person’s output">
              <ContentView label="Final output" value={decision.finalOutput} absent={absent} />
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
          Entry <span data-figure="">{formatCount(decision.log.index)}</span> of the log holds these digests;{' '}
          {decision.withheld === 'erased' ? 'the contents themselves are gone.' : 'the contents lie beside it.'}
        </p>
        <Digests payloads={decision.payloads} />
        <div className="mt-3 max-w-[40rem]">
          <CopyText text={decision.id} label="id of the decision" />
        </div>
      </Section>
    </>
  )
}

const absentWords = { erased: 'erased', 'blind-audit': 'hidden while the audit is open' } as const

function Basis({ decision }: { decision: DecisionDetail }) {
  return (
    <>
      <Facts facts={basisFacts(decision)} />
      {decision.violations.length === 0 ? null : (
        <div className="mt-4">
          <h3 className="mb-1">What broke the data contract</h3>
          <Violations violations={decision.violations} />
        </div>
      )}
    </>
  )
}
