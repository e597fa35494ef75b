// The states that any part of a page can be in besides "here it is": loading, empty, failed, not allowed.

import type { ReactNode } from 'react'
import { failureWords } from '../api/failure.ts'
import { Button } from './button.tsx'
import { CopyText } from './copy-text.tsx'
import { toneBox } from './verdict.tsx'

/** Grey lines where text will stand: as many and as high as what comes, so that nothing jumps. */
export function Skeleton({ lines, label = 'Loading' }: { lines: number; label?: string }) {
  return (
    <output aria-label={label} className="block animate-[waiting_1.2s_ease-in-out_infinite]">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} aria-hidden="true" className="block py-[11px]">
          <span className={`block h-3 rounded bg-marked ${line % 3 === 2 ? 'w-3/5' : 'w-full'}`} />
        </span>
      ))}
    </output>
  )
}

/** One grey line in the place of a page's first sentence. */
export function SentenceSkeleton() {
  return (
    <output aria-label="Loading" className="inline-block h-4 w-full max-w-[36rem] rounded bg-marked align-middle" />
  )
}

type EmptyProps = { readonly title: string; readonly children?: ReactNode; readonly command?: string }

/** Nothing here: says what to do about it, with the command to copy. */
export function Empty({ title, children, command }: EmptyProps) {
  return (
    <div className="rounded border border-dashed border-line-strong px-4 py-6">
      <p className="font-medium">{title}</p>
      {children === undefined ? null : <div className="mt-1 max-w-[65ch] text-soft">{children}</div>}
      {command === undefined ? null : (
        <div className="mt-3 max-w-[40rem]">
          <CopyText text={command} label="command" />
        </div>
      )}
    </div>
  )
}

/** What went wrong, why, what to do, and the id to quote. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const words = failureWords(error)
  const isRefusal = words.kind === 'forbidden'
  return (
    <div role="alert" className={toneBox(isRefusal ? 'unknown' : 'fails')}>
      <p className="font-medium">{words.what}</p>
      <p className="max-w-[65ch] [overflow-wrap:anywhere]">{words.why}</p>
      <p className="max-w-[65ch] text-soft">{words.todo}</p>
      {words.id === undefined ? null : (
        <p className="mt-1 text-12 text-soft">
          To quote when asking for help: <code className="font-mono">{words.id}</code>
        </p>
      )}
      {onRetry === undefined || isRefusal || words.kind === 'not-found' ? null : (
        <div className="mt-2">
          <Button onClick={onRetry}>Try again</Button>
        </div>
      )}
    </div>
  )
}

type Answer<T> = {
  readonly data: T | undefined
  readonly error: unknown
  readonly isPending: boolean
  readonly refetch: () => unknown
}

/** One of: the skeleton, the failure, the content. What was read before a failure stays, with the failure above it. */
export function Loaded<T>(props: { query: Answer<T>; lines: number; children: (data: T) => ReactNode }) {
  const { query, lines, children } = props
  if (query.data === undefined) {
    return query.isPending ? (
      <Skeleton lines={lines} />
    ) : (
      <Failure error={query.error} onRetry={() => void query.refetch()} />
    )
  }
  return (
    <>
      {query.error ? (
        <div className="mb-3">
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        </div>
      ) : null}
      {children(query.data)}
    </>
  )
}
