// In the place of contents that are not shown: what was erased, when, why and by whom; or what a blind audit hides. And what
// keeps contents from being erased.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DecisionDetail } from '#wire/decision.ts'
import { useServices } from '../app/services.ts'
import { causeWords } from '../text/privacy-words.ts'
import { toneBox } from '../ui/verdict.tsx'
import { When } from '../ui/when.tsx'

export function Withheld({ decision }: { decision: DecisionDetail }) {
  const { withheld, erased } = decision
  if (erased !== null) return <Erased erased={erased} />
  if (withheld === null) return null
  return (
    <p className={`mb-4 max-w-[70ch] ${toneBox('unknown')}`}>
      {withheld === 'erased'
        ? 'The contents were erased. That they were there, and their digests, stay on the log.'
        : 'The system’s answer is hidden while a blind audit of this decision is open, so that whoever audits is not led by it.'}
    </p>
  )
}

function Erased({ erased }: { erased: NonNullable<DecisionDetail['erased']> }) {
  return (
    <div className={`mb-4 max-w-[70ch] ${toneBox('unknown')}`}>
      <p className="font-medium">
        The contents were erased on <When at={erased.at} exact />: {causeWords[erased.cause]}.
      </p>
      <p className="[overflow-wrap:anywhere]">
        By {erased.by}, because: {erased.reason}
      </p>
      <p className="text-soft">
        What was decided, and the digests of what is gone, stay on the log; the proof below holds without the contents.
      </p>
    </div>
  )
}

/** Said where a hold of the use case is in force: holds of persons are known by a keyed digest alone. */
export function DecisionHolds({ decision }: { decision: DecisionDetail }) {
  const { queries } = useServices()
  const query = useQuery(queries.holds())
  const holds = (query.data?.items ?? []).filter((hold) => hold.released === null && hold.useCase === decision.useCase)
  if (holds.length === 0 || decision.withheld === 'erased') return null
  return (
    <div className={`mb-4 max-w-[70ch] ${toneBox('watch')}`}>
      {holds.map((hold) => (
        <p key={hold.id} className="[overflow-wrap:anywhere]">
          Under a legal hold, placed <When at={hold.at} />: “{hold.reason}”. Nothing of it is erased until the hold is
          released. See <Link to="/log-status">Log</Link>.
        </p>
      ))}
    </div>
  )
}
