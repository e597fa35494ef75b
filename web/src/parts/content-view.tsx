// Contents of a decision (inputs, outputs, contexts) for people: members with their names, long texts as texts, the rest as
// JSON. Nothing is highlighted and nothing interpreted: what a caller sent is shown, never run.

type ContentProps = { readonly value: unknown; readonly label: string }

export function ContentView({ value, label }: ContentProps) {
  if (value === null || value === undefined) return <p className="text-faint">none</p>
  if (typeof value !== 'object' || Array.isArray(value)) return <Value value={value} />
  const members = Object.entries(value)
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
            <Value value={member} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Value({ value }: { value: unknown }) {
  if (value === null) return <span className="text-faint">null</span>
  if (typeof value === 'string') return <Text text={value} />
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

function Text({ text }: { text: string }) {
  if (text === '') return <span className="text-faint">empty text</span>
  if (!isLong(text)) return <span className="[overflow-wrap:anywhere]">{text}</span>
  return (
    <div className="mt-1 max-w-[75ch] text-14 leading-6 whitespace-pre-wrap [overflow-wrap:anywhere]">
      {text.trimEnd()}
    </div>
  )
}

function isLong(value: unknown): boolean {
  if (typeof value === 'string') return value.length > 160 || value.includes('\n')
  return typeof value === 'object' && value !== null && !(Array.isArray(value) && value.length < 6)
}
