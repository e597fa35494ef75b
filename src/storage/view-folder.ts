// Whether the embedded database's folder can be trusted.
//
// PGlite calls no fsync, so what it wrote is safe from a killed process (the system's cache holds it) and not from a machine
// that stops. The view can be made again from the log, so the rule is simple: where in doubt, throw it away.
//
//   no note                     → nothing is known of the data: doubt
//   open, same boot             → the process was killed; the cache held everything: trust
//   open, another boot          → the machine stopped while it was open: doubt
//   closed, sizes as noted      → trust
//   closed, another size        → something cut or changed files: doubt
// Page checksums (on by default in this PostgreSQL) find the rest, when a page is read.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'

type Note =
  | { readonly state: 'open'; readonly boot: string | null }
  | { readonly state: 'closed'; readonly sizes: Readonly<Record<string, number>> }

export function dataFolder(viewDir: string): string {
  return join(viewDir, 'data')
}

/** Why the data should not be used; undefined when it may, also when there is none yet. */
export function doubtOf(viewDir: string): string | undefined {
  if (!existsSync(dataFolder(viewDir))) return undefined
  const note = readNote(viewDir)
  if (!note) return 'nothing is noted of how it was closed'
  if (note.state === 'open') {
    const boot = bootId()
    return boot !== null && note.boot === boot ? undefined : 'the machine stopped while it was open'
  }
  const sizes = sizesOf(dataFolder(viewDir))
  const names = new Set([...Object.keys(sizes), ...Object.keys(note.sizes)])
  for (const name of names) if (sizes[name] !== note.sizes[name]) return `the file ${name} is not as it was closed`
  return undefined
}

export function discard(viewDir: string): void {
  rmSync(viewDir, { recursive: true, force: true })
}

/** Must be durable before the first write to the data, or a power cut would go unseen. */
export function noteOpen(viewDir: string): void {
  mkdirSync(viewDir, { recursive: true, mode: 0o700 })
  writeNote(viewDir, { state: 'open', boot: bootId() })
}

/** Makes the data durable, then says that it is. Call it when nothing writes any more. */
export function noteClosed(viewDir: string): void {
  const data = dataFolder(viewDir)
  const sizes = sizesOf(data)
  for (const name of Object.keys(sizes)) flush(join(data, name))
  writeNote(viewDir, { state: 'closed', sizes })
}

function sizesOf(dir: string): Record<string, number> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files.map((file) => {
      const path = join(file.parentPath, file.name)
      return [relative(dir, path), statSync(path).size]
    }),
  )
}

function noteFile(viewDir: string): string {
  return join(viewDir, 'note.json')
}

function readNote(viewDir: string): Note | undefined {
  try {
    return JSON.parse(readFileSync(noteFile(viewDir), 'utf8')) as Note
  } catch {
    // Absent, or cut off while it was written: either way nothing is known.
    return undefined
  }
}

function writeNote(viewDir: string, note: Note): void {
  writeFileSync(noteFile(viewDir), JSON.stringify(note), { mode: 0o600 })
  flush(noteFile(viewDir))
}

function flush(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Changes with every start of the machine; null where the system does not tell. */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return null
  }
}
