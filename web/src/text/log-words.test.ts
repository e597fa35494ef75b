import { describe, expect, it } from 'vitest'
import { sampleLog, sampleWitness } from '../../mock/log-samples.ts'
import { logSentence, logTroubles, logVerdict, readingWords, treeVerdict } from './log-words.ts'

const away = sampleLog({ witnesses: [sampleWitness('audit-office', 'away'), sampleWitness('sister-team')] })
const stopped = sampleLog({
  head: 48_300,
  tree: { state: 'stopped', behind: 88, detail: 'The disk is full.' },
  witnessed: null,
})

describe('the sentence of the log', () => {
  it('says what it holds and how far that is proven', () => {
    expect(logSentence(sampleLog())).toBe(
      'The log holds 48,212 entries; a checkpoint that is witnessed covers them all.',
    )
    expect(logSentence(sampleLog({ head: 48_215, witnessed: null }))).toBe(
      'The log holds 48,215 entries; a signed checkpoint covers all but 3.',
    )
    expect(logSentence(sampleLog({ head: 0, size: 0 }))).toBe('The log is empty.')
  })

  it('says what is wrong', () => {
    expect(logSentence(away)).toBe(
      'The log holds 48,212 entries; a checkpoint that is witnessed covers them all. The witness audit-office is away.',
    )
    expect(logSentence(stopped)).toBe(
      'The log holds 48,300 entries; a signed checkpoint covers all but 88. The tree of the log stands still.',
    )
  })
})

describe('what is wrong with the log', () => {
  it('is nothing when it is well', () => {
    expect(logTroubles(sampleLog())).toEqual([])
    expect(logTroubles(sampleLog({ witnesses: [], quorum: null, witnessed: null }))).toEqual([])
    expect(logVerdict(sampleLog())).toEqual({ tone: 'holds', word: 'proven' })
  })

  it('is said worst first', () => {
    const log = sampleLog({
      tree: stopped.tree,
      witnesses: [sampleWitness('a', 'away'), sampleWitness('b', 'refused'), sampleWitness('c', 'away')],
      quorum: { required: 'all', met: false },
    })
    expect(logTroubles(log)).toEqual([
      'the witness b refused the log’s checkpoint',
      'the tree of the log stands still',
      'too few witnesses signed the newest checkpoint',
      '2 witnesses (a and c) are away',
    ])
    expect(logVerdict(log).tone).toBe('fails')
  })

  it('is no failure when a witness is away, and no news when one is catching up', () => {
    expect(logVerdict(away).tone).toBe('watch')
    expect(
      logVerdict(sampleLog({ witnesses: [sampleWitness('a', 'behind'), sampleWitness('b', 'waiting')] })).tone,
    ).toBe('holds')
  })

  it('tells a moment’s work from falling behind', () => {
    const behind = (count: number) => sampleLog({ tree: { state: 'growing', behind: count, detail: null } })
    expect(treeVerdict(behind(20_000)).word).toBe('keeps up')
    expect(treeVerdict(behind(200_000)).word).toBe('falls behind')
    expect(treeVerdict(stopped).word).toBe('stands still')
    expect(logTroubles(behind(200_000))).toEqual(['the tree is 200,000 entries behind the log'])
  })
})

describe('what somebody read', () => {
  it('is named by its first and last entry', () => {
    expect(readingWords({ via: 'entries', from: 0, to: 1_200 })).toBe('entries 0 to 1,199')
    expect(readingWords({ via: 'entries', from: 7, to: 8 })).toBe('entry 7')
    expect(readingWords({ via: 'export', from: 0, to: 3 })).toBe('a copy of the log, with entries 0 to 2')
    expect(readingWords({ via: 'receipts', from: 5, to: 6 })).toBe('receipts of many decisions, entry 5')
  })
})
