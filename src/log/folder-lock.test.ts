import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from './folder-lock.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'airworthy-lock-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const note = () => join(dir, 'server.json')
const inUse = (text: RegExp) =>
  expect.objectContaining({ code: 'data_dir_in_use', message: expect.stringMatching(text) })

describe('lockFolder', () => {
  it('lets one in, and tells the others who it is', () => {
    const lock = lockFolder(dir)
    expect(() => lockFolder(dir)).toThrow(inUse(new RegExp(`runs on ${dir}\\.$`)))
    lock.describe({ pid: 12, url: 'http://127.0.0.1:8700' })
    expect(() => lockFolder(dir)).toThrow(inUse(/\(process 12, http:\/\/127\.0\.0\.1:8700\)/))
    lock.release()
    expect(existsSync(note())).toBe(false)
    lockFolder(dir).release()
  })

  it('does not fail over a note that is damaged', () => {
    const lock = lockFolder(dir)
    writeFileSync(note(), '{"pid":')
    expect(() => lockFolder(dir)).toThrow(inUse(/Another server/))
    lock.release()
  })

  it('tells nobody of a process that is gone', () => {
    writeFileSync(note(), '{"pid":99,"url":"http://old"}')
    const lock = lockFolder(dir)
    expect(() => lockFolder(dir)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('99') }))
    lock.release()
  })

  it('ends with the process that holds it, also by kill -9', async () => {
    const script = `import { lockFolder } from ${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)}; globalThis.lock = lockFolder(${JSON.stringify(dir)}); console.log('locked'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    expect(() => lockFolder(dir)).toThrow(inUse(/Another server/))
    child.kill('SIGKILL')
    await once(child, 'exit')
    lockFolder(dir).release()
  })

  it('says what is wrong with a folder that cannot be used', () => {
    const unusable = expect.objectContaining({ code: 'data_dir_invalid', hint: expect.any(String) })
    expect(() => lockFolder(join(dir, 'missing'))).toThrow(unusable)
    writeFileSync(join(dir, 'lock.sqlite'), 'x'.repeat(8192))
    expect(() => lockFolder(dir)).toThrow(unusable)
  })
})
