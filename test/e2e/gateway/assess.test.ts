// Assessments end to end: the command line alone, and a whole server that computes in a process apart and keeps the result
// on its log. Nothing is lent: real files, the real reader, the real report.

import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { request, FormData } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Assessment } from '#wire/assessment.ts'
import type { AssessmentDetail, AssessmentSummary } from '#wire/assessment-kept.ts'
import { adminKey, startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { apply, decide, modelDir, scripted, sure, unsure, until } from './gateway-calls.ts'

const root = resolve(import.meta.dirname, '../../..')
const folder = temporaryFolder()
const file = (name: string) => join(folder.path, name)
let server: AirworthyProcess

/** Rows whose model is right as often as `right` says, and whose channel is new in a share of them. */
function rows(count: number, { right, fresh }: { right: number; fresh: number }): string {
  // A small generator of its own, so that the files are always the same.
  let state = 7
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  const lines = Array.from({ length: count }, (_, n) => {
    const label = next() < 0.4 ? 'yes' : 'no'
    const isRight = next() < right
    const said = isRight ? label : label === 'yes' ? 'no' : 'yes'
    const score = said === 'yes' ? 0.5 + next() / 2 : next() / 2
    const channel = next() < fresh ? 'kiosk' : ['mail', 'web'][n % 2]
    return `${(next() * 100).toFixed(2)},${channel},${label},${said},${score.toFixed(4)}`
  })
  return `amount,channel,label,prediction,score\n${lines.join('\n')}\n`
}

beforeAll(async () => {
  writeFileSync(file('pilot.csv'), rows(2_000, { right: 0.92, fresh: 0 }))
  writeFileSync(file('live.csv'), rows(3_000, { right: 0.7, fresh: 0.2 }))
  server = await startAirworthy({ dataDir: file('data'), modelDir })
  await apply(server, scripted('triage'))
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

async function airworthy(args: readonly string[]): Promise<Ended> {
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning', join(root, 'src/main.ts')]
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: root,
    env: { ...process.env, AIRWORTHY_SERVER: server.url, AIRWORTHY_KEY: adminKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.once('close', done)),
  ])
  return { code, stdout, stderr }
}

const both = ['--reference', file('pilot.csv'), '--live', file('live.csv')]

describe('without a server', () => {
  it('says the gap, writes the result and a report, and a contract that the pilot keeps', async () => {
    const { code, stdout, stderr } = await airworthy([
      'assess',
      ...both,
      '--json',
      file('r.json'),
      '--html',
      file('r.html'),
      '--write-contract',
      file('c.json'),
    ])
    expect(stderr).not.toMatch(/error/i)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^■ Gap\./)
    const result = JSON.parse(readFileSync(file('r.json'), 'utf8')) as Assessment
    expect(result.data.reference).toMatchObject({ name: 'pilot.csv', rows: 2_000 })
    expect(result.findings.map((finding) => finding.code)).toEqual(
      expect.arrayContaining(['performance-drop', 'unseen']) as unknown,
    )
    expect(JSON.stringify(result)).not.toMatch(/NaN|Infinity/)
    const html = readFileSync(file('r.html'), 'utf8')
    // In the report a figure and its sign stay on one line.
    expect(html.replaceAll('\u00a0', ' ')).toContain(result.headline.replaceAll('"', '&quot;').slice(0, 40))
    expect(html).not.toContain('<script')
    const again = await airworthy(['assess', ...both, '--contract', file('c.json'), '--json', '-'])
    const { contract } = JSON.parse(again.stdout) as Assessment
    expect(contract?.passRate.reference.value).toBe(1)
    expect(contract?.passRate.live.value).toBeLessThan(0.9)
  })

  it.each<[string, string, RegExp]>([
    ['empty', '', /is empty/],
    ['header only', 'amount,label\n', /./],
    ['no such column', rows(20, { right: 1, fresh: 0 }), /--target/],
  ])('says what is wrong with a file: %s', async (name, content, message) => {
    writeFileSync(file('bad.csv'), content)
    const target = name === 'no such column' ? ['--target', 'nowhere'] : []
    const { code, stderr, stdout } = await airworthy([
      'assess',
      '--reference',
      file('bad.csv'),
      '--live',
      file('live.csv'),
      ...target,
    ])
    expect([1, 2, 3]).toContain(code)
    expect(stderr + stdout).toMatch(message)
    expect(stderr).not.toMatch(/\n {4}at |NaN/)
  })
})

/** A millisecond of its own: what was decided before it is before it. */
async function now(): Promise<string> {
  const at = Date.now() + 1
  await until(
    async () => Date.now(),
    (time) => time > at,
  )
  return new Date(at).toISOString()
}

