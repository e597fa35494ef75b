import { describe, expect, it } from 'vitest'
import { assignArm, drawAudit, unitDraw } from './assign-arm.ts'

const subjects = Array.from({ length: 20_000 }, (_, i) => `subject-${i}`)
const share = (hits: number) => hits / subjects.length

describe('assignArm', () => {
  it('gives the same subject the same arm, always', () => {
    const plan = { useCase: 'credit', holdout: 0.3 }
    for (const subject of subjects.slice(0, 100)) expect(assignArm(plan, subject)).toBe(assignArm(plan, subject))
  })

  it('draws the declared share', () => {
    const held = subjects.filter((subject) => assignArm({ useCase: 'credit', holdout: 0.05 }, subject) === 'holdout')
    // Six standard errors of a binomial with p = 0.05.
    expect(Math.abs(share(held.length) - 0.05)).toBeLessThan(6 * Math.sqrt((0.05 * 0.95) / subjects.length))
  })

  it('holds nobody out at 0 and everybody at 1', () => {
    expect(new Set(subjects.map((subject) => assignArm({ useCase: 'c', holdout: 0 }, subject)))).toEqual(
      new Set(['champion']),
    )
    expect(new Set(subjects.map((subject) => assignArm({ useCase: 'c', holdout: 1 }, subject)))).toEqual(
      new Set(['holdout']),
    )
  })

  it('draws audits, exposures and use cases independently of each other', () => {
    const exposed = subjects.filter((key) => unitDraw('exposure', 'a', key) < 0.5)
    const audited = exposed.filter((key) => drawAudit('a', key, 0.5))
    const elsewhere = exposed.filter((key) => unitDraw('exposure', 'b', key) < 0.5)
    for (const both of [audited, elsewhere]) expect(Math.abs(both.length / exposed.length - 0.5)).toBeLessThan(0.03)
  })
})
