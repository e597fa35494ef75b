// Who else signs the log's checkpoints, so that the log cannot show one history to some and another to others.

import type { LogState, LogWitness } from '#wire/log.ts'
import { formatCount } from '../text/format.ts'
import { witnessAdvice, witnessVerdicts } from '../text/log-words.ts'
import type { Verdict } from '../text/words.ts'
import { Section } from '../ui/page.tsx'
import { Empty } from '../ui/states.tsx'
import { Cell, extra, extraFigure, HeadCell, Table } from '../ui/table.tsx'
import { VerdictMark } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

const columns = [
  { name: 'Witness' },
  { name: 'State' },
  { name: 'Cosigned up to', ...extraFigure },
  { name: 'When', ...extra },
]

export function WitnessSection({ log }: { log: LogState }) {
  return (
    <Section title="Witnesses" note={<Quorum log={log} />}>
      {log.witnesses.length === 0 ? (
        <Empty title="No witness is configured">
          A witness is another party’s small server that cosigns checkpoints and refuses a log that changed its past.
          Name some in a policy file and give it to the server as{' '}
          <code className="font-mono">AIRWORTHY_WITNESS_POLICY</code>;{' '}
          <code className="font-mono">airworthy witness</code> runs one for another team.
        </Empty>
      ) : (
        <Table label="Witnesses" columns={columns}>
          {log.witnesses.map((witness) => (
            <WitnessRow key={witness.vkey} witness={witness} />
          ))}
        </Table>
      )}
    </Section>
  )
}

function WitnessRow({ witness }: { witness: LogWitness }) {
  const { name, url, vkey, state, size, at, detail } = witness
  const advice = witnessAdvice[state]
  return (
    <tr>
      <HeadCell>
        <span className="[overflow-wrap:anywhere]">{name}</span>
        <span className="block text-12 font-normal [overflow-wrap:anywhere] text-faint">{url}</span>
        <code className="block font-mono text-12 font-normal [overflow-wrap:anywhere] text-faint max-sm:hidden">
          {vkey}
        </code>
      </HeadCell>
      <Cell>
        <VerdictMark verdict={witnessVerdicts[state]} />
        {detail === null ? null : <span className="block max-w-[44ch]">{detail}</span>}
        {advice === null ? null : <span className="block max-w-[44ch] text-soft">{advice}</span>}
      </Cell>
      <Cell of={extraFigure}>{size === null ? '–' : formatCount(size)}</Cell>
      <Cell of={extra}>{at === null ? '–' : <When at={at} />}</Cell>
    </tr>
  )
}

function Quorum({ log: { quorum } }: { log: LogState }) {
  if (quorum === null) return null
  const verdict: Verdict = quorum.met
    ? { tone: 'holds', word: 'enough signed' }
    : { tone: 'watch', word: 'too few signed' }
  return (
    <span className="text-soft">
      Needed: {quorum.required}. <VerdictMark verdict={verdict} />
    </span>
  )
}
