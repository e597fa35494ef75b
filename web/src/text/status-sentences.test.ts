import { describe, expect, it } from 'vitest'
import { sampleLog } from '../../mock/log-samples.ts'
import { status, sampleUseCase } from '../../mock/system-samples.ts'
import { homeSentence, sentenceOfUseCase } from './status-sentences.ts'

const none = 0
const now = Date.parse('2026-03-03T14:00:00Z')
const quiet = status({ openReviews: 0, deadActions: 0, behind: 0, size: 48_212 })
const log = sampleLog()
const useCase = sampleUseCase('inbox-triage', now)

describe('the sentence of Home', () => {
  it('says what needs somebody, worst first', () => {
    const facts = {
      status: status({ openReviews: 12, deadActions: 2, behind: 9000, size: 48_212 }),
      useCases: [],
      log,
      contractBreaks: 1_203,
    }
    const waiting = { ...useCase, oldestReviewAt: '2026-03-03T11:00:00Z' }
    expect(homeSentence({ ...facts, useCases: [waiting] }, now)).toBe(
      'Four things need somebody: the view is 9,000 entries behind the log, 2 actions given up, 12 reviews waiting (the oldest for 3 h) and 1,203 requests that broke the data contract today.',
    )
  })

  it('says that all is well only when it is', () => {
    expect(homeSentence({ status: quiet, log, useCases: [useCase], contractBreaks: none }, now)).toMatch(
      /^All is well and nothing needs you/,
    )
    const broken = { ...quiet, view: { ...quiet.view, ok: false } }
    expect(homeSentence({ status: broken, log, useCases: [useCase], contractBreaks: none }, now)).toContain(
      'the view is not kept up',
    )
  })

  it('never takes for good what it does not know, or a model that is down', () => {
    const facts = { status: quiet, log, useCases: [useCase], contractBreaks: none }
    expect(homeSentence({ ...facts, log: null }, now)).toBe('One thing needs somebody: some figures cannot be read.')
    const down = { ...useCase, name: 'credit', model: { ...useCase.model, state: 'circuit-open' as const } }
    expect(homeSentence({ ...facts, useCases: [useCase, down] }, now)).toBe(
      'One thing needs somebody: the model of credit does not answer.',
    )
  })

  it('says when the log is not proven as it should be', () => {
    const stopped = sampleLog({ tree: { state: 'stopped', behind: 9, detail: null } })
    expect(homeSentence({ status: quiet, log: stopped, useCases: [useCase], contractBreaks: none }, now)).toBe(
      'One thing needs somebody: the tree of the log stands still.',
    )
  })

  it('says how to begin when there is nothing', () => {
    expect(homeSentence({ status: quiet, log, useCases: [], contractBreaks: none }, now)).toContain('apply a manifest')
  })
})

describe('the sentence of a use case', () => {
  const figures = { total: 200, act: 150, review: 40, fallback: 5, reject: 5 }

  it('gives the flow of today and how right it was', () => {
    const accuracy = { n: 1204, hits: 1100, value: 0.9136, low: 0.8971, high: 0.9281 }
    expect(sentenceOfUseCase({ ...useCase, stage: 'pilot', today: figures, allTime: figures, accuracy })).toBe(
      'In pilot: 200 decisions today, 75 % by the system alone. Right in 91.4 % (89.7–92.8 %, n = 1,204).',
    )
  })

  it('says when nothing is known', () => {
    const unknown = { n: 0, hits: 0, value: null, low: null, high: null }
    const nothing = { total: 0, act: 0, review: 0, fallback: 0, reject: 0 }
    expect(sentenceOfUseCase({ ...useCase, stage: 'draft', today: nothing, allTime: nothing, accuracy: unknown })).toBe(
      'A draft, with no decision yet.',
    )
    expect(sentenceOfUseCase({ ...useCase, stage: 'pilot', today: nothing, allTime: figures, accuracy: unknown })).toBe(
      'In pilot: no decision today, 200 in all. Whether they are right is not known yet: not enough data (n = 0, needs 30).',
    )
  })
})
