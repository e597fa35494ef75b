// The five-minute guide, followed literally: its model, its files and its commands, in its order, by a shell in an empty folder.
// Only the ports differ, and the command line is called as a program, not through npm.

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'

const root = resolve(import.meta.dirname, '../../..')
const guide = readFileSync(join(root, 'docs/guides/first-use-case.md'), 'utf8')
/** What stands in its fences, in order, by language. */
const blocks = Array.from(guide.matchAll(/^```(\w*)\n(.*?)^```$/gms), ([, language = '', text = '']) => ({
  language,
  text,
}))
const commands = blocks.filter(({ language, text }) => language === '' && !text.startsWith('npm start'))

const folder = temporaryFolder()
let model: ChildProcess
let modelAddress: string
let server: AirworthyProcess

beforeAll(async () => {
  const file = join(folder.path, 'model.mjs')
  writeFileSync(file, one('js').replace('listen(8080,', 'listen(0,'))
  writeFileSync(join(folder.path, 'case.json'), one('json'))
  model = spawn(process.execPath, ['--import', sayWhere, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(createInterface({ input: model.stdout as NodeJS.ReadableStream }), 'line')) as [string]
  modelAddress = `127.0.0.1:${port}`
  // With the admin key that it makes itself: the guide's commands read it from the data folder.
  const dataDir = join(folder.path, '.airworthy')
  server = await startAirworthy({ dataDir, verb: ['demo', '--no-demo'], env: { AIRWORTHY_ADMIN_KEY: '' } })
})
afterAll(async () => {
  model?.kill()
  await server?.stop()
  folder.remove()
})

/** Run before the guide's model: prints the port on which a server of the process listens. */
const sayWhere = `data:text/javascript,${encodeURIComponent(`
  import { Server } from 'node:net'
  const { listen } = Server.prototype
  Server.prototype.listen = function (...args) {
    this.once('listening', () => console.log(this.address().port))
    return listen.apply(this, args)
  }
`)}`

function one(language: string): string {
  const [block, ...more] = blocks.filter((each) => each.language === language)
  if (block === undefined || more.length > 0) throw new Error(`the guide has not one ${language} block`)
  return block.text
}

function onOurPorts(text: string): string {
  return text.replaceAll('http://127.0.0.1:8700', server.url).replaceAll('127.0.0.1:8080', modelAddress)
}

async function runBlock(containing: string, ids: Readonly<Record<string, string>> = {}): Promise<string> {
  const block = commands.find(({ text }) => text.includes(containing))
  if (block === undefined) throw new Error(`the guide has no command with “${containing}”`)
  const cli = `"${process.execPath}" --conditions=source --disable-warning=ExperimentalWarning "${root}/src/main.ts"`
  let script = onOurPorts(block.text).replaceAll('npm run --silent airworthy --', cli)
  for (const [name, value] of Object.entries(ids)) script = script.replaceAll(name, value)
  const { stdout } = await promisify(execFile)('sh', ['-ec', script], {
    cwd: folder.path,
    env: { ...process.env, AIRWORTHY_SERVER: server.url, AIRWORTHY_DATA_DIR: '', NO_COLOR: '1' },
  })
  return stdout
}

describe('the guide to a first use case', () => {
  it('leads from a model over HTTP to a decision of the system, one of a person, and its outcome', async () => {
    await runBlock('init')
    expect(await runBlock('apply')).toMatch(/revision 1/)
    expect(await runBlock('decide credit')).toMatch(/^Decided \(act: confident, confidence 99.0 %/)
    const waiting = JSON.parse(await runBlock('"amount": 50000')) as { id: string; status: string }
    expect(waiting.status).toBe('pending_review')
    expect(await runBlock('review list')).toContain(waiting.id.slice(0, 8))
    expect(JSON.parse(await runBlock('v1/outcomes', { '<id>': waiting.id }))).toMatchObject({ recorded: 1 })
  })

  it('names no command that is not tried here', () => {
    expect(commands).toHaveLength(6)
  })
})
