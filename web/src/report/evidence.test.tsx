import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { Evidence } from './evidence.tsx'

/** What somebody reads of it. */
function read(evidence: Record<string, unknown>): string {
  return renderToStaticMarkup(<Evidence evidence={evidence} />)
    .replaceAll(/<[^>]+>/g, '|')
    .replaceAll(/\|+/g, '|')
    .replaceAll('\u00a0', ' ')
    .replaceAll('&lt;', '<')
}

describe('what a finding rests on', () => {
  it('is facts, each in its unit and with its interval', () => {
    const text = read({
      column: 'age',
      reference: 0.0003,
      live: 0.193,
      low: 0.185,
      high: 0.202,
      qValue: 1e-30,
      n: 5831,
    })
    expect(text).toBe('|What this rests on|column|age|pilot|0.03 %|q|< 0.001|n|5,831|live|19.3 % (18.5 to 20.2 %)|')
    expect(read({ metric: 'mae', performance: { value: 0.4, low: 0.3, high: 0.5 } })).toContain('|0.4 (0.3 to 0.5)|')
    expect(read({ n: { reference: 1200, live: 41 } })).toContain('|pilot 1,200, live 41|')
  })

  it('is tables where there are several, or objects by name', () => {
    const columns = Array.from({ length: 14 }, (_, at) => ({ column: `c${at}`, psiCorrected: 0.5, verdict: 'act' }))
    const text = read({ columns })
    expect(text).toContain('|columns: 12 of 14, the JSON has all|column|PSI beyond chance|verdict|c0|0.5|moved a lot|')
    expect(text).not.toContain('c12')
    expect(read({ limits: { rocAuc: { low: 0.7, high: 1 } } })).toContain('|limits|of|low|high|ROC AUC|70.0 %|100.0 %|')
  })

  it('is nothing where there is nothing, and a dash where it is not known', () => {
    expect(read({})).toBe('')
    expect(read({ coverage: null, performance: { value: null, low: null, high: null } })).toContain(
      '|coverage|–|performance|not enough data|',
    )
  })
})
