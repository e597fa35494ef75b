// A place for one file: dropped on it, or chosen by keyboard and mouse like any file.

import { useId, useState, type DragEvent } from 'react'
import { formatBytes } from '../text/format.ts'

type DropFileProps = {
  readonly label: string
  readonly hint: string
  readonly file: File | undefined
  readonly problem: string | undefined
  readonly onFile: (file: File | undefined) => void
}

export function DropFile({ label, hint, file, problem, onFile }: DropFileProps) {
  const id = useId()
  const [isOver, setOver] = useState(false)

  function onDrop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    const dropped = event.dataTransfer.files[0]
    if (dropped !== undefined) onFile(dropped)
  }

  return (
    // Dropping is a way for the mouse; the field inside does the same by keyboard.
    <div
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className={`min-w-0 rounded border border-dashed px-4 py-3 ${isOver ? 'border-ink bg-marked' : problem === undefined ? 'border-line-strong' : 'border-fails'}`}
    >
      <label htmlFor={id} className="mb-1 block text-13 font-medium">
        {label}
      </label>
      <input
        id={id}
        type="file"
        accept=".csv,.tsv,.txt,.json,.ndjson,.jsonl,.parquet,.gz"
        aria-describedby={problem === undefined ? `${id}-hint` : `${id}-hint ${id}-problem`}
        aria-invalid={problem === undefined ? undefined : true}
        className="w-full text-13 file:mr-3 file:min-h-8 file:rounded file:border file:border-line-strong file:bg-paper file:px-3 file:text-13 file:font-medium file:text-ink pointer-coarse:file:min-h-11"
        onChange={(event) => onFile(event.target.files?.[0])}
      />
      <p id={`${id}-hint`} className="mt-1 text-12 text-faint [overflow-wrap:anywhere]">
        {file === undefined ? hint : `${file.name}, ${formatBytes(file.size)}`}
      </p>
      {problem === undefined ? null : (
        <p id={`${id}-problem`} className="mt-1 text-13 font-medium text-fails">
          <span aria-hidden="true">■ </span>
          {problem}
        </p>
      )}
    </div>
  )
}
