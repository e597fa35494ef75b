// The log's page, proofs, erasures and holds in a real browser against a real server: nothing between them is played.

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { adminKey, startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { filesHolding } from '../gateway/data-folder.ts'
import { apply, decide, keyFor, modelDir, scripted } from '../gateway/gateway-calls.ts'
import { accessibilityProblems, findChromium, launch, patienceMs, untilLive } from './browser.ts'

const chromiumPath = findChromium()
const person = 'customer-of-the-browser'
const mark = 'marker-seen-in-the-browser'

describe.skipIf(chromiumPath === undefined)('the UI on a real server (skipped where there is no Chromium)', () => {
  const folder = temporaryFolder()
  const ids: string[] = []
  let server: AirworthyProcess
  let browser: Browser
  let webDir = ''
  const contexts: BrowserContext[] = []

  /** The built UI in the place of the server's own copy, which may be older; everything else is the server's. */
  async function open(path: string, key = adminKey): Promise<Page> {
    const context = await browser.newContext({ baseURL: server.url })
    contexts.push(context)
    context.setDefaultTimeout(patienceMs)
    await context.addInitScript(`sessionStorage.setItem('airworthy-key', ${JSON.stringify(key)})`)
    await context.route(
      ({ pathname }) => !/^\/(api|v1|log)\//.test(pathname),
      (route) => {
        const file = join(webDir, new URL(route.request().url()).pathname)
        return route.fulfill({
          path: existsSync(file) && file !== join(webDir, '/') ? file : join(webDir, 'index.html'),
        })
      },
    )
    const page = await context.newPage()
    await page.goto(path)
    return page
  }

  beforeAll(async () => {
    webDir = await mkdtemp(join(tmpdir(), 'airworthy-web-'))
    await build({ root: resolve('web'), logLevel: 'error', build: { outDir: webDir, emptyOutDir: true } })
    browser = await launch(chromiumPath ?? '')
    server = await startAirworthy({ dataDir: folder.path, modelDir })
    await apply(server, scripted('credit'))
    const input = { note: mark, answer: { approve: true, score: 0.99, note: mark } }
    for (let n = 0; n < 5; n++) ids.push((await decide(server, 'credit', input, { subject: person })).body.id)
  })
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()))
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    folder.remove()
    await rm(webDir, { recursive: true, force: true })
  })

  it('checks a decision by itself, with the receipt and the key that the server gives', async () => {
    const page = await open(`/decisions/${ids[1]}`)
    await page.getByRole('button', { name: 'recorded and proven' }).click()
    const steps = page.getByRole('dialog').getByRole('list', { name: 'Steps of the check' })
    await steps.getByText(/^● ?the same$/).waitFor()
    await steps.getByText(/^The log’s key [0-9a-f]{8} signed the checkpoint$/).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
  })

  it('keeps what a hold covers, then erases it; open pages follow, and the proof stays', async () => {
    const decision = await open(`/decisions/${ids[2]}`)
    await decision.getByText(mark).first().waitFor()
    await untilLive(decision)
    const page = await open('/log-status')
    await page.getByRole('button', { name: 'Place a hold' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Use case').selectOption('credit')
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Case 12')
    await dialog.getByRole('button', { name: 'Place it' }).click()
    await decision.getByText(/^Under a legal hold, placed/).waitFor()

    await ask(page)
    await dialog.getByText('Nothing goes now: a legal hold keeps all of it.').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Release the hold on use case credit' }).click()
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Case closed')
    await dialog.getByRole('button', { name: 'Release it' }).click()
    await page.getByText('Case closed', { exact: false }).waitFor()

    await ask(page)
    await dialog.getByText('The contents of 5 decisions go', { exact: false }).waitFor()
    expect(filesHolding(folder.path, mark)).not.toEqual([])
    await dialog.getByRole('button', { name: 'Erase for good' }).click()
    await dialog.getByText(/^10 payloads of 5 decisions are erased, and the log says so at/).waitFor()
    expect(filesHolding(folder.path, mark)).toEqual([])
    expect(filesHolding(folder.path, person)).toEqual([])
    await decision.getByText('By admin, because: Request 2026-119').waitFor()
    await decision.getByRole('button', { name: 'recorded and proven' }).waitFor()
  })

  async function ask(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Erase contents' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Subject' }).fill(person)
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Request 2026-119')
    await dialog.getByRole('button', { name: 'Go on' }).click()
  }

  it('takes what was erased from the desk of whoever has it on the screen', async () => {
    const input = { note: 'marker-on-the-desk', answer: { approve: true, score: 0.1 } }
    const { body } = await decide(server, 'credit', input, { subject: 'customer-on-the-desk' })
    const page = await open('/review')
    await page.getByText('marker-on-the-desk').waitFor()
    await untilLive(page)
    const erased = await server.call('POST', '/api/v1/erasures', { decision: body.id, reason: 'Request 2026-121' })
    expect(erased.status).toBe(201)
    await page.getByText('The contents were erased while it waited.', { exact: false }).waitFor()
    await page.getByText('marker-on-the-desk').waitFor({ state: 'detached' })
    expect(await accessibilityProblems(page)).toEqual([])
  })

  it('shows who read the log while the page is open, and to whom it may be shown', async () => {
    const page = await open('/log-status')
    await page.getByText('Nobody has read it yet').waitFor()
    await untilLive(page)
    const auditor = await keyFor(server, 'external auditor', { roles: ['auditor'] })
    expect((await server.call('GET', '/api/v1/log/entries?from=0&limit=4', undefined, auditor.as)).status).toBe(200)
    await page.getByRole('row', { name: /external auditor entries 0 to 3/ }).waitFor()
    const reviewer = await keyFor(server, 'reviewer', { roles: ['reviewer'] })
    const limited = await open('/log-status', reviewer.key)
    await limited.getByText(/^Your key “reviewer” may not read entries of the log/).waitFor()
    await limited.getByRole('button', { name: 'Erase contents', disabled: true }).waitFor()
  })
})
