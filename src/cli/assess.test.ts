// `airworthy assess` as a script sees it: a process, its exit code, its two streams, the files it writes. What computes is
// lent: the samples of the report. The real computation is tested on real data in test/e2e/assess.test.ts.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { sampleAssessment, sparseAssessment } from '../../web/mock/assessment-samples.ts'
import { screenLines, wrap } from './assess-screen.ts'

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

const entry = `
  import { PlatformError } from '#core/kernel/errors.ts'
  import { runCli } from '#cli/program.ts'
  import { sampleAssessment, sparseAssessment } from '${join(import.meta.dirname, '../../web/mock/assessment-samples.ts')}'
  const services = {
    version: '1.2.3',
    async assess({ settings, contract, model, live }) {
      if (settings.target === 'nowhere')
        throw new PlatformError('table_unreadable', '--target: there is no column nowhere.', { hint: 'Did you mean label?' })
      const found = live.includes('sparse') ? sparseAssessment() : sampleAssessment()
      const calm = live.includes('calm') ? { verdict: 'ready', findings: [] } : live.includes('blind') ? { verdict: 'insufficient', findings: [] } : {}
      return { ...found, ...calm, headline: JSON.stringify({ settings, contract, model }) }
    },
    proposeContract: async () => ({ type: 'object' }),
    renderReport: async ({ verdict }) => '<!doctype html>' + verdict,
  }
  process.exitCode = await runCli(process.argv.slice(1), services)
`
const folder = mkdtempSync(join(tmpdir(), 'cli-assess-'))
const path = (name: string) => join(folder, name)

beforeAll(() => {
  for (const name of ['pilot.csv', 'live.csv', 'sparse.csv', 'calm.csv', 'blind.csv'])
    writeFileSync(path(name), 'a\n1\n')
  writeFileSync(path('schema.json'), '{"type":"object"}')
  writeFileSync(path('list.json'), '[]')
})

async function assess(args: readonly string[], { live = 'live.csv', env = {} } = {}): Promise<Ended> {
  const given = ['assess', '--reference', path('pilot.csv'), '--live', path(live), ...args]
  return run(given, env)
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const flags = [
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    entry,
    '--',
  ]
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, COLUMNS: '80', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.once('close', done)),
  ])
  return { code, stdout, stderr }
}

