// Processes that answer, refuse, die, hang: real ones, running a script that does what its task says.

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Watched } from './assessment-ports.ts'
import { createAssessmentRunner } from './assessment-runner.ts'

const script = `
process.once('message', ({ kind, work, text }) => {
  if (kind === 'report') return process.send({ kind: 'report', html: '<p>' + text, style: 'p{}' })
  process.send({ kind: 'progress', progress: { step: 'Counting', share: 0.5 } })
  const [what] = work.reference.split(' ')
  if (what === 'answers') process.send({ kind: 'assessed', assessed: { text: work.live } })
  if (what === 'refuses') process.send({ kind: 'failed', code: 'table_unreadable', message: 'It is empty.', hint: 'Fill it.' })
  if (what === 'invents') process.send({ kind: 'failed', code: 'never-heard-of', message: 'What?' })
  if (what === 'dies') process.exit(9)
})
setInterval(() => undefined, 1000)
`
let folder: string
let started: ChildProcess[]
let warnings: object[]
const watched: Watched = { onProgress: () => undefined, signal: new AbortController().signal }
const work = (reference: string) => ({ reference, live: 'live', settings: {} })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-'))
  writeFileSync(join(folder, 'child.mjs'), script)
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  started = []
  warnings = []
})

const runner = () =>
  createAssessmentRunner({
    start: () => {
      const child = fork(join(folder, 'child.mjs'), { execArgv: [] })
      started.push(child)
      return child
    },
    logger: { warn: (facts) => void warnings.push(facts) },
  })

async function ended(child: ChildProcess | undefined): Promise<unknown> {
  if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child?.signalCode ?? child?.exitCode
}

describe('a runner of assessments', () => {
  it('hands on progress and the result, and leaves no process', async () => {
    const said: unknown[] = []
    const done = await runner().assess(work('answers'), { ...watched, onProgress: (each) => said.push(each) })
    expect(done).toEqual({ text: 'live' })
    expect(said).toEqual([{ step: 'Counting', share: 0.5 }])
    expect(await ended(started[0])).toBe('SIGKILL')
    expect(await runner().report('text', {})).toEqual({ html: '<p>text', style: 'p{}' })
    expect(warnings).toEqual([])
  })

  it('refuses as the process refuses, with a code that is known', async () => {
    await expect(runner().assess(work('refuses'), watched)).rejects.toMatchObject({
      code: 'table_unreadable',
      message: 'It is empty.',
      hint: 'Fill it.',
    })
    await expect(runner().assess(work('invents'), watched)).rejects.toMatchObject({ code: 'assessment_failed' })
  })

  it('says when a process died, to whoever asked and in the server’s log', async () => {
    await expect(runner().assess(work('dies'), watched)).rejects.toMatchObject({ code: 'assessment_failed' })
    expect(warnings).toEqual([{ code: 9, signal: null }])
  })

  it('kills what nobody waits for, and never starts what nobody waits for any more', async () => {
    const one = runner()
    const [first, second] = [new AbortController(), new AbortController()]
    const running = one.assess(work('hangs'), {
      signal: first.signal,
      onProgress: () => {
        second.abort()
        first.abort()
      },
    })
    const waiting = one.assess(work('answers'), { ...watched, signal: second.signal })
    await expect(running).rejects.toMatchObject({ code: 'assessment_failed' })
    await expect(waiting).rejects.toThrow()
    expect(started.length).toBe(1)
    expect(await ended(started[0])).toBe('SIGKILL')
    expect(await one.assess(work('answers'), watched)).toEqual({ text: 'live' })
  })

  it('runs one at a time; four wait, a sixth is told to come again; reports do not wait for them', async () => {
    const one = runner()
    const stop = new AbortController()
    const all = Array.from({ length: 5 }, () => one.assess(work('hangs'), { ...watched, signal: stop.signal }))
    const ends = Promise.allSettled(all)
    await expect(one.assess(work('answers'), watched)).rejects.toMatchObject({ code: 'overloaded' })
    expect(await one.report('text', {})).toMatchObject({ html: '<p>text' })
    stop.abort()
    expect((await ends).every(({ status }) => status === 'rejected')).toBe(true)
    expect(started.length).toBe(2)
  })
})
