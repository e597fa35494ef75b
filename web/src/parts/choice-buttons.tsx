// One of a few options, as buttons in a row: a radio group by nature, so arrows work too. Digits are shown where they choose.

import { useId } from 'react'
import { Keycap } from '../ui/keycap.tsx'
import type { Scalar } from './output-form.ts'

type ChoiceProps = {
  readonly legend: string
  readonly hint?: string | undefined
  readonly options: readonly Scalar[]
  readonly words: (option: Scalar) => string
  readonly chosen: Scalar | undefined
  readonly onChoose: (option: Scalar) => void
  /** Digits choose here now. */
  readonly hasDigits: boolean
  readonly onFocus: () => void
  readonly problem: string | undefined
}

export function ChoiceButtons(props: ChoiceProps) {
  const { legend, hint, options, words, chosen, onChoose, hasDigits, onFocus, problem } = props
  const name = useId()
  return (
    <fieldset aria-describedby={problem === undefined ? undefined : `${name}-problem`}>
      <legend className="mb-1 text-13 font-medium">
        {legend}
        {hint === undefined ? null : <span className="font-normal text-faint"> {hint}</span>}
      </legend>
      <div className="flex flex-wrap gap-2">
        {options.map((option, n) => (
          <label
            key={String(option)}
            className="inline-flex min-h-8 items-center pointer-coarse:min-h-11 gap-2 rounded border border-line-strong bg-paper px-3 text-13 font-medium hover:bg-marked has-checked:border-ink has-checked:bg-ink has-checked:text-paper has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ink"
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={chosen === option}
              onFocus={onFocus}
              onChange={() => onChoose(option)}
            />
            {words(option)}
            {hasDigits && n < 9 ? <Keycap>{String(n + 1)}</Keycap> : null}
          </label>
        ))}
      </div>
      {problem === undefined ? null : (
        <p id={`${name}-problem`} className="mt-1 text-13 font-medium text-fails">
          <span aria-hidden="true">■ </span>
          {problem}
        </p>
      )}
    </fieldset>
  )
}
