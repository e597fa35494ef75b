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
    <table className="w-full max-w-[44rem] text-13">
      <caption className="sr-only">Time of each step</caption>
      <tbody>
        {shown.map(({ step, ms }, n) => (
          <tr key={step}>
            <th scope="row" className="w-40 py-1 pr-3 text-left font-normal">
              {step.replaceAll('-', ' ')}
            </th>
            <td className="w-full py-1">
              <svg aria-hidden="true" width="100%" height="10" className="block">
                <rect width="100%" height="10" className="fill-sunken" />
                <rect
                  x={`${((offsets[n] ?? 0) / whole) * 100}%`}
                  width={`${Math.max((ms / whole) * 100, 0.5)}%`}
                  height="10"
                  className="fill-soft"
                />
              </svg>
            </td>
            <td className="py-1 pl-3 text-right whitespace-nowrap">{formatDuration(ms)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row" className="border-t border-line py-1 pr-3 text-left font-medium">
            all
          </th>
          <td className="border-t border-line" />
          <td className="border-t border-line py-1 pl-3 text-right font-medium whitespace-nowrap">
            {formatDuration(durationMs)}
          </td>
        </tr>
      </tbody>
    </table>
  )
}
