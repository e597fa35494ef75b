// An instant: relative to now, exact on hover and for machines.

import { useNow } from '../app/services.ts'
import { formatExact, formatRelative } from '../text/format.ts'

export function When({ at, exact = false }: { at: string; exact?: boolean }) {
  const now = useNow()
  const full = formatExact(at)
  return (
    <time dateTime={at} title={full} className="whitespace-nowrap">
      {exact ? full : formatRelative(at, now)}
    </time>
  )
}
