import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { proportion } from './proportion.ts'
import { readTrained, writeTrained } from './trained-model.ts'

describe('the trained model’s file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trained-'))

  it('gives back what was written, to the bit, and leaves nothing half-written', () => {
    const file = join(folder, 'new', 'model.json')
    const weights = Float32Array.of(0, -1.5, Math.fround(0.1), 3e-39)
    const trained = {
      madeFrom: 'digest',
      report: { trainedOn: 2, testedOn: 1, accuracy: proportion(1, 1), junkShare: 0.5, seconds: 1 },
      classifier: { weights, bias: 0.1, slope: 1.25, shift: -0.3 },
    }
    writeTrained(trained, file)
    expect(readTrained(file)).toEqual(trained)
    expect(readdirSync(join(folder, 'new'))).toEqual(['model.json'])
  })

  it('says when there is none', () => {
    expect(readTrained(join(folder, 'none.json'))).toBeUndefined()
  })
})
