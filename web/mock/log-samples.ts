// A log that is well, to change for what a test is about.

import type { LogState, LogWitness } from '#wire/log.ts'

const at = '2026-03-03T14:03:09.000Z'
const root = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA='

export function sampleLog(changes: Partial<LogState> = {}): LogState {
  return {
    origin: 'airworthy/0123456789abcdef',
    vkey: 'airworthy/0123456789abcdef+01234567+AQ',
    size: 48_212,
    root,
    checkpoint: { size: 48_212, root, at, note: '', cosignatures: [] },
    head: 48_212,
    view: { position: 48_212, behind: 0 },
    keys: [],
    tree: { state: 'growing', behind: 0, detail: null },
    witnessed: { size: 48_212, root, at },
    witnesses: [sampleWitness('audit-office'), sampleWitness('sister-team')],
    quorum: { required: 'any 2 of 2', met: true },
    erasures: 0,
    holds: 0,
    ...changes,
  }
}

export function sampleWitness(name: string, state: LogWitness['state'] = 'ok'): LogWitness {
  return { name, vkey: `${name}+01234567+BA`, url: `https://${name}.example`, state, size: 48_212, at, detail: null }
}
