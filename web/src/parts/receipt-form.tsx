// Checks any receipt in the browser: pasted, from a file, or that of a decision by its id; with this log's keys or another.

import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ChangeEvent, type SubmitEvent } from 'react'
import type { LogState } from '#wire/log.ts'
import { useServices } from '../app/services.ts'
import type { ReceiptCheck } from '../proof/check-receipt.ts'
import { readEntry } from '../proof/decision-entry.ts'
import type { MissingCrypto } from '../proof/proof-crypto.ts'
import { receiptBytesMax } from '../proof/receipt.ts'
import { command } from '../text/command.ts'
import { missingCryptoWords, receiptSentence } from '../text/proof-words.ts'
import { Button } from '../ui/button.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { Section } from '../ui/page.tsx'
import { Failure, Skeleton } from '../ui/states.tsx'
import { toneBox } from '../ui/verdict.tsx'
import { checkTyped, tidyReceipt, typedProblem, type TypedReceipt } from './receipt-check.ts'
import { ProofSteps } from './proof-steps.tsx'
import { useProofCrypto } from './use-proof.ts'

export function ReceiptSection({ log }: { log: LogState }) {
  const crypto = useProofCrypto()
  return (
    <Section title="Check a receipt here">
      {crypto.data === undefined ? (
        <Skeleton lines={4} />
      ) : crypto.data.kind === 'missing' ? (
        <CheckOffline why={crypto.data.why} vkey={log.vkey} />
      ) : (
        <ReceiptForm log={log} crypto={crypto.data.crypto} />
      )}
    </Section>
  )
}

function CheckOffline({ why, vkey }: { why: MissingCrypto; vkey: string }) {
  return (
    <div className={toneBox('unknown')}>
      <p className="font-medium">This browser cannot check it here.</p>
      <p className="mb-2 max-w-[65ch]">
        {missingCryptoWords[why]} Download a decision’s receipt from its page and check it with:
      </p>
      <CopyText text={command(`verify --receipt FILE --key ${vkey}`)} label="command" />
    </div>
  )
}

const blank: TypedReceipt = { text: '', id: '', keys: 'this', key: '' }

function ReceiptForm({ log, crypto }: { log: LogState; crypto: Parameters<typeof checkTyped>[0]['crypto'] }) {
  const { api } = useServices()
  const [typed, setTyped] = useState(blank)
  const [problem, setProblem] = useState<ReturnType<typeof typedProblem>>({})
  const check = useMutation({
    mutationFn: (wanted: TypedReceipt) => checkTyped({ typed: wanted, log, crypto, fetchReceipt: api.receipt }),
    // What was fetched is shown, so that it can be kept and checked elsewhere.
    onSuccess: ({ text }) => setTyped((before) => ({ ...before, text })),
  })
  const change = (part: Partial<TypedReceipt>) => {
    setTyped((before) => ({ ...before, ...part }))
    setProblem({})
    check.reset()
  }

  async function onFile(event: ChangeEvent<HTMLInputElement>): Promise<void> {
    const file = event.target.files?.[0]
    if (file === undefined) return
    if (file.size > receiptBytesMax) setProblem({ text: `${file.name} is far larger than any receipt.` })
    else change({ text: tidyReceipt(await file.text()), id: '' })
  }

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const found = typedProblem(typed)
    setProblem(found)
    if (Object.keys(found).length === 0) check.mutate(typed)
  }

  return (
    <>
      <p className="mb-3 max-w-[65ch] text-soft">
        A receipt proves that an entry is on the log. This page checks it by itself, with the browser’s own
        cryptography; what you paste is sent nowhere.
      </p>
      <form className="grid gap-4 lg:grid-cols-2" onSubmit={onSubmit} noValidate>
        <TextArea
          label="Receipt"
          rows={8}
          lang="json"
          spellCheck={false}
          autoComplete="off"
          value={typed.text}
          problem={problem.text}
          hint="The whole text, beginning with c2sp.org/tlog-proof@v1."
          onChange={(event) => change({ text: event.target.value })}
        />
        <div className="flex flex-col gap-4">
          <TextField
            label="Or a file"
            type="file"
            accept=".tlog-proof,.txt,text/plain"
            onChange={(event) => void onFile(event)}
          />
          <TextField
            label="Or the id of a decision"
            value={typed.id}
            problem={problem.id}
            hint="Its receipt is fetched first."
            onChange={(event) => change({ id: event.target.value, text: '' })}
          />
          <SelectField
            label="Signed by"
            value={typed.keys}
            options={[
              ['this', 'a key of this log, as this server says'],
              ['other', 'a key that I was given'],
            ]}
            onChange={(event) => change({ keys: event.target.value === 'other' ? 'other' : 'this' })}
          />
          {typed.keys === 'this' ? null : (
            <TextField
              label="Key"
              value={typed.key}
              problem={problem.key}
              spellCheck={false}
              hint="name+id+base64, of the log whose receipt it is."
              onChange={(event) => change({ key: event.target.value })}
            />
          )}
          <div className="flex gap-2">
            <Button kind="primary" type="submit" isBusy={check.isPending}>
              Check it
            </Button>
            <Button onClick={() => change(blank)}>Clear</Button>
          </div>
        </div>
      </form>
      <output className="mt-4 block">{check.data ? <Result check={check.data.check} /> : null}</output>
      {check.error ? <Failure error={check.error} /> : null}
    </>
  )
}

function Result({ check }: { check: ReceiptCheck }) {
  const event = check.receipt === null ? undefined : readEntry(check.receipt.entry)
  const decision = event?.type === 'decision-recorded' && typeof event.id === 'string' ? event.id : undefined
  const holds = check.problem === null
  return (
    <div className="flex flex-col gap-3">
      <div className={toneBox(holds ? 'holds' : 'fails')}>
        <p className="font-medium [overflow-wrap:anywhere]">
          <span aria-hidden="true">{holds ? '● ' : '■ '}</span>
          {receiptSentence(check)}
        </p>
        {decision === undefined || !holds ? null : (
          <p>
            It records the decision{' '}
            <Link to="/decisions/$id" params={{ id: decision }}>
              {decision}
            </Link>
            .
          </p>
        )}
      </div>
      <ProofSteps check={check} />
    </div>
  )
}
