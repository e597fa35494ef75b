// Where a decision's time went: each step of the pipeline as a bar, to one scale, with its time written.

import { formatDuration } from '../text/format.ts'

type Step = { readonly step: string; readonly ms: number }

/** `durationMs` is the whole; what no step accounts for is shown as the rest. */
export function StepTimes({ steps, durationMs }: { steps: readonly Step[]; durationMs: number }) {
  const known = steps.reduce((sum, step) => sum + step.ms, 0)
  const rest = durationMs - known
  const shown = rest > durationMs * 0.01 ? [...steps, { step: 'the rest', ms: rest }] : steps
  const whole = Math.max(durationMs, known)
  const offsets = shown.map((_, n) => shown.slice(0, n).reduce((sum, step) => sum + step.ms, 0))
  return (
    <ul aria-label="Time of each step" className="max-w-[44rem] text-13">
      {shown.map(({ step, ms }, n) => (
        <li key={step} className="grid grid-cols-[8rem_minmax(0,1fr)_5rem] items-center gap-x-3 py-1">
          <span>{step.replaceAll('-', ' ')}</span>
          <svg aria-hidden="true" width="100%" height="10" className="block">
            <rect width="100%" height="10" className="fill-sunken" />
            <rect
              x={`${((offsets[n] ?? 0) / whole) * 100}%`}
              width={`${Math.max((ms / whole) * 100, 0.5)}%`}
              height="10"
              className="fill-soft"
            />
          </svg>
          <span className="text-right whitespace-nowrap" data-figure="">
            {formatDuration(ms)}
          </span>
        </li>
      ))}
      <li className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 border-t border-line py-1 font-medium">
        <span>all</span>
        <span className="text-right whitespace-nowrap" data-figure="">
          {formatDuration(durationMs)}
        </span>
      </li>
    </ul>
  )
}
