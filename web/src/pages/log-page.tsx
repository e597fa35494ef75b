// How long is the log, and has the view read it?

import { useQuery } from '@tanstack/react-query'
import type { Status } from '#wire/system.ts'
import { useServices } from '../app/services.ts'
import { command } from '../text/command.ts'
import { formatCount } from '../text/format.ts'
import { logSentence } from '../text/status-sentences.ts'
import { fact, Facts, Page, Section, type Fact } from '../ui/page.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { Loaded, SentenceSkeleton } from '../ui/states.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function LogPage() {
  const { queries } = useServices()
  const query = useQuery(queries.status())
  const status = query.data

  return (
    <Page
      title="Log"
      sentence={
        status ? logSentence(status) : query.error ? 'The log’s state cannot be read now.' : <SentenceSkeleton />
      }
    >
      <Loaded query={query} lines={10}>
        {(found) => (
          <>
            <Section title="The log: the truth">
              <Facts facts={logFacts(found)} />
              <p className="mt-3 max-w-[65ch] text-soft">
                Every decision and every act of a person is an entry, written before anybody got an answer. Entries are
                never changed; contents lie beside them and can be erased.
              </p>
            </Section>
            <Section title="The view: made from the log">
              <Facts facts={viewFacts(found)} />
              <p className="mt-3 mb-2 max-w-[65ch] text-soft">
                Lists and figures come from the view. It can be dropped and made again from the log at any time; the
                result is equal.
              </p>
              <div className="max-w-[40rem]">
                <CopyText text={command('rebuild')} label="command" />
              </div>
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function logFacts({ log, version, startedAt }: Status): Fact[] {
  return [
    fact('Entries, durable', <span data-figure="">{formatCount(log.size)}</span>),
    fact('Origin', <code className="font-mono text-13">{log.origin}</code>),
    fact(
      'Server',
      <>
        version {version}, started <When at={startedAt} />
      </>,
    ),
  ]
}

function viewFacts({ log, view }: Status): Fact[] {
  const broken = { tone: 'fails', word: view.detail ?? 'not kept up' } as const
  return [
    fact('State', <VerdictMark verdict={view.ok ? { tone: 'holds', word: 'kept up' } : broken} />),
    fact('Next entry to read', <span data-figure="">{formatCount(log.view.position)}</span>),
    fact('Still to read', <span data-figure="">{formatCount(log.view.behind)}</span>),
    fact('Database', view.database === 'embedded' ? 'embedded' : 'PostgreSQL server'),
  ]
}
