// Who may do what here?

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Key } from '#wire/key.ts'
import { useServices } from '../app/services.ts'
import { KeyDialog } from '../parts/key-form.tsx'
import { notAllowed } from '../parts/permission.ts'
import { plural } from '../text/format.ts'
import type { Verdict } from '../text/words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Page } from '../ui/page.tsx'
import { Failure, Loaded, SentenceSkeleton } from '../ui/states.tsx'
import { Cell, extra, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

const columns = [
  { name: 'For' },
  { name: 'May', ...extra },
  { name: 'State' },
  { name: 'Created', ...extra },
  { name: 'What can be done', isHiddenLabel: true },
]

export function KeysPage() {
  const { queries } = useServices()
  const me = useQuery(queries.me())
  const query = useQuery(queries.keys())
  const [isCreating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<Key>()
  const why = notAllowed(me.data, 'manage-keys')

  return (
    <Page
      title="Keys"
      sentence={
        query.data ? (
          sentenceOf(query.data.items)
        ) : query.error ? (
          why === null ? (
            'The keys cannot be read now.'
          ) : (
            'Keys are shown to those who may manage them.'
          )
        ) : (
          <SentenceSkeleton />
        )
      }
      actions={
        <Button kind="primary" disabledReason={why} onClick={() => setCreating(true)}>
          Create a key
        </Button>
      }
    >
      <Loaded query={query} lines={12}>
        {(page) => (
          <Table label="Keys" columns={columns}>
            {page.items.map((key) => (
              <tr key={key.id}>
                <HeadCell>
                  {key.name}
                  <span className="block font-mono text-12 font-normal text-faint">{key.id}</span>
                </HeadCell>
                <Cell of={extra}>{[...new Set([...key.roles, ...key.scopes])].join(', ')}</Cell>
                <Cell>
                  <VerdictMark verdict={stateOf(key)} />
                  {key.revokedAt === null ? null : (
                    <span className="block text-soft">
                      <When at={key.revokedAt} /> by {key.revokedBy ?? 'nobody known'}
                    </span>
                  )}
                </Cell>
                <Cell of={extra}>
                  <When at={key.createdAt} /> by {key.createdBy}
                </Cell>
                <Cell>
                  {key.revokedAt === null ? (
                    <Button
                      kind="danger"
                      aria-label={`Revoke the key for ${key.name}`}
                      disabledReason={key.id === me.data?.key ? 'You are signed in with this key.' : why}
                      onClick={() => setRevoking(key)}
                    >
                      Revoke
                    </Button>
                  ) : null}
                </Cell>
              </tr>
            ))}
          </Table>
        )}
      </Loaded>
      <KeyDialog isOpen={isCreating} onClose={() => setCreating(false)} />
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />
    </Page>
  )
}

function RevokeDialog({ apiKey, onClose }: { apiKey: Key | undefined; onClose: () => void }) {
  const { api } = useServices()
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: api.revokeKey,
    onSuccess: async () => {
      onClose()
      await client.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  return (
    <Dialog
      open={apiKey !== undefined}
      onClose={onClose}
      title={`Revoke the key for ${apiKey?.name ?? ''}?`}
      description="From then on, whoever uses it is refused. This cannot be undone; a new key can be made. What was done with it stays on the log."
    >
      {revoke.error ? (
        <div className="mt-3">
          <Failure error={revoke.error} />
        </div>
      ) : null}
      <div className="mt-4 flex gap-2">
        <Button
          kind="danger"
          isBusy={revoke.isPending}
          onClick={() => (apiKey === undefined ? undefined : revoke.mutate(apiKey.id))}
        >
          Revoke it
        </Button>
        <Button onClick={onClose}>Keep it</Button>
      </div>
    </Dialog>
  )
}

function stateOf(key: Key): Verdict {
  return key.revokedAt === null ? { tone: 'holds', word: 'in force' } : { tone: 'unknown', word: 'revoked' }
}

function sentenceOf(keys: readonly Key[]): string {
  const inForce = keys.filter((key) => key.revokedAt === null)
  const admins = inForce.filter((key) => [...key.roles, ...key.scopes].includes('admin')).length
  const may = admins === 1 ? 'one of them may do everything' : `${admins} of them may do everything`
  return `${plural(inForce.length, 'key')} in force; ${may}.`
}
