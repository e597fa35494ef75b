// The log's page and the proof of a decision: what is proven is checked by the browser itself, and what is not is never shown
// as proven; contents are erased and held only after a question.

import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityProblems, findChromium, startUi, untilLive, type UiUnderTest } from './browser.ts'

const chromium = findChromium()
const somebody = { key: 'k-somebody', name: 'somebody else' }
const nth = (n: number) => `0198aaaa-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

describe.skipIf(chromium === undefined)('the log and its proofs (skipped where there is no Chromium)', () => {
  let ui: UiUnderTest
  beforeAll(async () => {
    ui = await startUi(chromium ?? '')
  })
  afterEach(() => ui.closePages())
  afterAll(() => ui.close())

  describe('a decision', () => {
    it('is "recorded and proven", and shows each step and what to take away', async () => {
      const { page, complaints } = await ui.open(`/decisions/${nth(3)}`)
      await page.getByRole('button', { name: 'recorded and proven' }).click()
      const panel = page.getByRole('dialog', { name: 'How this decision is proven' })
      await panel.getByText('This browser has checked it').waitFor()
      const steps = panel.getByRole('list', { name: 'Steps of the check' })
      await steps.getByText('Leaf', { exact: true }).waitFor()
      await steps.getByText('Node 1 of', { exact: false }).first().waitFor()
      await steps.getByText('left neighbour').first().waitFor()
      await steps.getByText(/^● ?the same$/).waitFor()
      await steps.getByText(/^The log’s key [0-9a-f]{8} signed the checkpoint$/).waitFor()
      await steps.getByText('Witness audit-office.example/witness signed it too').waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      const download = page.waitForEvent('download')
      await panel.getByRole('button', { name: 'Download the receipt' }).click()
      const file = await (await download).path()
      expect(await readFile(file, 'utf8')).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra /)
      await panel.getByText(`verify --receipt ${nth(3)}.tlog-proof --key airworthy/`).waitFor()
      expect(complaints).toEqual([])
    })

    it('says that its proof follows, then by itself that it is proven', async () => {
      ui.server.store.arrive(1)
      const id = ui.server.store.decisions[0]?.id ?? ''
      const { page } = await ui.open(`/decisions/${id}`)
      await page.getByRole('button', { name: 'recorded, proof follows' }).waitFor()
      ui.server.store.log.grow()
      await page.getByRole('button', { name: 'recorded and proven' }).waitFor()
    })

    it('is never called proven by a receipt that does not hold', async () => {
      const { page } = await ui.open(`/decisions/${nth(11)}`)
      await page.getByRole('button', { name: 'the proof does not hold' }).click()
      await page
        .getByRole('dialog')
        .getByText(/^The hashes lead to the root .+ but the checkpoint says/)
        .waitFor()
      await page.getByRole('dialog').getByText('not the same').waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
    })

    it('keeps its proof to itself while a blind audit is open', async () => {
      const audited = ui.server.store.reviews.find((item) => item.kind === 'audit')?.id ?? ''
      const { page } = await ui.open(`/decisions/${audited}`)
      await page.getByRole('button', { name: 'recorded; proof after the audit' }).waitFor()
    })

    it('opens its proof from the list, too', async () => {
      const { page } = await ui.open('/decisions')
      await page
        .getByRole('button', { name: /^Proof of entry/ })
        .nth(3)
        .click()
      await page.getByRole('dialog').getByText('recorded and proven').waitFor()
    })

    it('is not checked where the browser gives no cryptography: says so, with the command', async () => {
      const { page } = await ui.open('about:blank')
      await page.addInitScript(`Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })`)
      await page.goto(`/decisions/${nth(3)}`)
      await page.getByRole('button', { name: 'recorded; not checked here' }).click()
      await page.getByRole('dialog').getByText('This page came without HTTPS').waitFor()
      await page
        .getByRole('dialog')
        .getByText(/verify --receipt .+ --key /)
        .waitFor()
      await page.goto('/log-status')
      await page.getByText('This browser cannot check it here.').waitFor()
      await page.getByText(/verify --receipt FILE --key airworthy\//).waitFor()
    })

    it('says what was erased, when, why and by whom, and what a hold keeps', async () => {
      const { page } = await ui.open(`/decisions/${nth(7)}`)
      await page.getByText(/^The contents were erased on .+: asked for\.$/).waitFor()
      await page.getByText('By data protection, because: Request 2026-118 of the person concerned.').waitFor()
      await page.getByRole('button', { name: 'recorded and proven' }).waitFor()
    })
  })

  describe('the page of the log', () => {
    it('checks a receipt: pasted, changed, and by a decision’s id', async () => {
      const { page } = await ui.open('/log-status')
      const check = page.getByRole('button', { name: 'Check it' })
      await check.click()
      await page.getByText('Paste a receipt, choose its file, or give a decision’s id.').waitFor()
      await page.getByLabel('Or the id of a decision').fill(nth(3))
      await check.click()
      await page.getByText(/^● ?This receipt holds: the entry below is number/).waitFor()
      const receipt = page.getByLabel('Receipt', { exact: true })
      await expect.poll(() => receipt.inputValue()).toContain('c2sp.org/tlog-proof@v1')
      const text = await receipt.inputValue()
      await receipt.fill(text.replace(/index (\d+)/, 'index 7').trim())
      await check.click()
      await page.getByText(/^■ ?This receipt proves nothing\./).waitFor()
      await page.getByLabel('Signed by').selectOption('other')
      await page.getByLabel('Key', { exact: true }).fill('nonsense')
      await receipt.fill(text)
      await check.click()
      await page.getByText(/A key reads name\+8 hex digits/).waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
    })

    it('pages through checkpoints, and lists keys and witnesses', async () => {
      const { page } = await ui.open('/log-status')
      const rows = page.getByRole('region', { name: 'Checkpoints', exact: true }).getByRole('row')
      await expect.poll(() => rows.count()).toBe(21)
      await page.getByRole('button', { name: 'Load older ones' }).first().click()
      await expect.poll(() => rows.count()).toBe(41)
      await page.getByRole('region', { name: 'Keys of the log' }).getByText('retired').waitFor()
      await page.getByRole('region', { name: 'Witnesses' }).getByText('catching up').waitFor()
      await page.getByText('Needed: any 2 of 3 witnesses.').waitFor()
    })

    it('says who read the log, to whoever may read it too', async () => {
      const { page } = await ui.open('/log-status')
      const readings = page.getByRole('region', { name: 'Who read the log', exact: true })
      await readings.getByText('a copy of the log, with entries 0 to 40,111').waitFor()
      const limited = await ui.open('/log-status', { key: 'mock-reviewer' })
      await limited.page.getByText(/^Your key .+ may not read entries of the log/).waitFor()
    })

    it('says what is wrong, here and on Home', async () => {
      const { page } = await ui.open('/log-status', { key: 'mock-trouble' })
      await page.getByRole('alert').getByText('The disk that holds the tree is full.').waitFor()
      await page.getByText('It has seen a tree of this log with another root.').waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      await page.goto('/')
      await page
        .getByText(/refused the log’s checkpoint, the tree of the log stands still, too few witnesses .+ is away/)
        .first()
        .waitFor()
      await page.getByText('not proven').waitFor()
    })

    it('erases after saying what goes, what stays, and that it cannot be undone', async () => {
      const { page } = await ui.open('/log-status')
      await page.getByRole('button', { name: 'Erase contents' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Go on' }).click()
      await dialog.getByText('Say whose.').waitFor()
      await dialog.getByRole('textbox', { name: 'Subject' }).fill('p-3f9a0205')
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('Request 2026-119')
      await dialog.getByRole('button', { name: 'Go on' }).click()
      await dialog.getByText('This cannot be undone.', { exact: false }).waitFor()
      await dialog.getByText(/^The contents of \d+ decisions go/).waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      expect(ui.server.store.privacy.erasedOf(nth(5))).toBeNull()
      await dialog.getByRole('button', { name: 'Erase for good' }).click()
      await dialog.getByText(/are erased, and the log says so at/).waitFor()
      expect(ui.server.store.privacy.erasedOf(nth(5))).toMatchObject({ reason: 'Request 2026-119' })
      await dialog.getByRole('button', { name: 'Done' }).click()
      await page.getByRole('region', { name: 'Erasures', exact: true }).getByText('Request 2026-119').waitFor()
    })

    it('places and releases a hold, each with its reason', async () => {
      const { page } = await ui.open('/log-status')
      await page.getByRole('button', { name: 'Place a hold' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Use case').selectOption('document-routing')
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('Case 12')
      await dialog.getByRole('button', { name: 'Place it' }).click()
      const release = page.getByRole('button', { name: 'Release the hold on use case document-routing' })
      await release.click()
      await dialog.getByText('cannot be brought back', { exact: false }).waitFor()
      await dialog.getByRole('button', { name: 'Release it' }).click()
      await dialog.getByText('Say why it is no longer needed.').waitFor()
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('Case closed')
      await dialog.getByRole('button', { name: 'Release it' }).click()
      await release.waitFor({ state: 'detached' })
      await page.getByText('Case closed', { exact: false }).waitFor()
    })

    it('offers to record a request that a hold keeps from being carried out', async () => {
      const { privacy } = ui.server.store
      const held = nth(6)
      const hold = privacy.place({ useCase: 'inbox-triage', reason: 'Case 13' }, somebody)
      const { page } = await ui.open('/log-status')
      await page.getByRole('button', { name: 'Erase contents' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('What').selectOption('decision')
      await dialog.getByRole('textbox', { name: 'Id of the decision' }).fill(held)
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('Request 2026-120')
      await dialog.getByRole('button', { name: 'Go on' }).click()
      await dialog.getByText('Nothing goes now: a legal hold keeps all of it.').waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      await dialog.getByRole('button', { name: 'Record the request' }).click()
      await dialog.getByText(/^Nothing was erased, and the log says so at/).waitFor()
      expect(privacy.erasedOf(held)).toBeNull()
      await dialog.getByRole('button', { name: 'Done' }).click()
      await page.getByText('Asked for, and kept by a legal hold').waitFor()
      privacy.release(hold.id, 'Case closed', somebody)
    })

    it('shows what was erased and held elsewhere, on pages that are open', async () => {
      const onDecision = (await ui.open(`/decisions/${nth(6)}`)).page
      await onDecision.getByRole('button', { name: 'recorded and proven' }).waitFor()
      const onLog = (await ui.open('/log-status')).page
      await onLog.getByRole('region', { name: 'Erasures', exact: true }).waitFor()
      for (const page of [onDecision, onLog]) await untilLive(page)
      const { privacy, changed } = ui.server.store
      privacy.erase({ decision: nth(6), reason: 'Request from elsewhere' }, somebody)
      privacy.place({ useCase: 'document-routing', reason: 'Hold from elsewhere' }, somebody)
      changed(['contents', 'erasures', 'holds'])
      await onDecision.getByText('because: Request from elsewhere', { exact: false }).waitFor()
      await onLog.getByRole('region', { name: 'Erasures', exact: true }).getByText('Request from elsewhere').waitFor()
      await onLog.getByRole('cell', { name: 'Hold from elsewhere' }).waitFor()
    })

    it('lets those look who may not erase, and says why', async () => {
      const { page } = await ui.open('/log-status', { key: 'mock-auditor' })
      await page.getByText('may not erase payloads and place or release legal holds').first().waitFor()
      await page.getByRole('button', { name: 'Erase contents', disabled: true }).waitFor()
    })
  })
})
