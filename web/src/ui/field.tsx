// A labelled field with its hint and its problem, tied together for those who do not see them side by side.

import { useId, type ComponentProps, type ReactNode } from 'react'

const look =
  'w-full rounded border bg-paper px-2 min-h-8 pointer-coarse:min-h-11 text-14 text-ink placeholder:text-faint aria-invalid:border-fails border-line-strong'

type Around = {
  readonly label: string
  readonly hint?: ReactNode
  readonly problem?: string | undefined
  readonly isCompact?: boolean
}

function Labelled(props: Around & { id: string; children: ReactNode }) {
  const { id, label, hint, problem, isCompact = false, children } = props
  return (
    <div className="min-w-0">
      <label htmlFor={id} className={`mb-1 block font-medium ${isCompact ? 'text-12 text-soft' : 'text-13'}`}>
        {label}
      </label>
      {children}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="mt-1 text-12 text-faint">
          {hint}
        </p>
      )}
      {problem === undefined ? null : (
        <p id={`${id}-problem`} className="mt-1 text-13 font-medium text-fails">
          <span aria-hidden="true">■ </span>
          {problem}
        </p>
      )}
    </div>
  )
}

function described(id: string, { hint, problem }: Around) {
  const ids = [hint === undefined ? '' : `${id}-hint`, problem === undefined ? '' : `${id}-problem`].filter(Boolean)
  return {
    'aria-describedby': ids.length > 0 ? ids.join(' ') : undefined,
    'aria-invalid': problem !== undefined || undefined,
  }
}

export function TextField({ label, hint, problem, isCompact, ...input }: Around & ComponentProps<'input'>) {
  const id = useId()
  const around: Around = { label, hint, problem, ...(isCompact === undefined ? {} : { isCompact }) }
  return (
    <Labelled {...around} id={id}>
      <input {...input} {...described(id, around)} id={id} className={input.type === 'file' ? `${look} py-1` : look} />
    </Labelled>
  )
}

export function TextArea({ label, hint, problem, isCompact, ...input }: Around & ComponentProps<'textarea'>) {
  const id = useId()
  const around: Around = { label, hint, problem, ...(isCompact === undefined ? {} : { isCompact }) }
  const mono = input.lang === 'json' ? 'font-mono text-13' : ''
  return (
    <Labelled {...around} id={id}>
      <textarea {...input} lang={undefined} {...described(id, around)} id={id} className={`${look} py-1.5 ${mono}`} />
    </Labelled>
  )
}

export function CheckField({ label, hint, ...input }: Pick<Around, 'label' | 'hint'> & ComponentProps<'input'>) {
  const id = useId()
  return (
    <div className="flex items-start gap-2">
      <input
        {...input}
        {...described(id, { label, hint })}
        id={id}
        type="checkbox"
        className="mt-1 shrink-0 accent-ink pointer-coarse:size-5"
      />
      <div className="min-w-0">
        <label htmlFor={id} className="text-13 font-medium">
          {label}
        </label>
        {hint === undefined ? null : (
          <p id={`${id}-hint`} className="mt-0.5 max-w-[65ch] text-12 text-faint">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}

export function SelectField(
  props: Around & ComponentProps<'select'> & { options: readonly (readonly [string, string])[] },
) {
  const { label, hint, problem, isCompact, options, ...select } = props
  const id = useId()
  const around: Around = { label, hint, problem, ...(isCompact === undefined ? {} : { isCompact }) }
  return (
    <Labelled {...around} id={id}>
      <select {...select} {...described(id, around)} id={id} className={look}>
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </Labelled>
  )
}
