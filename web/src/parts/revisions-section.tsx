// The revisions of a use case, and what differs between two of them. Which two stands in the address.

import { useQueries, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Revision } from '#wire/use-case.ts'
import { useServices } from '../app/services.ts'
import { formatCount, plural } from '../text/format.ts'
import { SelectField } from '../ui/field.tsx'
import { Section } from '../ui/page.tsx'
import { Failure, Loaded, Skeleton } from '../ui/states.tsx'
import { Cell, extra, extraFigure, HeadCell, Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { jsonDifference, type Difference } from './json-difference.ts'

const columns = [
  { name: 'Revision' },
  { name: 'Applied' },
  { name: 'By' },
  { name: 'Digest', ...extra },
  { name: 'Log', ...extraFigure },
]

export function RevisionsSection({ useCase }: { useCase: string }) {
  const { queries } = useServices()
  const query = useQuery(queries.revisions(useCase))
  return (
    <Section title="Revisions">
      <Loaded query={query} lines={6}>
        {({ items }) => (
          <>
            <Table label="Revisions" columns={columns}>
              {items.map((revision) => (
                <tr key={revision.revision}>
                  <HeadCell>{revision.revision}</HeadCell>
                  <Cell>
                    <When at={revision.appliedAt} />
                  </Cell>
                  <Cell>{revision.by.name}</Cell>
                  <Cell of={extra}>
                    <code className="font-mono text-12">{revision.digest.replace('sha256:', '').slice(0, 16)}</code>
                  </Cell>
                  <Cell of={extraFigure}>{formatCount(revision.log.index)}</Cell>
                </tr>
              ))}
            </Table>
            {items.length < 2 ? null : <Comparison useCase={useCase} revisions={items} />}
          </>
        )}
      </Loaded>
    </Section>
  )
}

function Comparison({ useCase, revisions }: { useCase: string; revisions: readonly Revision[] }) {
  const { queries } = useServices()
  const search = useSearch({ from: '/frame/use-cases/$name' })
  const navigate = useNavigate({ from: '/use-cases/$name' })
  const newest = Math.max(...revisions.map((revision) => revision.revision))
  const chosen = (text: string | undefined, otherwise: number) =>
    revisions.find((revision) => String(revision.revision) === text)?.revision ?? otherwise
  const before = chosen(search.before, newest - 1)
  const after = chosen(search.after, newest)
  const [left, right] = useQueries({ queries: [queries.revision(useCase, before), queries.revision(useCase, after)] })
  const options = revisions.map(({ revision }) => [String(revision), `revision ${revision}`] as const)
  const error = left.error ?? right.error

  return (
    <div className="mt-4">
      <h3 className="mb-2">What differs</h3>
      <div className="mb-3 flex flex-wrap gap-3">
        <SelectField
          label="From"
          isCompact
          value={String(before)}
          options={options}
          onChange={(event) => void navigate({ search: { ...search, before: event.target.value }, resetScroll: false })}
        />
        <SelectField
          label="To"
          isCompact
          value={String(after)}
          options={options}
          onChange={(event) => void navigate({ search: { ...search, after: event.target.value }, resetScroll: false })}
        />
      </div>
      {error ? <Failure error={error} /> : null}
      {left.data && right.data ? (
        <Differences differences={jsonDifference(left.data.manifest, right.data.manifest)} />
      ) : error ? null : (
        <Skeleton lines={4} />
      )}
    </div>
  )
}

const signs = { added: '+', removed: '−', changed: '±' } as const

function Differences({ differences }: { differences: readonly Difference[] }) {
  if (differences.length === 0) return <p className="text-soft">Nothing differs.</p>
  return (
    <>
      <p className="mb-2 text-soft">{plural(differences.length, 'place')} in the manifest:</p>
      <Table
        label="Differences between the two revisions"
        columns={[{ name: 'Where' }, { name: 'Before' }, { name: 'After' }]}
      >
        {differences.map((difference) => (
          <tr key={difference.path}>
            <HeadCell>
              <code className="inline-block min-w-36 font-mono text-13 [overflow-wrap:anywhere]">
                <span aria-hidden="true">{signs[difference.kind]} </span>
                {difference.path}
              </code>
              <span className="block text-12 font-normal text-soft">{difference.kind}</span>
            </HeadCell>
            <Cell>
              <Json value={difference.before} />
            </Cell>
            <Cell>
              <Json value={difference.after} />
            </Cell>
          </tr>
        ))}
      </Table>
    </>
  )
}

function Json({ value }: { value: unknown }) {
  if (value === undefined) return <span className="text-faint">–</span>
  return (
    <pre className="font-mono text-13 whitespace-pre-wrap [overflow-wrap:anywhere]">
      {JSON.stringify(value, null, 1)}
    </pre>
  )
}
