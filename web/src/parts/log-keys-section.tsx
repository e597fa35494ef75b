// The log's keys: the one that signs now, and those before it, by which older checkpoints stay checkable.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { LogKey, LogState } from '#wire/log.ts'
import { useServices } from '../app/services.ts'
import type { Verdict } from '../text/words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Section } from '../ui/page.tsx'
import { Failure } from '../ui/states.tsx'
import { Cell, extra, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'
import { notAllowed } from './permission.ts'

const columns = [{ name: 'Id' }, { name: 'State' }, { name: 'Since', ...extra }, { name: 'Verifier key' }]

export function LogKeysSection({ log }: { log: LogState }) {
  const { queries } = useServices()
  const me = useQuery(queries.me())
  const [isRotating, setRotating] = useState(false)
  return (
    <Section title="Keys of the log">
      <Table label="Keys of the log" columns={columns}>
        {log.keys.map((key) => (
          <KeyRow key={key.id} logKey={key} />
        ))}
      </Table>
      <div className="mt-3">
        <Button disabledReason={notAllowed(me.data, 'operate')} onClick={() => setRotating(true)}>
          Change the key
        </Button>
      </div>
      <RotateDialog isOpen={isRotating} onClose={() => setRotating(false)} />
    </Section>
  )
}

function KeyRow({ logKey: { id, vkey, since, until } }: { logKey: LogKey }) {
  const verdict: Verdict = until === null ? { tone: 'holds', word: 'in force' } : { tone: 'unknown', word: 'retired' }
  return (
    <tr>
      <HeadCell>
        <code className="font-mono text-13">{id}</code>
      </HeadCell>
      <Cell>
        <VerdictMark verdict={verdict} />
        {until === null ? null : (
          <span className="block text-soft">
            <When at={until} />
          </span>
        )}
      </Cell>
      <Cell of={extra}>
        <When at={since} />
      </Cell>
      <Cell>
        <code className="font-mono text-12 [overflow-wrap:anywhere]">{vkey}</code>
      </Cell>
    </tr>
  )
}

function RotateDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { api } = useServices()
  const client = useQueryClient()
  const rotate = useMutation({
    mutationFn: api.rotateLogKey,
    onSuccess: async () => {
      onClose()
      await client.invalidateQueries({ queryKey: ['log'] })
    },
  })
  return (
    <Dialog
      open={isOpen}
      onClose={onClose}
      title="Change the log’s key?"
      description="A new key signs from now on, and the log announces it. The old one signs once more, so that whoever knows it can follow. What it signed stays checkable; give the new key to those who check."
    >
      {rotate.error ? (
        <div className="mt-3">
          <Failure error={rotate.error} />
        </div>
      ) : null}
      <div className="mt-4 flex gap-2">
        <Button kind="danger" isBusy={rotate.isPending} onClick={() => rotate.mutate()}>
          Change it
        </Button>
        <Button onClick={onClose}>Keep it</Button>
      </div>
    </Dialog>
  )
}
