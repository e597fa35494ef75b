// Every page: it says its sentence, nothing is wrong with it for people who use other means than eyes and mice, it fits a
// telephone, nothing jumps while it loads, and the browser has nothing to complain about (a breach of the content security
// policy would be one).

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityProblems, findChromium, shoot, startUi, type Look, type UiUnderTest } from './browser.ts'

const chromium = findChromium()
const looks: Look[] = [
  { width: 1440, scheme: 'light' },
  { width: 1440, scheme: 'dark' },
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
]

describe.skipIf(chromium === undefined)('the pages (skipped where there is no Chromium)', () => {
  let ui: UiUnderTest
  let decided = ''
  beforeAll(async () => {
    ui = await startUi(chromium ?? '')
    decided = ui.server.store.decisions.find((decision) => decision.label !== null)?.id ?? ''
  })
  afterEach(() => ui.closePages())
  afterAll(() => ui.close())

  it('has a decision to show', () => expect(decided).not.toBe(''))

  const pages: [name: string, path: () => string, sentence: RegExp][] = [
    [
      'home',
      () => '/',
      /^Four things need somebody: the model of credit-approval does not answer, 2 actions given up, \d+ reviews waiting/,
    ],
    ['use-cases', () => '/use-cases', /^3 use cases: 1 draft, 1 in pilot and 1 in canary\.$/],
    [
      'use-case',
      () => '/use-cases/inbox-triage',
      /^In pilot: 1,284 decisions today, 80 % by the system alone\. Right in 91\.2 %/,
    ],
    ['decisions', () => '/decisions', /^180 decisions; the newest 50 are shown\.$/],
    ['decision', () => `/decisions/${decided}`, /^Decided by the system on .+ by triage 3 .+ On the log at 48,\d+\.$/],
    ['review', () => '/review', /^\d+ reviews left; this one came because: .+\.$/],
    ['actions', () => '/actions', /^2 actions were given up and can be replayed; 1 action on the way\.$/],
    ['keys', () => '/keys', /^3 keys in force; one of them may do everything\.$/],
    ['log', () => '/log-status', /^The log holds 48,\d+ entries; a checkpoint that is witnessed covers them all\.$/],
  ]

  describe.each(looks)('$width px, $scheme', (look) => {
    it.each(pages)('%s', async (name, path, sentence) => {
      const { page, complaints } = await ui.open(path(), { look })
      await page.getByText(sentence).waitFor()
      await page.getByLabel('Loading').first().waitFor({ state: 'detached' })
      await expect.poll(() => page.getByRole('heading', { level: 1 }).count()).toBe(1)
      await expect.poll(() => page.title()).toMatch(/ – Airworthy$/)
      expect(await accessibilityProblems(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false)
      expect(complaints).toEqual([])
      await shoot(page, `${name}-${look.width}-${look.scheme}`)
    })

    it('sign-in', async () => {
      const { page, complaints } = await ui.open('/sign-in', { look, key: null })
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      expect(complaints).toEqual([])
      await shoot(page, `sign-in-${look.width}-${look.scheme}`)
    })
  })

  it.each(pages)('%s does not jump while it loads', async (_name, path, sentence) => {
    const { page } = await ui.open('about:blank')
    await page.addInitScript(
      `window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value }).observe({ type: 'layout-shift', buffered: true })`,
    )
    await page.goto(path())
    await page.getByText(sentence).waitFor()
    await page.getByLabel('Loading').first().waitFor({ state: 'detached' })
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
    expect(await page.evaluate('window.shift')).toBeLessThan(0.1)
  })

  it('sends less than 250 kB of script, zipped, before the first page is there', async () => {
    const { page } = await ui.open('about:blank')
    const scripts: Promise<Buffer>[] = []
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) scripts.push(response.body())
    })
    await page.goto('/')
    await page.getByText(/things need somebody/).waitFor()
    const { gzipSync } = await import('node:zlib')
    const bytes = (await Promise.all(scripts)).reduce((sum, body) => sum + gzipSync(body).length, 0)
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(250_000)
  })
})