describe('airworthy assess', () => {
  it('says the verdict, three findings with what to do, and where the rest is', async () => {
    const { code, stdout } = await assess([])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^■ Gap\. /)
    expect(stdout).toContain('1 ■ The model is right in 74.1 % of live messages')
    expect(stdout).toContain('→ Do not automate yet.')
    expect(stdout).toContain('And 1 to fix or accept knowingly, 1 worth knowing.')
    expect(stdout).toContain('--html report.html')
    // oxlint-disable-next-line no-control-regex -- that there is none outside of a terminal
    expect(stdout).not.toMatch(/\u001b/)
  })

  it('hands every option on', async () => {
    const { stdout } = await assess([
      '--target',
      'y',
      '--prediction',
      'p',
      '--score',
      's',
      '--positive',
      '1',
      '--timestamp',
      't',
      '--chunk',
      '1mo',
      '--groups',
      'sex, age*sex',
      '--ignore',
      'id',
      '--contract',
      path('schema.json'),
      '--error-max',
      '0.02',
      '--model',
      'http://127.0.0.1:1/score',
      '--protocol',
      'http',
      '--cost-fp',
      '5',
      '--cost-fn',
      '1',
      '--review-minutes',
      '2',
      '--cost-hour',
      '60',
      '--volume',
      '1200/year',
      '--json',
      '-',
    ])
    expect(JSON.parse((JSON.parse(stdout) as { headline: string }).headline)).toEqual({
      settings: {
        target: 'y',
        prediction: 'p',
        score: 's',
        positive: '1',
        timestamp: 't',
        chunk: '1mo',
        groups: ['sex', 'age*sex'],
        ignore: ['id'],
        errorMax: 0.02,
        cost: {
          falsePositive: 5,
          falseNegative: 1,
          reviewMinutes: 2,
          costPerHour: 60,
          volumePerMonth: 100,
        },
      },
      contract: { type: 'object' },
      model: { url: 'http://127.0.0.1:1/score', protocol: 'http' },
    })
  })

  it('writes the result, the report and a contract', async () => {
    const args = ['--json', path('r.json'), '--html', path('r.html'), '--write-contract', path('c.json')]
    const { stdout } = await assess(args)
    expect(JSON.parse(readFileSync(path('r.json'), 'utf8'))).toMatchObject({ verdict: 'gap' })
    expect(readFileSync(path('r.html'), 'utf8')).toBe('<!doctype html>gap')
    expect(JSON.parse(readFileSync(path('c.json'), 'utf8'))).toEqual({ type: 'object' })
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`${path('r.html')} and ${path('r.json')}.`)
  })

  it.each<[string, readonly string[], string, number]>([
    ['a gap', [], 'live.csv', 1],
    ['a finding that forbids', ['--fail-on', 'fail'], 'live.csv', 1],
    ['a gap nobody asked about', ['--fail-on', 'never'], 'live.csv', 0],
    ['all well', [], 'calm.csv', 0],
    ['not enough data', [], 'sparse.csv', 3],
    ['nothing known of a model', [], 'blind.csv', 0],
  ])('ends for %s with %s', async (_what, args, live, code) => {
    expect((await assess(args, { live })).code).toBe(code)
  })

  it.each<[readonly string[], RegExp]>([
    [['--chunk', '3h'], /--chunk/],
    [['--volume', 'many'], /--volume/],
    [['--cost-fp', '-1'], /--cost-fp/],
    [['--error-max', '2'], /--error-max/],
    [['--fail-on', 'always'], /--fail-on/],
    [['--contract', path('none.json')], /none\.json cannot be read: there is no such file/],
    [['--contract', path('list.json')], /--contract/],
    [['--model', 'http://x'], /--protocol is missing/],
    [['--target', 'nowhere'], /--target: there is no column nowhere[^]*Did you mean label/],
    [['--json', path('no/such/folder.json')], /--json: .* there is no such folder/],
  ])('is used wrongly with %j', async (args, message) => {
    const { code, stderr } = await assess(args)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
    expect(stderr).not.toContain('    at ')
  })

  it('says which of the two files is missing, or cannot be read', async () => {
    expect(await run(['assess', '--live', path('live.csv')])).toMatchObject({ code: 2 })
    const { code, stderr } = await run(['assess', '--reference', path('gone.csv'), '--live', path('live.csv')])
    expect(code).toBe(2)
    expect(stderr).toContain('--reference:')
    expect(stderr).toContain('there is no such file')
    const { stderr: mixed } = await run([
      'assess',
      '--use-case',
      'x',
      '--reference',
      '2026-01-01..2026-02-01',
      '--live',
      path('live.csv'),
    ])
    expect(mixed).toContain('both be periods')
  })
})

describe('the screen', () => {
  const options = { width: 80, html: undefined, json: undefined }

  it.each([sampleAssessment(), sampleAssessment({ columns: 3000 }), sparseAssessment()])(
    'fits on 80 by 24',
    (found) => {
      const long = found.findings.map((each) => ({
        ...each,
        message: each.message.repeat(9),
        advice: each.advice.repeat(9),
      }))
      const lines = screenLines({ ...found, headline: found.headline.repeat(5), findings: long }, options)
      // One line is left for the prompt.
      expect(lines.length).toBeLessThanOrEqual(23)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
    },
  )

  it('wraps any text within the width and the lines, losing nothing that fits', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.integer({ min: 10, max: 100 }), (said, width) => {
        const lines = wrap(said, width, 4)
        expect(lines.length).toBeLessThanOrEqual(4)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
        const all = wrap(said, width, 1_000).join('').replaceAll(/\s/g, '')
        // oxlint-disable-next-line no-control-regex -- control characters are dropped
        expect(all).toBe(said.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').replaceAll(/\s/g, ''))
      }),
    )
  })
})
