// A real browser on the built UI, over the mock API that the UI is also developed against.

import { accessSync, constants, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { build } from 'vite'
import { startMockServer, type MockServer } from '../../../web/mock/mock-server.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const launchArgs =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** For whatever a page or the browser is waited for: the limit finds what hangs, and 30 s (the library's own) may be a slow start. */
export const patienceMs = 120_000

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: launchArgs.split(' '), timeout: patienceMs })
}

/** Undefined: there is none here, and the tests are skipped for that reason. With CI set its absence is an error. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM']
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = named ?? folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable)
  if (found === undefined && process.env['CI'])
    throw new Error('No Chromium found. Install one, or set CHROMIUM to its path.')
  return found
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export type Look = { readonly width: number; readonly scheme: 'light' | 'dark' }
const usual: Look = { width: 1440, scheme: 'light' }
export type UiUnderTest = {
  readonly server: MockServer
  /** A page of its own session, signed in with `key` (null: not signed in). What the browser complains about is collected. */
  open(path: string, options?: { key?: string | null; look?: Look }): Promise<OpenPage>
  /** Closes every page that was opened; to be called after each test. */
  closePages(): Promise<void>
  close(): Promise<void>
}
export type OpenPage = { readonly page: Page; readonly complaints: readonly string[] }

/** Builds the UI into a folder of its own, serves it and starts the browser. */
export async function startUi(chromiumPath: string): Promise<UiUnderTest> {
  const dir = await mkdtemp(join(tmpdir(), 'airworthy-web-'))
  await build({ root: resolve('web'), logLevel: 'error', build: { outDir: dir, emptyOutDir: true } })
  const server = await startMockServer(dir)
  const browser = await launch(chromiumPath)
  const contexts: BrowserContext[] = []
  const closePages = async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()))
  }
  return {
    server,
    async open(path, { key = 'mock-admin', look = usual } = {}) {
      const isNarrow = look.width < 500
      const context = await browser.newContext({
        baseURL: server.url,
        viewport: { width: look.width, height: 900 },
        colorScheme: look.scheme,
        hasTouch: isNarrow,
        isMobile: isNarrow,
        acceptDownloads: true,
      })
      contexts.push(context)
      context.setDefaultTimeout(patienceMs)
      if (key !== null) await context.addInitScript(`sessionStorage.setItem('airworthy-key', ${JSON.stringify(key)})`)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(path)
      return { page, complaints }
    },
    closePages,
    async close() {
      await closePages()
      await browser.close()
      await server.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Until the page is told of changes: what changes before is in what it asks for, or nowhere. */
export async function untilLive(page: Page): Promise<void> {
  await page.getByRole('status').filter({ hasText: /live$/ }).waitFor()
}

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe finds against WCAG 2.2 A and AA, as "rule: where". */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(axeFile, 'utf8'))
  const found = await page.evaluate<{ id: string; nodes: { target: string[]; failureSummary: string }[] }[]>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((result) =>
      result.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) })))`,
  )
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} (${node.failureSummary})`),
  )
}

/** For people to look at; where AIRWORTHY_SHOTS names a folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['AIRWORTHY_SHOTS']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
