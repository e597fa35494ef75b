// What was found when a pilot was compared with live data: the same report as the file, on a page.

import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { AssessmentDetail } from '#wire/assessment-kept.ts'
import { useServices } from '../app/services.ts'
import { Verdict } from '../report/opening.tsx'
import { readable } from '../report/readable.ts'
import { Report } from '../report/report.tsx'
import '../report/report.css'
import { sourceWords } from '../text/assessment-words.ts'
import { formatCount } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { download } from '../ui/download.ts'
import { fact, Facts, Page, Section } from '../ui/page.tsx'
import { Failure, Loaded, SentenceSkeleton } from '../ui/states.tsx'
import { When } from '../ui/when.tsx'

export function AssessmentPage() {
  const { queries } = useServices()
  const { id } = useParams({ from: '/frame/assessments/$id' })
  const query = useQuery(queries.assessment(id))
  return (
    <Page
      title="Assessment"
      crumbs={[{ words: 'Assessments', to: '/assessments' }]}
      sentence={
        query.data ? (
          readable(query.data.headline)
        ) : query.error ? (
          'This assessment cannot be shown.'
        ) : (
          <SentenceSkeleton />
        )
      }
    >
      <Loaded query={query} lines={30}>
        {(found) => (
          <>
            <div className="report">
              <Verdict assessment={found.result} />
            </div>
            <TakeAway assessment={found} />
            <Report assessment={found.result} />
            <Section title="Where it is kept">
              <Evidence assessment={found} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function TakeAway({ assessment: { id, result } }: { assessment: AssessmentDetail }) {
  const { api } = useServices()
  const report = useMutation({
    mutationFn: () => api.assessmentReport(id),
    onSuccess: (text) => download({ name: `assessment-${id}.html`, type: 'text/html', text }),
  })
  const json = () =>
    download({ name: `assessment-${id}.json`, type: 'application/json', text: JSON.stringify(result, null, 2) })
  return (
    <>
      <div className="mb-6 flex flex-wrap gap-2">
        <Button isBusy={report.isPending} onClick={() => report.mutate()}>
          Download the report
        </Button>
        <Button onClick={json}>Download as JSON</Button>
      </div>
      {report.error === null ? null : (
        <div className="mb-6">
          <Failure error={report.error} onRetry={() => report.mutate()} />
        </div>
      )}
    </>
  )
}

function Evidence({ assessment }: { assessment: AssessmentDetail }) {
  const { useCase, at, by, source, digest, log } = assessment
  return (
    <Facts
      facts={[
        fact(
          'Use case',
          <Link to="/use-cases/$name" params={{ name: useCase }}>
            {useCase}
          </Link>,
        ),
        fact('Made', <When at={at} />),
        fact('By', by.name),
        fact('Compared', sourceWords[source]),
        fact('Entry of the log', <span data-figure="">{formatCount(log.index)}</span>),
        fact('Digest of the result', <code className="font-mono text-12 [overflow-wrap:anywhere]">{digest}</code>),
      ]}
    />
  )
}
