// How long is the log, how far is it proven, and by whom? And: does this receipt hold?

import { useQuery } from '@tanstack/react-query'
import type { Status } from '#wire/system.ts'
import { useServices } from '../app/services.ts'
import { CheckpointSection } from '../parts/checkpoint-table.tsx'
import { ErasureSection } from '../parts/erasure-section.tsx'
import { HoldSection } from '../parts/hold-section.tsx'
import { LogFacts } from '../parts/log-facts.tsx'
import { LogKeysSection } from '../parts/log-keys-section.tsx'
import { ReadingSection } from '../parts/reading-section.tsx'
import { ReceiptSection } from '../parts/receipt-form.tsx'
import { WitnessSection } from '../parts/witness-section.tsx'
import { command } from '../text/command.ts'
import { formatCount } from '../text/format.ts'
import { logSentence } from '../text/log-words.ts'
import { CopyText } from '../ui/copy-text.tsx'
import { fact, Facts, Page, Section, type Fact } from '../ui/page.tsx'
import { Loaded, SentenceSkeleton } from '../ui/states.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function LogPage() {
  const { queries } = useServices()
  const query = useQuery(queries.log())
  const log = query.data
  return (
    <Page
      title="Log"
      sentence={log ? logSentence(log) : query.error ? 'The log’s state cannot be read now.' : <SentenceSkeleton />}
    >
      <Loaded query={query} lines={24}>
        {(found) => (
          <>
            <LogFacts log={found} />
            <ReceiptSection log={found} />
            <WitnessSection log={found} />
            <CheckpointSection />
            <LogKeysSection log={found} />
            <ErasureSection />
            <HoldSection />
            <ReadingSection />
            <ViewSection />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function ViewSection() {
  const { queries } = useServices()
  const query = useQuery(queries.status())
  return (
    <Section title="The view: made from the log">
      <Loaded query={query} lines={6}>
        {(status) => <Facts facts={viewFacts(status)} />}
      </Loaded>
      <p className="mt-3 mb-2 max-w-[65ch] text-soft">
        Lists and figures come from the view. It can be dropped and made again from the log at any time; the result is
        equal.
      </p>
      <div className="max-w-[40rem]">
        <CopyText text={command('rebuild')} label="command" />
      </div>
    </Section>
  )
}

function viewFacts({ log, view, version, startedAt }: Status): Fact[] {
  const broken = { tone: 'fails', word: view.detail ?? 'not kept up' } as const
  return [
    fact('State', <VerdictMark verdict={view.ok ? { tone: 'holds', word: 'kept up' } : broken} />),
    fact('Next entry to read', <span data-figure="">{formatCount(log.view.position)}</span>),
    fact('Still to read', <span data-figure="">{formatCount(log.view.behind)}</span>),
    fact('Database', view.database === 'embedded' ? 'embedded' : 'PostgreSQL server'),
    fact(
      'Server',
      <>
        version {version}, started <When at={startedAt} />
      </>,
    ),
  ]
}
