// Legal holds: what must not be erased, neither at a person's request nor by age; who said so, and until when.

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { LegalHold } from '#wire/privacy.ts'
import { useServices } from '../app/services.ts'
import { holdTargetWords, holdVerdict } from '../text/privacy-words.ts'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { Cell, extra, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'
import { PlaceHoldDialog, ReleaseHoldDialog } from './hold-dialogs.tsx'
import { notAllowed, notAllowedAnywhere } from './permission.ts'

const columns = [
  { name: 'Of' },
  { name: 'State' },
  { name: 'Why', ...extra },
  { name: 'Placed', ...extra },
  { name: 'What can be done', isHiddenLabel: true },
]

export function HoldSection() {
  const { queries } = useServices()
  const me = useQuery(queries.me())
  const query = useQuery(queries.holds())
  const [isPlacing, setPlacing] = useState(false)
  const [releasing, setReleasing] = useState<LegalHold>()
  return (
    <Section title="Legal holds">
      <Loaded query={query} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No legal hold">
              A hold keeps the contents of a use case or of one person from being erased, whoever asks and however old
              they are.
            </Empty>
          ) : (
            <Table label="Legal holds" columns={columns}>
              {items.map((hold) => (
                <HoldRow
                  key={hold.id}
                  hold={hold}
                  why={notAllowed(me.data, 'erase', hold.useCase ?? undefined)}
                  onRelease={() => setReleasing(hold)}
                />
              ))}
            </Table>
          )
        }
      </Loaded>
      <div className="mt-3">
        <Button disabledReason={notAllowedAnywhere(me.data, 'erase')} onClick={() => setPlacing(true)}>
          Place a hold
        </Button>
      </div>
      <PlaceHoldDialog isOpen={isPlacing} onClose={() => setPlacing(false)} />
      <ReleaseHoldDialog hold={releasing} onClose={() => setReleasing(undefined)} />
    </Section>
  )
}

type RowProps = { readonly hold: LegalHold; readonly why: string | null; readonly onRelease: () => void }

function HoldRow({ hold, why, onRelease }: RowProps) {
  const { released } = hold
  return (
    <tr>
      <HeadCell>
        <span className="[overflow-wrap:anywhere]">{holdTargetWords(hold)}</span>
        <span className="block font-mono text-12 font-normal whitespace-nowrap text-faint">{hold.id}</span>
        {/* A hold has no page of its own: where there is no room for a column, its reason stands here. */}
        <span className="block font-normal [overflow-wrap:anywhere] text-soft sm:hidden">{hold.reason}</span>
      </HeadCell>
      <Cell>
        <VerdictMark verdict={holdVerdict(hold)} />
        {released === null ? null : (
          <span className="block max-w-[44ch] text-soft">
            <When at={released.at} /> by {released.by.name}: {released.reason}
          </span>
        )}
      </Cell>
      <Cell of={extra}>
        <span className="block max-w-[44ch] [overflow-wrap:anywhere]">{hold.reason}</span>
      </Cell>
      <Cell of={extra}>
        <When at={hold.at} /> by {hold.by.name}
      </Cell>
      <Cell>
        {released === null ? (
          <Button aria-label={`Release the hold on ${holdTargetWords(hold)}`} disabledReason={why} onClick={onRelease}>
            Release
          </Button>
        ) : null}
      </Cell>
    </tr>
  )
}
