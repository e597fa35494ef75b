// The demonstration as `npm start -- --exit --json` runs it: real mail through the whole product, figures that are computed. And a
// second start, which keeps the data and replays nothing.

import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import type { Proportion } from '#wire/common.ts'
import { temporaryFolder } from '../../support/airworthy-process.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

type Summary = {
  readonly pilot: Proportion
  readonly live: {
    readonly total: number
    readonly bySystem: number
    readonly waiting: number
    readonly model: Proportion
  }
  readonly replay: { readonly cases: number; readonly seconds: number | null }
  readonly filed: Readonly<Record<string, number>>
  readonly log: { readonly verdict: string; readonly entries: number; readonly payloads: { readonly matching: number } }
  readonly assessment: { readonly id: string; readonly verdict: string; readonly headline: string } | null
}

async function start(): Promise<{ readonly summary: Summary; readonly said: string }> {
  const args = ['src/main.ts', 'demo', '--exit', '--json', '--port', '0', '--data-dir', folder.path]
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', ...args],
    {
      cwd: resolve(import.meta.dirname, '../../..'),
      env: { ...process.env, DATABASE_URL: '', AIRWORTHY_DATA_DIR: '' },
    },
  )
  return { summary: JSON.parse(stdout) as Summary, said: stderr }
}

describe('the demonstration', () => {
  it('takes a pilot live on real mail, and a second start keeps what came of it', async () => {
    const { summary: first, said } = await start()
    const { live, pilot, log, filed, replay } = first
    expect(live.total).toBe(replay.cases)
    expect(live.bySystem + live.waiting).toBe(live.total)
    // The story: what held in the pilot does not hold live.
    expect(pilot.low).toBeGreaterThan(live.model.high ?? 1)
    // Each decision that has an effect had it, once.
    expect((filed['junk'] ?? 0) + (filed['inbox'] ?? 0)).toBe(live.bySystem)
    expect(log.verdict).toBe('holds')
    expect(log.payloads.matching).toBeGreaterThan(live.total)
    expect(first.assessment).toMatchObject({ verdict: 'gap' })
    expect(said.match(/kept as evidence/g)).toHaveLength(1)

    const { summary: second, said: saidAgain } = await start()
    expect(second).toMatchObject({ pilot, live, filed, replay, assessment: { id: first.assessment?.id } })
    // A start is recorded: nothing else was.
    expect(second.log.entries - log.entries).toBeLessThan(5)
    expect(saidAgain).not.toContain('Deciding mails')
  })
})
