// What should be decided on this item? One at a time, by keys alone if one likes, the next one loaded already.

import { useQuery } from '@tanstack/react-query'
import { Link, useBlocker, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { ReviewItem } from '#wire/review.ts'
import { useServices } from '../app/services.ts'
import { ContentView } from '../parts/content-view.tsx'
import { DeskPanel } from '../parts/desk-panel.tsx'
import type { Returned } from '../parts/desk-queue.ts'
import { useDesk, type Desk } from '../parts/use-desk.ts'
import { plural } from '../text/format.ts'
import { reasonWords } from '../text/words.ts'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Failure, SentenceSkeleton, Skeleton } from '../ui/states.tsx'
import { toneBox } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function ReviewDeskPage() {
  const { useCase, item } = useSearch({ from: '/frame/review' })
  // Another use case is another desk: nothing of the one may be left on the other.
  return <ReviewDesk key={`${useCase ?? ''} ${item ?? ''}`} useCase={useCase} first={item} />
}

function ReviewDesk({ useCase, first }: { useCase: string | undefined; first: string | undefined }) {
  const desk = useDesk({ useCase, first })
  useBlocker({
    shouldBlockFn: () => desk.isUnfinished && !window.confirm('A verdict is not recorded yet. Leave it?'),
    enableBeforeUnload: desk.isUnfinished,
  })
  return (
    <Page title="Review" sentence={sentenceOf(desk)} actions={<UseCaseSelect useCase={useCase} />}>
      <output className="mb-2 block min-h-5 text-13 text-soft">{desk.note}</output>
      {desk.returned.map((returned) => (
        <ReturnedVerdict key={returned.item.id} returned={returned} desk={desk} />
      ))}
      {desk.error ? (
        <div className="mb-4">
          <Failure error={desk.error} onRetry={desk.reload} />
        </div>
      ) : null}
      {desk.item ? <DeskItem item={desk.item} desk={desk} /> : null}
      {desk.item === undefined && desk.isLoading ? <Skeleton lines={18} /> : null}
      {desk.item === undefined && !desk.isLoading && !desk.error ? (
        <Empty title="Nothing waits for a person">
          New reviews appear here by themselves. What comes here is decided by the policy of each use case and by the
          blind audits that its manifest asks for.
        </Empty>
      ) : null}
    </Page>
  )
}

function sentenceOf(desk: Desk): React.ReactNode {
  const { item } = desk
  if (item !== undefined) {
    const why =
      item.kind === 'audit' ? 'this one is a blind audit' : `this one came because: ${reasonWords(item.routedBecause)}`
    return `${desk.hasMoreLeft ? 'More than ' : ''}${plural(desk.left, 'review')} left; ${why}.`
  }
  if (desk.isLoading) return <SentenceSkeleton />
  return desk.error ? 'The reviews cannot be read now.' : 'Nothing waits for a person.'
}

function UseCaseSelect({ useCase }: { useCase: string | undefined }) {
  const { queries } = useServices()
  const navigate = useNavigate({ from: '/review' })
  const { data } = useQuery(queries.allUseCases())
  const names = new Set([...(data?.items ?? []).map((each) => each.name), ...(useCase === undefined ? [] : [useCase])])
  return (
    <div className="w-56">
      <SelectField
        label="Use case"
        isCompact
        value={useCase ?? ''}
        options={[['', 'all'], ...[...names].map((name) => [name, name] as const)]}
        onChange={(event) =>
          void navigate({ search: event.target.value === '' ? {} : { useCase: event.target.value } })
        }
      />
    </div>
  )
}

function DeskItem({ item, desk }: { item: ReviewItem; desk: Desk }) {
  const top = useRef<HTMLElement>(null)
  const shown = useRef(item.id)
  useEffect(() => {
    if (shown.current === item.id) return
    shown.current = item.id
    // The focus goes to the new item, so that it is neither lost nor left on a button of the old one.
    window.scrollTo({ top: 0 })
    top.current?.focus({ preventScroll: true })
  }, [item.id])
  return (
    <div className="gap-8 max-lg:pb-20 lg:grid lg:grid-cols-[minmax(0,1fr)_24rem]">
      <section ref={top} tabIndex={-1} aria-label="The item" className="mb-6 min-w-0">
        <div className="mb-2 flex flex-wrap items-baseline gap-x-4 text-13 text-soft">
          <h2 className="text-ink">{item.useCase}</h2>
          <span>
            waits since <When at={item.openedAt} />
          </span>
          {item.dueAt === null ? null : (
            <span>
              due <When at={item.dueAt} />
            </span>
          )}
          <Link to="/decisions/$id" params={{ id: item.id }}>
            The decision’s page
          </Link>
        </div>
        {item.violations.length === 0 ? null : (
          <div className={`mb-3 ${toneBox('watch')}`}>
            <p className="font-medium">It broke the data contract:</p>
            <ul>
              {item.violations.map((violation) => (
                <li key={`${violation.path} ${violation.rule}`}>
                  <code className="font-mono text-13">{violation.path}</code>: {violation.message}
                </li>
              ))}
            </ul>
          </div>
        )}
        {item.isErased ? (
          <p className={toneBox('unknown')}>
            <strong className="font-medium">Erased.</strong> The contents were erased while it waited. Whoever is
            concerned is still owed an answer: decide by what you know from elsewhere, or skip it.
          </p>
        ) : (
          <ContentView label="Input" value={item.input} />
        )}
        {item.context === null || item.context === undefined ? null : (
          <div className="mt-4">
            <h3 className="mb-1">Context</h3>
            <ContentView label="Context" value={item.context} />
          </div>
        )}
      </section>
      <div className="lg:sticky lg:top-4 lg:max-h-[calc(100vh-2rem)] lg:self-start lg:overflow-y-auto lg:px-1">
        <DeskPanel key={item.id} item={item} desk={desk} />
      </div>
    </div>
  )
}

/** A verdict that the server did not take: in words, with the way back. */
function ReturnedVerdict({ returned, desk }: { returned: Returned; desk: Desk }) {
  const { item, decision, words } = returned
  const isSettled = words.kind === 'conflict'
  return (
    <div role="alert" className={`mb-4 ${toneBox('fails')}`}>
      <p className="font-medium">
        Your {decision.verdict === 'approve' ? 'approval' : 'decision'} of {item.useCase} {item.id.slice(-12)} was not
        recorded.
      </p>
      <p>
        {words.what} {words.why}
      </p>
      <p className="text-soft">{words.todo}</p>
      {words.id === undefined ? null : (
        <p className="text-12 text-soft">
          To quote when asking for help: <code className="font-mono">{words.id}</code>
        </p>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        {isSettled ? null : (
          <Button kind="primary" onClick={() => desk.takeUp(item.id)}>
            Take it up again
          </Button>
        )}
        <Button onClick={() => desk.dismiss(item.id)}>{isSettled ? 'Understood' : 'Drop my verdict'}</Button>
      </div>
    </div>
  )
}
