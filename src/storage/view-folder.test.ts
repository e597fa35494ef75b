import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dataFolder, discard, doubtOf, noteClosed, noteOpen } from './view-folder.ts'

let viewDir: string
const file = () => join(dataFolder(viewDir), 'base', '1', '16384')

beforeEach(() => {
  viewDir = join(mkdtempSync(join(tmpdir(), 'airworthy-folder-')), 'view')
  noteOpen(viewDir)
  mkdirSync(join(dataFolder(viewDir), 'base', '1'), { recursive: true })
  writeFileSync(file(), Buffer.alloc(8192))
})
afterEach(() => rmSync(join(viewDir, '..'), { recursive: true, force: true }))

const note = () => join(viewDir, 'note.json')

describe('view folder', () => {
  it('is trusted when it was closed and nothing touched it since', () => {
    noteClosed(viewDir)
    expect(doubtOf(viewDir)).toBeUndefined()
  })

  it.each([
    ['a file lost its end', () => truncateSync(file(), 100), 'the file base/1/16384 is not as it was closed'],
    ['a file grew', () => appendFileSync(file(), 'x'), 'the file base/1/16384 is not as it was closed'],
    ['a file is gone', () => rmSync(file()), 'the file base/1/16384 is not as it was closed'],
    [
      'a file is new',
      () => writeFileSync(join(dataFolder(viewDir), 'new'), ''),
      'the file new is not as it was closed',
    ],
    ['the note is cut off', () => truncateSync(note(), 10), 'nothing is noted of how it was closed'],
    ['the note is gone', () => rmSync(note()), 'nothing is noted of how it was closed'],
  ])('is in doubt when %s', (_, change, doubt) => {
    noteClosed(viewDir)
    change()
    expect(doubtOf(viewDir)?.replaceAll('\\', '/')).toBe(doubt)
  })

  it.skipIf(process.platform !== 'linux')(
    'is trusted when the process was killed, for the system kept what was written',
    () => {
      expect(doubtOf(viewDir)).toBeUndefined()
    },
  )

  it('is in doubt when the machine stopped while it was open', () => {
    const open = JSON.parse(readFileSync(note(), 'utf8')) as object
    writeFileSync(note(), JSON.stringify({ ...open, boot: 'another boot' }))
    expect(doubtOf(viewDir)).toBe('the machine stopped while it was open')
    writeFileSync(note(), JSON.stringify({ ...open, boot: null }))
    expect(doubtOf(viewDir)).toBe('the machine stopped while it was open')
  })

  it('is nobody’s worry when it is not there', () => {
    discard(viewDir)
    expect(doubtOf(viewDir)).toBeUndefined()
  })
})