describe('with a server', () => {
  it('keeps the result of two files with the use case, shows it again, and goes on deciding meanwhile', async () => {
    const running = airworthy(['assess', '--use-case', 'triage', ...both, '--json', file('kept.json')])
    const decided = await Promise.all(Array.from({ length: 20 }, () => decide(server, 'triage', sure)))
    expect(decided.every(({ status }) => status === 200)).toBe(true)
    const { code, stdout } = await running
    expect(code).toBe(1)
    expect(stdout).toMatch(/^■ Gap\./)

    const list = await airworthy(['assess', 'list', '--use-case', 'triage', '--json'])
    const [kept] = (JSON.parse(list.stdout) as { items: AssessmentSummary[] }).items
    expect(kept).toMatchObject({ useCase: 'triage', source: 'files', verdict: 'gap', live: { rows: 3_000 } })

    const shown = await airworthy(['assess', 'show', kept?.id ?? '', '--json', '-', '--html', file('kept.html')])
    expect(shown.code).toBe(0)
    expect(JSON.parse(shown.stdout)).toEqual(JSON.parse(readFileSync(file('kept.json'), 'utf8')))
    expect(readFileSync(file('kept.html'), 'utf8')).toContain(`entry ${kept?.log.index} of its log`)

    const page = await server.call('GET', `/api/v1/assessments/${kept?.id}/report`)
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.body).toContain('<h1>')

    await server.call('POST', '/api/v1/view/rebuild')
    const after = await server.call('GET', `/api/v1/assessments?useCase=triage`)
    expect((after.body as { items: AssessmentSummary[] }).items).toContainEqual(kept)
  })

  it('assesses two periods of its own decisions, with the labels that were reported', async () => {
    const from = await now()
    const before = await Promise.all(
      Array.from({ length: 220 }, (_, n) => decide(server, 'triage', { ...sure, amount: n })),
    )
    const between = await now()
    const live = await Promise.all(
      Array.from({ length: 220 }, (_, n) => decide(server, 'triage', { ...(n % 3 ? unsure : sure), amount: n * 50 })),
    )
    const outcomes = [...before, ...live].map(({ body }, n) => ({ decision: body.id, label: n % 4 !== 0 }))
    expect((await server.call('POST', '/v1/outcomes', outcomes)).status).toBeLessThan(300)
    const to = await now()
    const made = await server.call('POST', '/api/v1/assessments', {
      useCase: 'triage',
      reference: { from, to: between },
      live: { from: between, to },
    })
    expect(made.status).toBe(201)
    const { id } = made.body as AssessmentSummary
    const { result } = (await server.call('GET', `/api/v1/assessments/${id}`)).body as AssessmentDetail
    expect(result.data.roles).toContainEqual({ role: 'target', column: 'outcome.label', given: true })
    expect(result.data.live.rows).toBe(220)
    expect(result.columns.map(({ name }) => name)).toContain('amount')
  })

  it('tries the use case’s contract on its decisions, and its model where that is asked', async () => {
    const from = await now()
    const many = (input: (n: number) => object) =>
      Promise.all(Array.from({ length: 60 }, (_, n) => decide(server, 'triage', input(n))))
    await many((n) => ({ ...sure, amount: n, note: 'as agreed' }))
    const between = await now()
    await many((n) => ({ ...sure, amount: n % 3 === 0 ? -1 : n, note: 'as agreed' }))
    const to = await now()
    const both = ['--reference', `${from}..${between}`, '--live', `${between}..${to}`]
    const made = await airworthy(['assess', '--use-case', 'triage', ...both, '--robustness', '--json', '-'])
    expect(made.stderr).not.toMatch(/error/i)
    const { contract, robustness, data } = JSON.parse(made.stdout) as Assessment
    expect(contract?.passRate.reference).toMatchObject({ value: 1 })
    expect(contract?.passRate.live.value).toBeCloseTo(40 / 60)
    expect(contract?.violations).toMatchObject([
      {
        path: '/amount',
        rule: 'minimum',
        message: 'must be at least 0',
        count: 20,
        reference: 0,
        example: '(withheld)',
      },
    ])
    // The model answers what the input says, so that without it there is no answer.
    const missing = robustness?.disturbances.find(
      ({ column, name }) => column === 'answer.approve' && /missing/.test(name),
    )
    expect(missing).toMatchObject({ n: 60, failures: 60, verdict: 'fails' })
    const asked = robustness?.disturbances.reduce((sum, { n }) => sum + n, 0) ?? 0
    expect(robustness?.calls).toBe(60 + asked)
    expect(data.notes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/contract is that of revision 1/),
        expect.stringMatching(/put to scripted 7/),
      ]) as unknown,
    )
    const without = await airworthy(['assess', '--use-case', 'triage', ...both, '--json', '-'])
    expect(JSON.parse(without.stdout)).toMatchObject({ robustness: null, contract: { violations: [{ count: 20 }] } })
  })

  it('asks no model about files', async () => {
    const made = await airworthy(['assess', '--use-case', 'triage', ...both, '--robustness'])
    expect(made.code).toBe(2)
    expect(made.stderr).toMatch(/--robustness goes with two periods/)
    const alone = await airworthy(['assess', ...both, '--robustness'])
    expect(alone.code).toBe(2)
    expect(alone.stderr).toMatch(/--use-case is missing/)
  })

  it('says what is wrong with an upload, and stops when nobody waits', async () => {
    writeFileSync(file('empty.csv'), '')
    const bad = await airworthy([
      'assess',
      '--use-case',
      'triage',
      '--reference',
      file('empty.csv'),
      '--live',
      file('live.csv'),
    ])
    expect(bad.code).toBeGreaterThan(1)
    expect(bad.stderr).toMatch(/empty\.csv is empty/)
    const count = async () =>
      ((await server.call('GET', '/api/v1/assessments')).body as { items: AssessmentSummary[] }).items.length
    const kept = await count()
    const form = new FormData()
    form.set('useCase', 'triage')
    // So many that it is far from its end when its first word is read.
    const table = rows(400_000, { right: 0.9, fresh: 0 })
    for (const name of ['reference', 'live']) form.set(name, new Blob([table]), `${name}.csv`)
    const answer = await request(`${server.url}/api/v1/assessments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, accept: 'application/x-ndjson' },
      body: form,
    })
    for await (const line of answer.body) {
      expect(String(line)).toContain('progress')
      break
    }
    // The next one begins only when the one before has ended.
    const next = await airworthy(['assess', '--use-case', 'triage', ...both, '--fail-on', 'never'])
    expect(next.code).toBe(0)
    expect(await count()).toBe(kept + 1)
  })
})
