// `airworthy log receipts` and `airworthy report log` as scripts use them: what they leave, and how they end.

import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminKey, startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { apply, decide, modelDir, scripted, sure } from './gateway-calls.ts'

const main = join(import.meta.dirname, '../../../src/main.ts')
const folder = temporaryFolder()
const file = (name: string) => join(folder.path, name)
const ids: string[] = []
let server: AirworthyProcess

beforeAll(async () => {
  server = await startAirworthy({ dataDir: file('data'), modelDir })
  await apply(server, scripted('plain'), scripted('idle'))
  for (let i = 0; i < 3; i++) ids.push((await decide(server, 'plain', sure)).body.id)
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

async function airworthy(...args: readonly string[]) {
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning', main]
  const child = spawn(process.execPath, [...flags, ...args], {
    env: { ...process.env, AIRWORTHY_SERVER: server.url, AIRWORTHY_KEY: adminKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((done) => child.once('close', done))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr }
}

describe('receipts of many decisions', () => {
  it('are files of their own in a folder', async () => {
    expect(await airworthy('log', 'receipts', '--use-case', 'plain', '--out', file('receipts'))).toMatchObject({
      code: 0,
    })
    expect(readdirSync(file('receipts')).toSorted()).toEqual(ids.map((id) => `${id}.tlog-proof`).toSorted())
  })

  it.each([
    ['nobody decided anything', ['--use-case', 'idle'], 3, 'No decision matches'],
    ['the use case is not there', ['--use-case', 'plane'], 3, 'No decision matches'],
    ['a time cannot be read', ['--from', 'yesterday'], 2, 'It must be a time with its offset'],
    ['the folder is a file', ['--out', 'FILE'], 3, 'cannot be used'],
  ])('are refused when %s', async (_, args, code, message) => {
    writeFileSync(file('taken'), '')
    const ended = await airworthy('log', 'receipts', ...args.map((arg) => (arg === 'FILE' ? file('taken') : arg)))
    expect(ended).toEqual({ code, stdout: '', stderr: expect.stringContaining(message) })
  })
})

it('copies no log into the data folder of a server', async () => {
  const before = readdirSync(file('data'))
  const { code, stderr } = await airworthy('report', 'log', '--out', file('data'))
  expect([code, stderr]).toEqual([2, expect.stringContaining('the data folder of a server')])
  expect(readdirSync(file('data'))).toEqual(before)
})
