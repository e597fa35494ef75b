import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseManifest } from '#core/use-case/parse-manifest.ts'
import { validateManifest } from '#core/use-case/validate-manifest.ts'
import { compileContract } from '#gateway/check-contract.ts'
import { readMails } from './corpus.ts'
import { story } from './story.ts'

const folder = import.meta.dirname
const receiver = { url: 'http://127.0.0.1:9/filed', filed: () => ({}), close: async () => {} }

describe('the manifest', () => {
  it('is valid, without a warning, as it stands and as the demonstration sends it', () => {
    const text = readFileSync(join(folder, 'airworthy.yaml'), 'utf8')
    const readSchema = (path: string) => ({ kind: 'text', text: readFileSync(join(folder, path), 'utf8') }) as const
    expect(parseManifest(text, { file: 'airworthy.yaml', readSchema })).toMatchObject({ kind: 'valid', warnings: [] })
    expect(validateManifest(story.manifest(receiver))).toMatchObject({
      kind: 'valid',
      warnings: [],
      manifest: { actions: [{ webhook: { url: receiver.url } }] },
    })
  })

  it('names faults that real mail has, and lets most of it pass', async () => {
    const result = validateManifest(story.manifest(receiver))
    if (result.kind !== 'valid') throw new Error('The manifest is not valid.')
    const contract = compileContract(result.manifest)
    const mails = await readMails(['spam-1'])
    const broken = mails.map(({ input }) => contract.checkInput(input)).filter((violations) => violations.length > 0)
    const rules = new Set(broken.flat().map(({ path, rule }) => `${path} ${rule}`))
    expect(rules).toContain('/input/date format')
    expect(rules).toContain('/input/body minLength')
    expect(rules).toContain('/input/charset enum')
    expect(rules).toContain('/input/undecodableShare expectation:max')
    expect(broken.length / mails.length).toBeLessThan(0.2)
  })
})
