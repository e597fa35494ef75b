// Each step of a receipt's check, in the order in which it was done: the entry's bytes, its leaf, every node up to the root,
// the checkpoint, the signatures. Whoever wants can do the same by hand.

import type { ReactNode } from 'react'
import type { ReceiptCheck } from '../proof/check-receipt.ts'
import { sameBytes, toBase64, toHex } from '../proof/bytes.ts'
import { readEntry } from '../proof/decision-entry.ts'
import { formatBytes, formatCount, plural } from '../text/format.ts'
import { signatureVerdict, signatureWords } from '../text/proof-words.ts'
import type { Verdict } from '../text/words.ts'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function ProofSteps({ check }: { check: ReceiptCheck }) {
  const { receipt, leaf, root } = check
  if (receipt === null) return null
  return (
    <ol aria-label="Steps of the check" className="divide-y divide-line border-y border-line">
      <Step title={`Entry ${formatCount(receipt.index)} as it was written, ${formatBytes(receipt.entry.length)}`}>
        <EntryText entry={receipt.entry} />
      </Step>
      {leaf === null ? null : (
        <Step title="Leaf" formula="SHA-256 of the byte 00 and the entry">
          <Hash label="leaf" hex={toHex(leaf)} />
        </Step>
      )}
      {check.steps.map(({ side, sibling, result }, n) => (
        <Step
          key={toHex(result)}
          title={`Node ${n + 1} of ${check.steps.length}`}
          formula={`SHA-256 of the byte 01, ${side === 'left' ? 'the neighbour and what we have' : 'what we have and the neighbour'}`}
        >
          <Hash label={`${side} neighbour`} hex={toHex(sibling)} />
          <Hash label="together" hex={toHex(result)} />
        </Step>
      ))}
      {root === null ? null : <RootStep check={check} />}
      {check.signatures.map((signature) => (
        <Step
          key={`${signature.name}+${signature.id}`}
          verdict={signatureVerdict(signature)}
          title={signatureWords(signature)}
        >
          {signature.at === null ? null : (
            <p className="text-13 text-soft">
              It saw the checkpoint at <When at={signature.at} exact />.
            </p>
          )}
        </Step>
      ))}
    </ol>
  )
}

function RootStep({ check: { receipt, root } }: { check: ReceiptCheck }) {
  if (receipt === null || root === null) return null
  const { checkpoint } = receipt
  const holds = sameBytes(root, checkpoint.root)
  return (
    <Step
      title={`Root of ${plural(checkpoint.size, 'entry', 'entries')}, against the checkpoint’s`}
      verdict={holds ? { tone: 'holds', word: 'the same' } : { tone: 'fails', word: 'not the same' }}
    >
      <Hash label="by these steps" hex={toHex(root)} />
      <Hash label="in the checkpoint" hex={toHex(checkpoint.root)} />
      <p className="text-12 text-faint">
        As base64, which the checkpoint has: <code className="font-mono">{toBase64(checkpoint.root)}</code>
      </p>
    </Step>
  )
}

type StepProps = {
  readonly title: string
  readonly formula?: string
  readonly verdict?: Verdict
  readonly children?: ReactNode
}

function Step({ title, formula, verdict, children }: StepProps) {
  return (
    <li className="py-2">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium [overflow-wrap:anywhere]">{title}</span>
        {verdict === undefined ? null : <VerdictMark verdict={verdict} />}
        {formula === undefined ? null : <span className="text-12 text-faint">{formula}</span>}
      </div>
      {children}
    </li>
  )
}

function Hash({ label, hex }: { label: string; hex: string }) {
  return (
    <p className="mt-0.5 grid gap-x-3 sm:grid-cols-[8rem_minmax(0,1fr)]">
      <span className="text-12 text-faint">{label}</span>
      <code className="font-mono text-12 [overflow-wrap:anywhere]">{hex}</code>
    </p>
  )
}

function EntryText({ entry }: { entry: Uint8Array<ArrayBuffer> }) {
  const event = readEntry(entry)
  return (
    <details className="mt-1">
      <summary className="text-13 text-soft">Show what it says</summary>
      <section
        // A part that scrolls must be reachable without a mouse.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label="The entry"
        className="mt-1 max-h-80 overflow-auto rounded border border-line bg-sunken p-2"
      >
        <pre className="font-mono text-12 whitespace-pre-wrap [overflow-wrap:anywhere]">
          {event === undefined ? toHex(entry) : JSON.stringify(event, null, 2)}
        </pre>
      </section>
    </details>
  )
}
