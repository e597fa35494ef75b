// The guide's examples are manifests: together they validate, so that what people copy works.

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { validateManifest } from './validate-manifest.ts'

const guide = readFileSync(new URL('../../../docs/guides/manifest.md', import.meta.url), 'utf8')
const blocks = Array.from(
  guide.matchAll(/```yaml\n([^]*?)```/g),
  ([, text]) => parse(text ?? '') as Record<string, unknown>,
)
const schema = { type: 'object', properties: { approve: { type: 'boolean' }, score: { type: 'number' } } }

function validate(manifest: object) {
  return validateManifest(manifest, { readSchema: () => ({ kind: 'text', text: JSON.stringify(schema) }) })
}

it('the parts of the guide make a whole manifest without a problem', () => {
  const whole = Object.assign({}, ...blocks.filter((block) => !('endpoint' in block))) as Record<string, object>
  expect(Object.keys(whole).length).toBeGreaterThan(14)
  expect(validate(whole)).toMatchObject({ kind: 'valid', warnings: [] })
  const endpoints = blocks.flatMap((block) => ('endpoint' in block ? [block['endpoint']] : []))
  expect(endpoints.length).toBe(1)
  for (const endpoint of endpoints) {
    expect(validate({ ...whole, model: { ...whole['model'], endpoint } })).toMatchObject({
      kind: 'valid',
      warnings: [],
    })
  }
})
