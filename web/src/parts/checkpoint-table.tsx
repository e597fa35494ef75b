// The history of checkpoints: what the log promised, when, and who signed it too.

import { useInfiniteQuery } from '@tanstack/react-query'
import { useServices } from '../app/services.ts'
import { formatCount } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { download } from '../ui/download.ts'
import { Section } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { Cell, extra, figure, HeadCell, Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'

const columns = [
  { name: 'Entries', ...figure },
  { name: 'Signed' },
  { name: 'Root', ...extra },
  { name: 'Cosigned by' },
  { name: 'What can be done', isHiddenLabel: true },
]

export function CheckpointSection() {
  const { queries } = useServices()
  const list = useInfiniteQuery(queries.checkpoints())
  const checkpoints = list.data?.pages.flatMap((page) => page.items)
  return (
    <Section title="Checkpoints" note="newest first">
      <Loaded query={{ ...list, data: checkpoints }} lines={8}>
        {(items) =>
          items.length === 0 ? (
            <Empty title="No checkpoint yet">The first one is signed when the log gets its first entry.</Empty>
          ) : (
            <Table label="Checkpoints" columns={columns}>
              {items.map(({ size, at, root, note, cosignatures }) => (
                <tr key={size}>
                  <HeadCell>
                    <span data-figure="" className="block text-right">
                      {formatCount(size)}
                    </span>
                  </HeadCell>
                  <Cell>
                    <When at={at} />
                  </Cell>
                  <Cell of={extra}>
                    <code className="font-mono text-12 [overflow-wrap:anywhere]">{root}</code>
                  </Cell>
                  <Cell>
                    {cosignatures.length === 0 ? (
                      <span className="text-faint">nobody</span>
                    ) : (
                      cosignatures.map(({ witness }) => (
                        <span key={witness} className="block [overflow-wrap:anywhere]">
                          {witness}
                        </span>
                      ))
                    )}
                  </Cell>
                  <Cell>
                    <Button
                      aria-label={`Download the checkpoint of ${formatCount(size)} entries`}
                      onClick={() => download({ name: `checkpoint-${size}.txt`, type: 'text/plain', text: note })}
                    >
                      Download
                    </Button>
                  </Cell>
                </tr>
              ))}
            </Table>
          )
        }
      </Loaded>
      {list.hasNextPage ? (
        <div className="mt-3">
          <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load older ones
          </Button>
        </div>
      ) : null}
    </Section>
  )
}
