// What will production do to a pilot? Have it assessed, and find what was found before.

import { useSearch } from '@tanstack/react-router'
import { AssessmentForm } from '../parts/assessment-form.tsx'
import { AssessmentList, useAssessments } from '../parts/assessment-list.tsx'
import { assessmentsSentence } from '../text/assessment-words.ts'
import { Page, Section } from '../ui/page.tsx'
import { SentenceSkeleton } from '../ui/states.tsx'

export function AssessmentsPage() {
  const { useCase } = useSearch({ from: '/frame/assessments' })
  const query = useAssessments(useCase)
  const items = query.data?.pages.flatMap((page) => page.items)
  return (
    <Page
      title="Assessments"
      crumbs={useCase === undefined ? [] : [{ words: useCase, to: `/use-cases/${useCase}` }]}
      sentence={
        items ? (
          assessmentsSentence(items, !query.hasNextPage, useCase)
        ) : query.error ? (
          'The list of assessments cannot be read now.'
        ) : (
          <SentenceSkeleton />
        )
      }
    >
      <Section title="Kept as evidence">
        <AssessmentList useCase={useCase} />
      </Section>
      <Section title="Compare a pilot with live data">
        <AssessmentForm useCase={useCase} />
      </Section>
    </Page>
  )
}
