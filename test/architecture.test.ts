// Who may import whom. The table is ARCHITECTURE.md's; any other arrow fails here.

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const src = join(root, 'src')

/** Folder → folders it may import. `*` after core stands for one capability. `core/events` is every capability's events.ts. */
const arrows: Record<string, readonly string[]> = {
  'core/kernel': [],
  'core/stats': [],
  'core/tlog': ['core/kernel'],
  'core/*': ['core/kernel', 'core/stats', 'core/use-case', 'core/events'],
  wire: [],
  log: ['core/kernel', 'core/tlog'],
  gateway: ['core/kernel', 'core/use-case', 'core/decision', 'core/events', 'log/log.ts'],
  outgoing: ['core/kernel'],
  models: ['core/kernel', 'core/events', 'core/use-case/manifest.ts', 'gateway/ports.ts', 'outgoing'],
  storage: [
    'core/kernel',
    'core/stats',
    'core/events',
    'engine/ports.ts',
    'engine/assessment-ports.ts',
    'engine/privacy-ports.ts',
    'log/lower-priority.ts',
  ],
  engine: ['core', 'log'],
  http: ['core', 'engine', 'gateway', 'log/log.ts', 'log/tree.ts', 'wire'],
  verify: ['core/kernel/merkle-hash.ts'],
  assess: ['core/kernel', 'core/stats', 'core/monitoring', 'core/use-case'],
  cli: ['wire', 'core/kernel', 'core/tlog', 'core/use-case', 'verify'],
  witness: ['core/kernel', 'core/tlog', 'log/folder-lock.ts', 'log/whole-file.ts'],
  main: ['*'],
}

function layerOf(path: string): string {
  const parts = path.split('/')
  if (parts.length === 1) return 'main'
  return parts[0] === 'core' ? `core/${parts[1]}` : (parts[0] ?? '')
}

function mayImport(from: string, target: string): boolean {
  const layer = layerOf(from)
  if (layer === layerOf(target)) return true
  const allowed = arrows[layer] ?? (layer.startsWith('core/') ? arrows['core/*'] : undefined) ?? []
  return allowed.some((entry) => {
    if (entry === '*') return true
    if (entry === 'core/events') return /^core\/[^/]+\/events\.ts$/.test(target)
    return entry.endsWith('.ts') ? target === entry : target.startsWith(`${entry}/`)
  })
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
)

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
}

describe('architecture', () => {
  it('has files to check', () => expect(files.length).toBeGreaterThan(50))

  it.each(files)('%s imports only what the table allows', (file) => {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('node:') || !/^[#.]/.test(specifier)) continue
      const target = specifier.startsWith('#') ? specifier.slice(1) : relative(src, resolve(src, file, '..', specifier))
      expect(mayImport(file, target), `${file} → ${target}`).toBe(true)
    }
  })

  it.each(files.filter((file) => file.startsWith('core/')))('%s reads no clock, no randomness, no files', (file) => {
    const text = readFileSync(join(src, file), 'utf8')
    expect(text).not.toMatch(/Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|process\.env/)
    const io = importsOf(file).filter(
      (name) => name.startsWith('node:') && !['node:crypto', 'node:buffer', 'node:net'].includes(name),
    )
    expect(io).toEqual([])
    expect(text).not.toMatch(/\brandom(Bytes|UUID|FillSync)\b/)
  })

  it('keeps HTTP statuses in http/error-responses.ts: codes elsewhere carry none', () => {
    const offenders = files.filter(
      (file) =>
        !/^(http|models|outgoing|cli|witness|verify)\//.test(file) &&
        /\bstatusCode\b/.test(readFileSync(join(src, file), 'utf8')),
    )
    expect(offenders).toEqual([])
  })

  it('never uses the global fetch for outgoing calls of the server', () => {
    const offenders = files.filter(
      (file) => !file.startsWith('cli/') && /(?<![.\w])fetch\(/.test(readFileSync(join(src, file), 'utf8')),
    )
    expect(offenders).toEqual([])
  })
})
