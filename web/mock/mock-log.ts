// The mock's log: a real tree over its entries, signed checkpoints with their history, witnesses that cosign, receipts. What
// the browser checks here it would check of the real server. Checkpoints come when `grow` is called, so that tests see the
// moment before.

import type { LogCheckpoint, LogState, LogWitness } from '#wire/log.ts'
import { checkpointText, createMockTree, mockReceipt, mockSigner, type MockTree } from './mock-tree.ts'

export const mockOrigin = 'airworthy/6d6f636b2d6c6f67'
const key = mockSigner(mockOrigin, 1)
const keyBefore = mockSigner(mockOrigin, 1, 'the key before')
const witnessKeys = ['audit-office.example/witness', 'sister-team.example/witness', 'supervisor.example/witness'].map(
  (name) => mockSigner(name, 4),
)

export type MockLogParts = {
  readonly clock: () => number
  readonly head: () => number
  readonly entryAt: (index: number) => Buffer
}

export type MockLog = ReturnType<typeof createMockLog>

export function createMockLog({ clock, head, entryAt }: MockLogParts) {
  const tree = createMockTree()
  /** Oldest first. */
  const sizes: Kept[] = []
  const waiting = new Set<() => void>()
  const rotatedAt = clock() - 20 * 86_400_000

  /** Leaves are hashed when somebody first asks for a root. */
  function catchUp(size: number): void {
    while (tree.size() < size) tree.append(entryAt(tree.size()))
  }

  function checkpoint(of: Kept): LogCheckpoint {
    catchUp(of.size)
    return signedCheckpoint(tree, of)
  }

  const newest = () => sizes.at(-1) ?? { size: 0, at: clock() }

  /** A checkpoint over everything that is there. */
  function grow(at = clock(), size = head()): void {
    sizes.push({ size, at })
    for (const look of waiting) look()
  }

  return {
    covered: () => newest().size,
    grow,
    growIfBehind(): void {
      if (newest().size < head()) grow()
    },
    history(before: number, limit: number): LogCheckpoint[] {
      const older = sizes.filter(({ size }) => size < before)
      return older.slice(-limit).reverse().map(checkpoint)
    },
    state(kind: 'usual' | 'empty' | 'alone' | 'trouble'): LogState {
      return logState(kind, {
        newest: checkpoint(kind === 'empty' ? { size: 0, at: clock() } : newest()),
        head,
        rotatedAt,
      })
    },
    /** Resolves once a checkpoint covers the entry, as the server's answer does. */
    whenCovered: (index: number) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (index >= newest().size) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    /** `isForged`: of another entry than the tree's, as somebody would show who changed it afterwards. */
    receipt(index: number, { isForged = false } = {}): string {
      const { size, note } = checkpoint(newest())
      const entry = entryAt(index)
      const shown = isForged ? Buffer.from(entry.toString().replace(/"time":"2/, '"time":"1')) : entry
      return mockReceipt({ tree, entry: shown, index, size, note })
    },
  }
}

type Kept = { readonly size: number; readonly at: number }

/** Signed by the log, and by two witnesses or all three. */
function signedCheckpoint(tree: MockTree, { size, at }: Kept): LogCheckpoint {
  const text = checkpointText(mockOrigin, tree, size)
  const seconds = Math.floor(at / 1000)
  const cosigners = size % 3 === 0 ? witnessKeys : witnessKeys.slice(0, 2)
  const lines = cosigners.map((witness) => witness.line(text, seconds))
  return {
    size,
    root: tree.root(size).toString('base64'),
    at: new Date(at).toISOString(),
    note: `${text}\n${key.line(text)}${lines.join('')}`,
    cosignatures: cosigners.map(({ name }) => ({ witness: name, at: new Date(seconds * 1000).toISOString() })),
  }
}

type StateParts = { readonly newest: LogCheckpoint; readonly head: () => number; readonly rotatedAt: number }

function logState(kind: 'usual' | 'empty' | 'alone' | 'trouble', { newest, head, rotatedAt }: StateParts): LogState {
  const isStopped = kind === 'trouble'
  const isAlone = kind === 'alone' || kind === 'empty'
  const entries = kind === 'empty' ? 0 : head()
  const since = new Date(rotatedAt).toISOString()
  const first = { id: keyBefore.id, vkey: keyBefore.vkey, since: new Date(rotatedAt - 40 * 86_400_000).toISOString() }
  const { size, root, at } = newest
  return {
    origin: mockOrigin,
    vkey: key.vkey,
    size,
    root,
    checkpoint: isAlone ? { ...newest, cosignatures: [] } : newest,
    head: entries,
    view: { position: entries, behind: 0 },
    keys: [
      { id: key.id, vkey: key.vkey, since, until: null },
      { ...first, until: since },
    ],
    tree: isStopped
      ? { state: 'stopped', behind: entries - size, detail: 'The disk that holds the tree is full.' }
      : { state: 'growing', behind: entries - size, detail: null },
    witnessed: isAlone ? null : { size, root, at },
    witnesses: isAlone ? [] : witnesses(newest, isStopped),
    quorum: isAlone ? null : { required: 'any 2 of 3 witnesses', met: !isStopped },
    erasures: 0,
    holds: 0,
  }
}

function witnesses({ size, at }: LogCheckpoint, isTrouble: boolean): LogWitness[] {
  const anHourBefore = new Date(Date.parse(at) - 3_600_000).toISOString()
  const states: Pick<LogWitness, 'state' | 'size' | 'at' | 'detail'>[] = [
    { state: 'ok', size, at, detail: null },
    isTrouble
      ? { state: 'away', size: size - 41, at: anHourBefore, detail: 'No answer within 5 s.' }
      : { state: 'ok', size, at, detail: null },
    isTrouble
      ? { state: 'refused', size: size - 12, at, detail: 'It has seen a tree of this log with another root.' }
      : { state: 'behind', size: Math.max(0, size - 2), at, detail: null },
  ]
  return witnessKeys.flatMap(({ name, vkey }, n) => {
    const state = states[n]
    return state === undefined ? [] : [{ name, vkey, url: `https://${name}`, ...state }]
  })
}
