// The page of assessments: two files or two periods go in, the report comes out; what is kept is listed; every state has its
// words. The same report as a file is looked at as well: it needs no script, passes axe, and stays small with many columns.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sampleAssessment, sparseAssessment } from '../../../web/mock/assessment-samples.ts'
import { makeReport } from '../../../src/report-file.ts'
import {
  accessibilityProblems,
  findChromium,
  launch,
  patienceMs,
  shoot,
  startUi,
  type Look,
  type UiUnderTest,
} from './browser.ts'

const chromium = findChromium()
const looks: Look[] = [
  { width: 1440, scheme: 'light' },
  { width: 1440, scheme: 'dark' },
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
]
const kept = '/assessments/0198bbbb-0000-7000-8000-000000000002'

describe.skipIf(chromium === undefined)('assessments (skipped where there is no Chromium)', () => {
  let ui: UiUnderTest
  let folder: string
  const file = (name: string) => join(folder, name)
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'airworthy-assess-'))
    for (const name of ['pilot.csv', 'live.csv', 'broken.csv', 'slow.csv'])
      writeFileSync(file(name), 'amount,label\n1,yes\n')
    ui = await startUi(chromium ?? '')
  })
  afterEach(() => ui.closePages())
  afterAll(async () => {
    await ui.close()
    rmSync(folder, { recursive: true })
  })

  describe.each(looks)('$width px, $scheme', (look) => {
    it.each<[string, string, RegExp]>([
      ['assessments', '/assessments', /^\d assessments are kept; the newest says: a gap\.$/],
      ['assessment', kept, /^In the pilot 91\.8\s% were right, live 74\.1\s%/],
    ])('%s', async (name, path, sentence) => {
      const { page, complaints } = await ui.open(path, { look })
      await page.getByText(sentence).first().waitFor()
      await page.getByLabel('Loading').first().waitFor({ state: 'detached' })
      await expect.poll(() => page.getByRole('heading', { level: 1 }).count()).toBe(1)
      expect(await accessibilityProblems(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false)
      expect(complaints).toEqual([])
      await shoot(page, `${name}-${look.width}-${look.scheme}`)
    })
  })

  it('are made of two files, by keyboard, and end on the report', async () => {
    const { page, complaints } = await ui.open('/assessments?useCase=inbox-triage')
    await page.getByLabel('Pilot data').setInputFiles(file('pilot.csv'))
    await page.getByLabel('Live data').setInputFiles(file('live.csv'))
    await page.getByText('Columns (found by their names when left empty)').click()
    await page.getByLabel('What was right (the label)').fill('label')
    await page.getByRole('button', { name: 'Assess and keep' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/assessments\/0198bbbb-/)
    await page.getByRole('heading', { name: 'What was found, and what to do' }).waitFor()
    await page.getByRole('region', { name: /^accuracy over time/ }).waitFor()
    await page.getByText('How was this computed?').first().click()
    expect(complaints).toEqual([])
  })

  it('take a file that is dropped', async () => {
    const { page } = await ui.open('/assessments')
    await page.getByLabel('Pilot data').waitFor()
    const transfer = await page.evaluateHandle(
      `(() => { const data = new DataTransfer(); data.items.add(new File(['a,b\\n1,2\\n'], 'dropped.csv')); return data })()`,
    )
    await page.getByLabel('Pilot data').dispatchEvent('drop', { dataTransfer: transfer })
    await page.getByText(/^dropped\.csv, 8 B/).waitFor()
  })

  it('are made of two periods of decisions', async () => {
    const { page } = await ui.open('/assessments?useCase=inbox-triage')
    await page.getByLabel('What is compared').selectOption('decisions')
    await page.getByRole('button', { name: 'Assess and keep' }).click()
    await page.getByText('Give the first and the last day.').first().waitFor()
    for (const [n, day] of ['2026-01-01', '2026-01-31', '2026-02-01', '2026-02-10'].entries()) {
      const label = n % 2 === 0 ? 'First day (UTC)' : 'Last day'
      await page
        .getByLabel(label)
        .nth(Math.floor(n / 2))
        .fill(day)
    }
    await page.getByLabel('Put disturbed inputs to the model as well').check()
    await page.getByText(/is asked about up to 200 rows again\. It costs up to 8,200 calls/).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Assess and keep' }).click()
    await page.waitForURL(/\/assessments\/0198bbbb-/)
    await page.getByRole('heading', { name: 'How it bears disturbed inputs' }).waitFor()
  })

  it('say what is missing, what cannot be read, and can be stopped', async () => {
    const { page } = await ui.open('/assessments?useCase=inbox-triage')
    const go = page.getByRole('button', { name: 'Assess and keep' })
    await go.click()
    await page.getByText('Choose live data, with the same columns.').waitFor()
    // Whoever cannot see the fields is told of the first that is wrong.
    await page.locator(':focus').and(page.getByLabel('Pilot data')).waitFor()
    await page.getByLabel('Pilot data').setInputFiles(file('pilot.csv'))
    await page.getByLabel('Live data').setInputFiles(file('broken.csv'))
    await go.click()
    await page.getByRole('alert').getByText('broken.csv has a header and no rows.').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByLabel('Live data').setInputFiles(file('slow.csv'))
    await go.click()
    await page.getByText('Counting, 40 %').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Stopped; nothing was kept.').waitFor()
  })

  it('say that none is kept, with the command; that a key may not; that the server cannot', async () => {
    const { page } = await ui.open('/assessments', { key: 'mock-empty' })
    await page.getByText('None is kept yet.').waitFor()
    await page.getByText(/assess --use-case NAME --reference pilot\.csv --live live\.csv/).waitFor()
    const auditor = await ui.open('/assessments', { key: 'mock-auditor' })
    await auditor.page
      .getByText(/Your key “internal audit” may not have assessments made and kept/)
      .first()
      .waitFor()
    const broken = await ui.open('/assessments', { key: 'mock-broken' })
    await broken.page.getByText('The list of assessments cannot be read now.').waitFor()
    const missing = await ui.open('/assessments/0198bbbb-0000-7000-8000-000000000999')
    await missing.page.getByText(/^There is no assessment/).waitFor()
  })

  it('stand on the page of their use case, and the report can be taken away', async () => {
    const { page } = await ui.open('/use-cases/inbox-triage')
    await page
      .getByRole('link', { name: /^In the pilot 91\.8 %/ })
      .first()
      .click()
    const waiting = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download the report' }).click()
    expect(readFileSync(await (await waiting).path(), 'utf8')).toMatch(/^<!doctype html>/)
  })

  describe('the report as a file', () => {
    const facts = { madeAt: '2026-03-02T10:00:00.000Z' }

    it.each([
      ['a gap', sampleAssessment(), 0.5],
      ['not enough data', sparseAssessment(), 0.2],
      ['200 columns', sampleAssessment({ columns: 200 }), 2],
      ['10,000 columns', sampleAssessment({ columns: 10_000 }), 2],
    ] as const)('of %s is read without scripts and passes axe', async (_what, assessment, megabytes) => {
      const { html } = await makeReport(assessment, facts)
      expect(Buffer.byteLength(html)).toBeLessThan(megabytes * 1_000_000)
      expect(html).not.toMatch(/<script|https?:\/\/(?!airworthy)|<link|url\(/)
      writeFileSync(file('report.html'), html)
      const browser = await launch(chromium ?? '')
      try {
        const plain = await browser.newContext({ javaScriptEnabled: false, offline: true })
        plain.setDefaultTimeout(patienceMs)
        const page = await plain.newPage()
        await page.goto(`file://${file('report.html')}`)
        await page.getByRole('heading', { level: 1, name: assessment.headline }).waitFor()
        await page.getByText('How was this computed?').last().click()
        const scripted = await (await browser.newContext({ viewport: { width: 390, height: 900 } })).newPage()
        scripted.setDefaultTimeout(patienceMs)
        await scripted.goto(`file://${file('report.html')}`)
        if (assessment.columns.length < 1_000) expect(await accessibilityProblems(scripted)).toEqual([])
        expect(await scripted.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false)
      } finally {
        await browser.close()
      }
    })

    it('shows names and values as they are, never as markup', async () => {
      const sample = sampleAssessment({ columns: 1 })
      const evil = '<img src=x onerror=alert(1)>'
      const column = { ...sample.columns[0]!, name: evil }
      const { html } = await makeReport({ ...sample, headline: evil, columns: [column] }, facts)
      expect(html).not.toContain('<img')
      expect(html).toContain('&lt;img src=x')
    })
  })
})
