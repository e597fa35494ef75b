// The review desk, by keys alone.

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accessibilityProblems, findChromium, startUi, type UiUnderTest } from './browser.ts'

const chromium = findChromium()

describe.skipIf(chromium === undefined)('the review desk (skipped where there is no Chromium)', () => {
  let ui: UiUnderTest
  let page: Page
  beforeAll(async () => {
    ui = await startUi(chromium ?? '')
  })
  afterAll(() => ui.close())
  beforeEach(async () => {
    ;({ page } = await ui.open('/review', { key: 'mock-reviewer' }))
    await page.getByRole('button', { name: 'Skip' }).waitFor()
  })
  // Leaving gives back what is held, so that the next test finds it open.
  afterEach(async () => {
    await page.goto('about:blank')
    await ui.closePages()
  })

  const shownId = async () =>
    (await page.getByRole('link', { name: 'The decision’s page' }).getAttribute('href'))?.split('/').at(-1) ?? ''
  const review = (id: string) => ui.server.store.reviews.find((item) => item.id === id)
  const note = (text: string | RegExp) => page.getByRole('status').filter({ hasText: text })
  /** Skips on to an item of a kind. */
  async function goTo(wanted: (item: NonNullable<ReturnType<typeof review>>) => boolean): Promise<string> {
    for (let n = 0; n < 30; n++) {
      const id = await shownId()
      const item = review(id)
      if (item !== undefined && wanted(item)) return id
      await page.keyboard.press('j')
      await expect.poll(shownId).not.toBe(id)
    }
    throw new Error('no such item on the desk')
  }
  /** The choice, once it is made. */
  const chosen = (name: string) => page.getByRole('radio', { name, checked: true })
  async function comment(text: string): Promise<void> {
    const field = page.getByRole('textbox', { name: 'Comment' })
    await page.keyboard.press('c')
    await field.and(page.locator(':focus')).waitFor()
    await page.keyboard.type(text)
    await expect.poll(() => field.inputValue()).toBe(text)
    await page.keyboard.press('Escape')
    await field.and(page.locator(':not(:focus)')).waitFor()
  }
  const withProposal = (item: NonNullable<ReturnType<typeof review>>) => item.proposal !== null

  it('approves by a, and shows the next item at once', async () => {
    const id = await goTo(withProposal)
    await page.keyboard.press('a')
    await expect.poll(shownId).not.toBe(id)
    await note('Approved.').waitFor()
    await expect.poll(() => review(id)?.verdict).toBe('approve')
    expect(review(id)?.doneBy).toBe('mail desk')
  })

  it('holds what is shown, says so, and gives it back by u', async () => {
    await goTo(withProposal)
    const id = await shownId()
    await page.getByText(/You hold this one until/).waitFor()
    await expect.poll(() => review(id)?.claimedBy).toBe('mail desk')
    await page.keyboard.press('u')
    await page.getByText('Nobody holds this one.').waitFor()
    await expect.poll(() => review(id)?.status).toBe('open')
  })

  it('overrides by o, the reason by its digit, Enter', async () => {
    const id = await goTo(withProposal)
    const proposed = JSON.stringify(review(id)?.proposal).includes('spam') ? 'spam' : 'ham'
    await page.keyboard.press('o')
    await chosen(proposed === 'spam' ? 'ham' : 'spam').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Choose a reason: it tells why this was not left to the model.').waitFor()
    await page.keyboard.press('2')
    await chosen('known sender').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Enter')
    await expect.poll(() => review(id)?.verdict).toBe('override')
    expect(review(id)?.reason).toBe('known-sender')
  })

  it('writes a comment by c, leaves the field by Escape, and sends it along', async () => {
    const id = await goTo(withProposal)
    await comment('as last week')
    await page.keyboard.press('a')
    await expect.poll(() => review(id)?.comment).toBe('as last week')
  })

  it('edits the output by e', async () => {
    await goTo(withProposal)
    await page.keyboard.press('e')
    const score = page.getByRole('spinbutton', { name: 'Score' })
    await score.and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Approve' }).waitFor()
  })

  it('says how many are left, and skips by s', async () => {
    const before = await shownId()
    const left = async () => (await page.getByText(/reviews left/).textContent())?.split(' ')[0]
    // The page counts what it has read until it knows how many wait in all.
    const many = String(ui.server.store.reviews.filter(({ status }) => status !== 'done').length)
    await expect.poll(left).toBe(many)
    await page.keyboard.press('s')
    await note('Skipped').waitFor()
    await expect.poll(shownId).not.toBe(before)
    await expect.poll(left).toBe(many)
  })

  it('hides the proposal of a blind audit, and says why it cannot be approved', async () => {
    const id = await goTo((item) => item.kind === 'audit')
    await page.getByText('Blind audit.', { exact: true }).waitFor()
    await page.getByRole('region', { name: 'Proposal' }).waitFor({ state: 'detached' })
    await page
      .getByText('This is a blind audit: decide by yourself; what the system did is shown afterwards.')
      .first()
      .waitFor()
    await page.keyboard.press('1')
    await chosen('spam').waitFor()
    await page.getByRole('spinbutton', { name: 'Score' }).fill('0.9')
    await page.keyboard.press('Control+Enter')
    await note(/Audit recorded/).waitFor()
    expect(review(id)).toMatchObject({ status: 'done', verdict: 'override', reason: null })
  })

  it('brings a refused verdict back in words, without pulling the item away', async () => {
    const id = await goTo(withProposal)
    await comment('mock: offline')
    await page.keyboard.press('a')
    const alert = page.getByRole('alert')
    await alert.getByText('was not recorded').waitFor()
    await expect.poll(shownId).not.toBe(id)
    await alert.getByRole('button', { name: 'Take it up again' }).click()
    await expect.poll(shownId).toBe(id)
    await expect.poll(() => page.getByRole('textbox', { name: 'Comment' }).inputValue()).toBe('mock: offline')
    await alert.waitFor({ state: 'detached' })
  })

  it('says who was faster, and offers no second try', async () => {
    await goTo(withProposal)
    await comment('mock: taken')
    await page.keyboard.press('a')
    const alert = page.getByRole('alert')
    await alert.getByText('second desk decided it first.').waitFor()
    await alert.getByRole('button', { name: 'Understood' }).waitFor()
    expect(await alert.getByRole('button', { name: 'Take it up again' }).count()).toBe(0)
    await alert.getByRole('button', { name: 'Understood' }).click()
    await alert.waitFor({ state: 'detached' })
  })

  it('lists its keys by ?', async () => {
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keys' })
    await dialog.getByText('Approve the proposal').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await dialog.getByRole('checkbox', { name: /Keys without Ctrl/ }).uncheck()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    const id = await shownId()
    await page.keyboard.press('j')
    const palette = page.getByRole('combobox', { name: /Go to/ })
    await page.keyboard.press('Control+k')
    await palette.waitFor()
    await page.keyboard.press('Escape')
    await palette.waitFor({ state: 'detached' })
    expect(await shownId()).toBe(id)
  })

  it('lets those look who may not decide, and says why', async () => {
    const { page: other } = await ui.open('/review', { key: 'mock-auditor' })
    await other.getByText('ask an admin for the role reviewer').first().waitFor()
    await other.getByRole('button', { name: 'Approve', disabled: true }).waitFor()
  })
})
