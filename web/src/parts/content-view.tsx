// Contents of a decision (inputs, outputs, contexts) for people: members with their names, long texts as texts, the rest as
// JSON. Nothing is highlighted and nothing interpreted: what a caller sent is shown, never run.

type ContentProps = {
  readonly value: unknown
  readonly label: string
  /** Said where there is nothing. */
  readonly absent?: string
  /** Long texts scroll by themselves, where the page tells of more than this content. */
  readonly isFolded?: boolean
}

export function ContentView({ value, label, absent = 'none', isFolded = false }: ContentProps) {
  if (value === null || value === undefined) return <p className="text-faint">{absent}</p>
  if (typeof value !== 'object' || Array.isArray(value)) return <Value value={value} isFolded={isFolded} />
  // Stored contents are sorted by name (canonical JSON); for reading, what is short comes first and long texts last.
  const members = Object.entries(value).sort(([, a], [, b]) => Number(isLong(a)) - Number(isLong(b)))
  if (members.length === 0) return <p className="text-faint">empty</p>
  return (
    <dl aria-label={label} className="divide-y divide-line rounded border border-line">
      {members.map(([name, member]) => (
        <div
          key={name}
          className={
            isLong(member) ? 'px-3 py-2' : 'grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-x-3 px-3 py-1.5'
          }
        >
          <dt className="text-13 text-faint [overflow-wrap:anywhere]">{name}</dt>
          <dd className="min-w-0">
            <Value value={member} isFolded={isFolded} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Value({ value, isFolded }: { value: unknown; isFolded: boolean }) {
  if (value === null) return <span className="text-faint">null</span>
  if (typeof value === 'string') return <Text text={value} isFolded={isFolded} />
  if (typeof value === 'number' || typeof value === 'boolean') return <span data-figure="">{String(value)}</span>
  if (Array.isArray(value) && value.length === 0) return <span className="text-faint">none</span>
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return (
      <ul>
        {value.map((item, n) => (
          // The same text may stand in a list twice; its place is what it is known by.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={n} className="[overflow-wrap:anywhere]">
            {item}
          </li>
        ))}
      </ul>
    )
  }
  return (
    <pre className="font-mono text-13 whitespace-pre-wrap [overflow-wrap:anywhere]">
      {JSON.stringify(value, null, 2)}
    </pre>
  )
}

function Text({ text, isFolded }: { text: string; isFolded: boolean }) {
  if (text === '') return <span className="text-faint">empty text</span>
  if (!isLong(text)) return <span className="[overflow-wrap:anywhere]">{text}</span>
  const look = 'mt-1 max-w-[75ch] text-14 leading-6 whitespace-pre-wrap [overflow-wrap:anywhere]'
  if (!isFolded || text.length < foldedFrom) return <div className={look}>{text.trimEnd()}</div>
  return (
    // A part that scrolls must be reachable without a mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section aria-label="Long text" tabIndex={0} className={`${look} max-h-96 overflow-auto`}>
      {text.trimEnd()}
    </section>
  )
}

const foldedFrom = 1500

function isLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > 160 || value.includes('\n')
  return typeof value === 'object' && value !== null && !(Array.isArray(value) && value.length < 6)
}
