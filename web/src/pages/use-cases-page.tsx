// Which use cases are there, and where does each stand?

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useServices } from '../app/services.ts'
import { command } from '../text/command.ts'
import { formatCount, formatPart, formatProportion, plural } from '../text/format.ts'
import { listWords } from '../text/list-words.ts'
import { riskWords, stages } from '../text/words.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded, SentenceSkeleton } from '../ui/states.tsx'
import { Cell, extra, extraFigure, figure, HeadCell, Table } from '../ui/table.tsx'

const columns = [
  { name: 'Use case' },
  { name: 'Stage', ...extra },
  { name: 'Risk', ...extra },
  { name: 'Product owner', ...extra },
  { name: 'Today', ...figure },
  { name: 'By the system', ...figure },
  { name: 'Waiting', ...figure },
  { name: 'Right (95 % interval)', ...extraFigure },
]

export function UseCasesPage() {
  const { queries } = useServices()
  const query = useQuery(queries.allUseCases())
  const items = query.data?.items

  return (
    <Page
      title="Use cases"
      sentence={items ? sentenceOf(items) : query.error ? 'The use cases cannot be read now.' : <SentenceSkeleton />}
    >
      <Loaded query={query} lines={10}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty title="No use case yet" command={`${command('init')} && ${command('apply -f airworthy.yaml')}`}>
              A use case is declared in a manifest that a team can review like code. The first command writes one by
              asking, the second puts it in force.
            </Empty>
          ) : (
            <Table label="Use cases" columns={columns}>
              {page.items.map((useCase) => (
                <tr key={useCase.name}>
                  <HeadCell>
                    <Link to="/use-cases/$name" params={{ name: useCase.name }}>
                      {useCase.name}
                    </Link>
                    <span className="block max-w-[48ch] font-normal text-soft">{useCase.purpose}</span>
                  </HeadCell>
                  <Cell of={extra}>{useCase.stage}</Cell>
                  <Cell of={extra}>{riskWords[useCase.riskClass]}</Cell>
                  <Cell of={extra}>
                    <span className="[overflow-wrap:anywhere]">{useCase.owners.productOwner}</span>
                  </Cell>
                  <Cell of={figure}>{formatCount(useCase.today.total)}</Cell>
                  <Cell of={figure}>{formatPart(useCase.today.act, useCase.today.total)}</Cell>
                  <Cell of={figure}>{formatCount(useCase.openReviews)}</Cell>
                  <Cell of={extraFigure}>{formatProportion(useCase.accuracy)}</Cell>
                </tr>
              ))}
            </Table>
          )
        }
      </Loaded>
    </Page>
  )
}

function sentenceOf(useCases: readonly { readonly stage: string }[]): string {
  if (useCases.length === 0) return 'There is no use case yet.'
  const counted = stages
    .map((stage) => ({ stage, count: useCases.filter((useCase) => useCase.stage === stage).length }))
    .filter(({ count }) => count > 0)
    .map(({ stage, count }) => (stage === 'draft' ? plural(count, 'draft') : `${formatCount(count)} in ${stage}`))
  return `${plural(useCases.length, 'use case')}: ${listWords(counted)}.`
}
