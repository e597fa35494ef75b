// "Recorded and proven": the badge of a decision, and the panel that it opens. Said only after this browser checked it.

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useServices } from '../app/services.ts'
import type { ProvableDecision } from '../proof/proof-state.ts'
import { command } from '../text/command.ts'
import { proofSentence, proofVerdict } from '../text/proof-words.ts'
import { Button } from '../ui/button.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { download } from '../ui/download.ts'
import { Failure, Loaded } from '../ui/states.tsx'
import { toneBox, VerdictMark } from '../ui/verdict.tsx'
import { ProofSteps } from './proof-steps.tsx'
import { useProof, type Proof } from './use-proof.ts'

export function ProofBadge({ decision }: { decision: ProvableDecision }) {
  const proof = useProof(decision)
  const [isOpen, setOpen] = useState(false)
  const verdict = proofVerdict(proof.state)
  return (
    <>
      <Button onClick={() => setOpen(true)} aria-haspopup="dialog">
        <VerdictMark verdict={verdict} />
      </Button>
      <output className="sr-only">{verdict.word}</output>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title="How this decision is proven" isWide>
        <ProofPanel decision={decision} proof={proof} />
      </Dialog>
    </>
  )
}

/** The same panel where only the decision's id is at hand: in a list. */
export function ProofDialog({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <Dialog open={id !== undefined} onClose={onClose} title="How this decision is proven" isWide>
      {id === undefined ? null : <ProofById id={id} />}
    </Dialog>
  )
}

function ProofById({ id }: { id: string }) {
  const { queries } = useServices()
  const query = useQuery(queries.decision(id))
  return (
    <Loaded query={query} lines={12}>
      {(decision) => <ProofLoaded decision={decision} />}
    </Loaded>
  )
}

function ProofLoaded({ decision }: { decision: ProvableDecision }) {
  return <ProofPanel decision={decision} proof={useProof(decision)} />
}

function ProofPanel({ decision, proof }: { decision: ProvableDecision; proof: Proof }) {
  const { state, receipt, vkey } = proof
  const verdict = proofVerdict(state)
  return (
    <div className="mt-3 flex flex-col gap-4">
      <div className={toneBox(verdict.tone)}>
        <VerdictMark verdict={verdict} />
        <p className="max-w-[70ch] [overflow-wrap:anywhere]">{proofSentence(state)}</p>
      </div>
      {state.kind === 'unread' ? <Failure error={state.error} onRetry={proof.renew} /> : null}
      {state.kind === 'proven' || state.kind === 'refuted' ? (
        <section aria-label="The check">
          <h3 className="mb-1">What was checked</h3>
          <ProofSteps check={state.check} />
        </section>
      ) : null}
      {receipt === undefined || vkey === undefined ? null : (
        <TakeAway id={decision.id} receipt={receipt} vkey={vkey} proof={proof} />
      )}
    </div>
  )
}

type TakeAwayProps = { readonly id: string; readonly receipt: string; readonly vkey: string; readonly proof: Proof }

function TakeAway({ id, receipt, vkey, proof }: TakeAwayProps) {
  const name = `${id}.tlog-proof`
  return (
    <section aria-label="Take it away">
      <h3 className="mb-1">Check it elsewhere, without trust in this page</h3>
      <p className="mb-2 max-w-[70ch] text-soft">
        The receipt proves the decision offline. The key came from this server: compare it with the one that was given
        to you by another way.
      </p>
      <div className="flex flex-col gap-2">
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => download({ name, type: 'text/plain', text: receipt })}>Download the receipt</Button>
          <Button onClick={() => download({ name: 'log-key.txt', type: 'text/plain', text: `${vkey}\n` })}>
            Download the key
          </Button>
          <Button isBusy={proof.isRenewing} onClick={proof.renew}>
            Fetch it under the newest checkpoint
          </Button>
        </div>
        <CopyText text={vkey} label="key" />
        <CopyText text={command(`verify --receipt ${name} --key ${vkey}`)} label="command" />
      </div>
    </section>
  )
}
