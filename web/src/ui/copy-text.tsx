// A command, an id or a key to copy. Where the browser gives no clipboard (plain HTTP), the text is selected instead.

import { useRef, useState } from 'react'
import { Button } from './button.tsx'

export function CopyText({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState<'copied' | 'selected' | null>(null)
  const code = useRef<HTMLElement>(null)

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      setDone('copied')
    } catch {
      if (code.current) getSelection()?.selectAllChildren(code.current)
      setDone('selected')
    }
  }

  return (
    <div className="flex items-stretch gap-2">
      <code
        ref={code}
        className="min-w-0 flex-1 rounded border border-line bg-sunken px-2 py-1.5 font-mono text-13 [overflow-wrap:anywhere]"
      >
        {text}
      </code>
      <Button onClick={() => void copy()} aria-label={`Copy the ${label}`}>
        {done === 'copied' ? 'Copied' : done === 'selected' ? 'Selected' : 'Copy'}
      </Button>
      <output className="sr-only">
        {done === 'copied' ? `The ${label} is copied.` : done === 'selected' ? 'Press Ctrl+C to copy it.' : ''}
      </output>
    </div>
  )
}
