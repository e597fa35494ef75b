// Tries an action that was given up again, from the first attempt.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ActionState } from '#wire/decision.ts'
import { useServices } from '../app/services.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/states.tsx'
import { notAllowed } from './permission.ts'

export function ReplayButton({ action }: { action: ActionState }) {
  const { api, queries } = useServices()
  const client = useQueryClient()
  const me = useQuery(queries.me())
  const replay = useMutation({
    mutationFn: () => api.replayAction(action.id),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['actions'] }),
        client.invalidateQueries({ queryKey: ['decision', action.decision] }),
        client.invalidateQueries({ queryKey: ['status'] }),
      ])
    },
  })
  return (
    <>
      <Button
        disabledReason={notAllowed(me.data, 'replay-actions', action.useCase)}
        isBusy={replay.isPending}
        onClick={() => replay.mutate()}
      >
        Replay
      </Button>
      {replay.error ? (
        <div className="mt-2">
          <Failure error={replay.error} />
        </div>
      ) : null}
    </>
  )
}
