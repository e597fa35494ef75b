// What people do with the UI besides reviewing: sign in, filter and walk decisions, find things, make keys, replay; and what
// they see when something is missing, forbidden or broken.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityProblems, findChromium, startUi, untilLive, type UiUnderTest } from './browser.ts'

const chromium = findChromium()

describe.skipIf(chromium === undefined)('the UI (skipped where there is no Chromium)', () => {
  let ui: UiUnderTest
  beforeAll(async () => {
    ui = await startUi(chromium ?? '')
  })
  afterEach(() => ui.closePages())
  afterAll(() => ui.close())

  describe('sign-in', () => {
    it('says what is wrong with a key, and leads on to where one wanted to go', async () => {
      const { page } = await ui.open('/decisions?route=act', { key: null })
      await page.getByLabel('Key', { exact: true }).fill('nonsense')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('This key is unknown or was revoked.').waitFor()
      await page.getByLabel('Key', { exact: true }).fill('mock-auditor')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Decisions' }).waitFor()
      await page.waitForURL(/\/decisions\?route=act/)
    })

    it('forgets the key when one signs out', async () => {
      const { page } = await ui.open('/log-status')
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      await expect.poll(() => page.evaluate(`sessionStorage.getItem('airworthy-key')`)).toBeNull()
    })

    it('asks again when the key is revoked meanwhile', async () => {
      const { page } = await ui.open('/log-status', { key: 'revoked-meanwhile' })
      await page.getByText('The key is unknown or was revoked. Sign in with another one.').waitFor()
      await page.waitForURL(/next=%2Flog-status/)
    })
  })

  describe('decisions', () => {
    it('keep their filters in the address', async () => {
      const { page } = await ui.open('/decisions')
      await page.getByLabel('Status').selectOption('rejected')
      await page.getByText(/^\d+ decisions that fit these filters/).waitFor()
      await page.waitForURL(/status=rejected/)
      await page.getByLabel('Reason').selectOption('contract-violation')
      await page.waitForURL(/reason=contract-violation/)
      await page.goBack()
      await expect.poll(() => page.getByLabel('Reason').inputValue()).toBe('')
      await page.getByRole('button', { name: 'Clear all filters' }).click()
      await page.getByText(/^\d+ decisions; the newest 50 are shown/).waitFor()
    })

    it('are walked by j and k, opened by Enter', async () => {
      const { page } = await ui.open('/decisions')
      await page.getByRole('table').waitFor()
      const ids = ui.server.store.decisions.map(({ id }) => id)
      for (const [key, at] of [
        ['j', 0],
        ['j', 1],
        ['j', 2],
        ['k', 1],
      ] as const) {
        await page.keyboard.press(key)
        await page
          .locator(':focus')
          .filter({ hasText: ids[at] ?? 'none' })
          .waitFor()
      }
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: /^Decision [0-9a-f]{12}$/ }).waitFor()
      await page.waitForURL(`**/${ids[1]}`)
    })

    it('load more by a cursor', async () => {
      const { page } = await ui.open('/decisions')
      await page.getByRole('button', { name: 'Load more' }).click()
      await page.getByRole('button', { name: 'Export 100 as CSV' }).waitFor()
    })

    it('are announced when they come, and shown when asked for', async () => {
      const { page } = await ui.open('/decisions')
      const first = page.getByRole('table').getByRole('link').first()
      const before = await first.getAttribute('href')
      await untilLive(page)
      ui.server.store.arrive(12)
      const show = page.getByRole('button', { name: '12 new decisions, show' })
      await show.waitFor()
      expect(await first.getAttribute('href')).toBe(before)
      await show.click()
      await show.waitFor({ state: 'detached' })
      await expect.poll(() => first.getAttribute('href')).not.toBe(before)
    })

    it('are exported as CSV', async () => {
      const { page } = await ui.open('/decisions')
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Export 50 as CSV' }).click()
      expect((await download).suggestedFilename()).toBe('decisions.csv')
    })

    it('say what was erased, and what is hidden by a blind audit', async () => {
      const { page } = await ui.open('/decisions/0198aaaa-0000-7000-8000-000000000007')
      await page.getByText('The contents were erased').waitFor()
      const audited = ui.server.store.reviews.find((item) => item.kind === 'audit')?.id ?? ''
      await page.goto(`/decisions/${audited}`)
      await page.getByText('hidden while a blind audit of this decision is open').waitFor()
    })
  })

  describe('a use case', () => {
    it('shows what differs between two revisions', async () => {
      const { page } = await ui.open('/use-cases/inbox-triage')
      const differences = page.getByRole('region', { name: 'Differences between the two revisions' })
      await differences.getByText('/model/version').waitFor()
      await page.getByLabel('From').selectOption('2')
      await page.getByText('Nothing differs.').waitFor()
      await page.waitForURL(/before=2/)
    })

    it('shows the figures behind the chart', async () => {
      const { page } = await ui.open('/use-cases/inbox-triage')
      await page.getByRole('img', { name: /Accuracy by week/ }).waitFor()
      await page.getByText('Show data').click()
      await page
        .getByRole('region', { name: 'Accuracy by week' })
        .getByText('not enough data (n = 12, needs 30)')
        .first()
        .waitFor()
    })
  })

  describe('the palette', () => {
    it('goes to use cases and to decisions by their id', async () => {
      const { page } = await ui.open('/')
      await page.getByRole('heading', { name: 'Home' }).waitFor()
      const palette = page.getByRole('combobox', { name: /Go to/ })
      const focused = palette.and(page.locator(':focus'))
      await page.keyboard.press('Control+k')
      await focused.waitFor()
      await page.keyboard.type('credit')
      await page.getByRole('option', { name: /credit-approval/ }).waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'credit-approval' }).waitFor()
      await palette.waitFor({ state: 'detached' })
      await page.keyboard.press('Control+k')
      await focused.waitFor()
      const id = ui.server.store.decisions[5]?.id ?? 'none'
      await page.keyboard.type(id)
      await page
        .getByRole('option')
        .filter({ hasText: id.slice(-12) })
        .first()
        .waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: /^Decision / }).waitFor()
    })
  })

  describe('keys', () => {
    it('are made and shown once, then revoked after a question', async () => {
      const { page } = await ui.open('/keys')
      await page.getByRole('button', { name: 'Create a key' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Create the key' }).click()
      await dialog.getByText('Say whom or what the key is for.').waitFor()
      await dialog.getByRole('textbox', { name: 'For' }).fill('second desk')
      await dialog.getByLabel('Of use case').selectOption('inbox-triage')
      await dialog.getByRole('checkbox', { name: /^reviewer/ }).check()
      expect(await accessibilityProblems(page)).toEqual([])
      await dialog.getByRole('button', { name: 'Create the key' }).click()
      await dialog.getByText(/^aw_mock-/).waitFor()
      await dialog.getByRole('button', { name: 'I have copied it' }).click()
      await page.getByRole('cell', { name: 'reviewer:inbox-triage' }).nth(1).waitFor()
      await page.getByText(/^aw_mock-/).waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Revoke the key for second desk' }).click()
      await page
        .getByRole('dialog', { name: 'Revoke the key for second desk?' })
        .getByRole('button', { name: 'Revoke it' })
        .click()
      await page.getByRole('row', { name: /second desk.*revoked/ }).waitFor()
    })

    it('are not for everybody: says who can change that', async () => {
      const { page } = await ui.open('/keys', { key: 'mock-auditor' })
      await page.getByText('Keys are shown to those who may manage them.').waitFor()
      await page.getByRole('alert').getByText('may not create, list and revoke keys').waitFor()
      await page.getByRole('button', { name: 'Create a key', disabled: true }).waitFor()
    })
  })

  describe('actions', () => {
    it('that were given up are replayed', async () => {
      const { page } = await ui.open('/actions?status=dead')
      await page.getByRole('button', { name: 'Replay' }).first().click()
      await expect.poll(() => page.getByRole('button', { name: 'Replay' }).count()).toBe(1)
    })
  })

  describe('states', () => {
    it('an empty server says how to begin', async () => {
      const { page } = await ui.open('/', { key: 'mock-empty' })
      await page.getByText('Nothing runs here yet: apply a manifest to begin.').waitFor()
      await page.getByText(/airworthy -- apply -f airworthy\.yaml/).waitFor()
      for (const path of ['/use-cases', '/decisions', '/actions', '/review', '/log-status']) {
        await page.goto(path)
        await page
          .getByText(/yet|Nothing waits|The log is empty/)
          .first()
          .waitFor()
        expect(await accessibilityProblems(page)).toEqual([])
      }
    })

    it('a broken server: what, why, what to do, and what to quote', async () => {
      const { page } = await ui.open('/', { key: 'mock-broken' })
      const alert = page.getByRole('alert').first()
      await alert.getByText('The view cannot be read.').waitFor()
      await alert.getByText('Try again in a moment.').waitFor()
      await alert.getByText('req-mock-1').waitFor()
      await alert.getByRole('button', { name: 'Try again' }).waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
    })

    it('a lost live stream: since when, and that it tries again', async () => {
      const { page } = await ui.open('/', { key: 'mock-lost' })
      await page.getByText(/not live since \d\d:\d\d$/).waitFor()
      await page.getByText('The connection broke; trying again.').waitFor()
    })

    it('something that does not exist', async () => {
      const { page } = await ui.open('/use-cases/nothing')
      await page.getByRole('alert').getByText('There is no use case nothing.').waitFor()
      await page.goto('/nowhere')
      await page.getByText('There is no page at this address.').waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
    })
  })

  it('keeps the chosen theme', async () => {
    const { page } = await ui.open('/')
    const background = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
    await expect.poll(background).toBe('rgb(255, 255, 255)')
    await page.getByRole('radio', { name: 'Dark' }).click()
    await expect.poll(background).toBe('rgb(23, 23, 22)')
    await page.reload()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await expect.poll(background).toBe('rgb(23, 23, 22)')
  })

  it('has a menu on narrow screens', async () => {
    const { page } = await ui.open('/', { look: { width: 390, scheme: 'light' } })
    await page.getByRole('button', { name: 'Menu' }).click()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('dialog').getByRole('link', { name: 'Log' }).click()
    await page.getByRole('heading', { name: 'Log', exact: true }).waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})
