// The log's head, its tree and how far a signed checkpoint covers it.

import type { LogState } from '#wire/log.ts'
import { formatCount } from '../text/format.ts'
import { treeVerdict } from '../text/log-words.ts'
import { CopyText } from '../ui/copy-text.tsx'
import { fact, Facts, Section } from '../ui/page.tsx'
import { toneBox, VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function LogFacts({ log }: { log: LogState }) {
  return (
    <Section title="The log: the truth">
      {log.tree.state === 'stopped' ? <Stopped detail={log.tree.detail} /> : null}
      <Facts
        facts={[
          fact('Entries, durable', <span data-figure="">{formatCount(log.head)}</span>),
          fact('Under a signed checkpoint', <span data-figure="">{formatCount(log.size)}</span>),
          fact('Newest checkpoint', <When at={log.checkpoint.at} />),
          fact('The tree', <VerdictMark verdict={treeVerdict(log)} />),
          fact('Still to cover', <span data-figure="">{formatCount(Math.max(0, log.head - log.size))}</span>),
          fact(
            'Witnessed up to',
            log.witnessed === null ? (
              'no witness has signed'
            ) : (
              <>
                <span data-figure="">{formatCount(log.witnessed.size)}</span>, <When at={log.witnessed.at} />
              </>
            ),
          ),
          fact('Origin', <code className="font-mono text-13">{log.origin}</code>),
        ]}
      />
      <div className="mt-4 flex max-w-[52rem] flex-col gap-2">
        <LabelledCopy label="Root of the tree" copies="root" text={log.root} />
        <LabelledCopy label="Key in force: what an outsider configures" copies="key" text={log.vkey} />
      </div>
      <p className="mt-3 max-w-[65ch] text-soft">
        Every decision and every act of a person is an entry, written before anybody got an answer. Entries are never
        changed; contents lie beside them and can be erased. The root commits to every entry up to its size, and the
        log’s key signs it at least every second while entries arrive.
      </p>
    </Section>
  )
}

function Stopped({ detail }: { detail: string | null }) {
  return (
    <div role="alert" className={`mb-4 ${toneBox('fails')}`}>
      <p className="font-medium">The tree stands still.</p>
      <p className="max-w-[65ch]">{detail ?? 'The server does not say why.'}</p>
      <p className="max-w-[65ch] text-soft">
        Decisions go on and are durable; they are proven once it grows again. Whoever runs the server finds more in its
        messages.
      </p>
    </div>
  )
}

function LabelledCopy({ label, copies, text }: { label: string; copies: string; text: string }) {
  return (
    <div>
      <p className="mb-1 text-12 text-faint">{label}</p>
      <CopyText text={text} label={copies} />
    </div>
  )
}
