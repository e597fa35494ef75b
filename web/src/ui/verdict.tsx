// A state, told by shape, word and colour together: ● holds, ▲ watch, ■ fails, ○ not known.

import type { Tone, Verdict } from '../text/words.ts'

const shapes: Record<Tone, string> = { holds: '●', watch: '▲', fails: '■', unknown: '○' }
const inks: Record<Tone, string> = {
  holds: 'text-holds',
  watch: 'text-watch',
  fails: 'text-fails',
  unknown: 'text-unknown',
}

export function VerdictMark({ verdict }: { verdict: Verdict }) {
  return (
    <span className={`inline-flex items-baseline gap-1.5 font-medium ${inks[verdict.tone]}`}>
      <span aria-hidden="true" className="text-[0.75em]">
        {shapes[verdict.tone]}
      </span>
      {verdict.word}
    </span>
  )
}

const papers: Record<Tone, string> = {
  holds: 'border-holds bg-holds-paper',
  watch: 'border-watch bg-watch-paper',
  fails: 'border-fails bg-fails-paper',
  unknown: 'border-line-strong bg-unknown-paper',
}

/** The look of a box that says something of that state. */
export function toneBox(tone: Tone): string {
  return `rounded border-l-2 px-3 py-2 ${papers[tone]}`
}
