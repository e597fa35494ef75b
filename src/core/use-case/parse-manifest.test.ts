import { anything, assert, property, string } from 'fast-check'
import { stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import { describePolicy } from './describe-policy.ts'
import { diffManifests } from './diff-manifests.ts'
import { manifestJsonSchema } from './manifest-json-schema.ts'
import { parseManifest } from './parse-manifest.ts'
import type { ReadSchema } from './resolve-schemas.ts'
import { validateManifest } from './validate-manifest.ts'

const sound = `apiVersion: airworthy/v1
kind: UseCase
metadata: { name: credit-approval, team: lending }
purpose: Decide consumer credit applications up to 50,000 EUR
risk: { class: high, basis: "EU AI Act Annex III 5(b)" }
owners: { sponsor: head-of-lending, productOwner: lending-product, techLead: ml-platform, riskCompliance: model-risk, changeManager: lending-ops }
contract:
  input:
    schema: ./input.schema.json
    expectations: [{ field: amount, max: 50000 }]
  output:
    schema:
      type: object
      additionalProperties: false
      required: [approve, score]
      properties: { approve: { type: boolean }, score: { type: number } }
  onViolation: review
model:
  name: credit-risk
  version: "3"
  endpoint: { protocol: oip-v2, url: "http://models:8080", timeoutMs: 800 }
decision:
  output: "output.approve"
  confidence: "output.score"
  rules:
    - { when: "input.amount > 20000", route: review, reason: large-amount }
    - { when: "confidence >= 0.92", route: act }
  otherwise: review
  fallback: { output: { approve: false, score: 0 }, route: review }
subject: "input.customer_id"
review: { pool: underwriters, due: 4h, reasons: [documents], audit: 0.02 }
actions: [{ on: act, when: "value == true", webhook: { url: "https://core.example/credit", secretRef: env:CORE_SECRET } }]
`
const inputSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { amount: { type: 'number' }, income: { type: 'number' }, customer_id: { type: 'string' } },
}
const readSchema: ReadSchema = () => ({ kind: 'text', text: JSON.stringify(inputSchema) })
const parse = (text: string, read = readSchema) => parseManifest(text, { file: 'airworthy.yaml', readSchema: read })

function problems(text: string, read?: ReadSchema): string[] {
  const result = parse(text, read)
  const told = result.kind === 'invalid' ? result.problems : result.warnings
  return told.map(
    ({ severity, line, path, message, hint }) =>
      `${severity === 'error' ? '' : 'warning '}${line ?? '-'} ${path}: ${message}${hint ? ` [${hint}]` : ''}`,
  )
}
const change = (from: string | RegExp, to: string) => {
  const changed = sound.replace(from, to)
  if (changed === sound) throw new Error(`nothing to change: ${from}`)
  return changed
}
const rules = (...lines: string[]) =>
  change(/ {4}- \{ when: "confidence.*\n/, lines.map((line) => `    - ${line}\n`).join(''))

describe('a sound manifest', () => {
  it('is valid, with its schema files inlined', () => {
    const result = parse(sound)
    expect(result).toMatchObject({ kind: 'valid', warnings: [] })
    if (result.kind === 'valid') expect(result.manifest.contract.input.schema).toEqual(inputSchema)
  })

  it('is the same as JSON, and validates again once resolved', () => {
    const result = parse(sound)
    if (result.kind !== 'valid') throw new Error('invalid')
    expect(parseManifest(JSON.stringify(result.manifest))).toEqual({
      kind: 'valid',
      manifest: result.manifest,
      warnings: [],
    })
    expect(validateManifest(result.manifest)).toEqual({ kind: 'valid', manifest: result.manifest, warnings: [] })
  })
})

describe('every problem at once', () => {
  it('with its line, its path, and how to put it right', () => {
    const bad = sound
      .replace('purpose:', 'purpos:')
      .replace('sponsor: head-of-lending', 'sponsor: "  "')
      .replace('techLead: ml-platform, ', '')
      .replace('class: high', 'class: hihg')
      .replace('"3"', '3')
      .replace('protocol: oip-v2', 'protocol: oip-v3')
      .replace('input.amount > 20000', 'input.amout > 20000')
      .replace('field: amount', 'field: amont')
      .replace('approve: false, score: 0', 'approve: no')
    expect(problems(bad)).toEqual([
      '1 /purpose: purpose is missing. [What it decides, in a sentence.]',
      expect.stringMatching(/^4 \/purpos: There is no key purpos here\. \[Did you mean purpose\?/),
      '5 /risk/class: "hihg" is not one of minimal, limited, high. [Did you mean high?]',
      '6 /owners/techLead: techLead is missing. [Owns the running system.]',
      '6 /owners/sponsor: This is blank. [Pays for it and decides whether it goes on.]',
      '10 /contract/input/expectations/0/field: The input has no member amont. [Did you mean amount? Known there: amount, income, customer_id.]',
      '20 /model/version: This must be a text. [Put it in quotes: "3".]',
      '21 /model/endpoint/protocol: "oip-v3" is not one of oip-v2, mlflow, http, module, onnx. [Did you mean oip-v2?]',
      '26 /decision/rules/0/when: The schema knows no member amout in input. [Did you mean amount? It knows amount, income, customer_id.]',
      expect.stringMatching(/^29 \/decision\/fallback\/output: The fallback’s output breaks/),
      expect.stringMatching(/^29 \/decision\/fallback\/output\/approve: The fallback’s output breaks/),
    ])
  })

  it.each([
    [
      'credentials in a URL',
      change('http://models', 'http://u:p@models'),
      '/model/endpoint/url',
      'secret in the clear',
    ],
    [
      'a secret header',
      change('timeoutMs: 800', 'headers: { Authorization: Bearer x }'),
      '/model/endpoint/headers/Authorization',
      'secret in the clear',
    ],
    [
      'a secret header after what looks like a scheme',
      change('timeoutMs: 800', 'headers: { Authorization: Bearer  env:X }'),
      '/model/endpoint/headers/Authorization',
      'secret in the clear',
    ],
    [
      'a key of another protocol',
      change('timeoutMs: 800', 'request: input'),
      '/model/endpoint/request',
      'takes no request; http does',
    ],
    [
      'a protocol that is a word of JavaScript',
      change('oip-v2', 'constructor'),
      '/model/endpoint/protocol',
      'is not one of',
    ],
    ['a missing url', change('url: "http://models:8080", ', ''), '/model/endpoint/url', 'needs url'],
    [
      'a path out of the folder',
      change('protocol: oip-v2, url: "http://models:8080"', 'protocol: module, path: ../x.ts'),
      '/model/endpoint/path',
      'outside the folder',
    ],
    ['a subject that is no text', change('"input.customer_id"', 'input.amount > 3'), '/subject', 'gives true or false'],
    ['a duration', change('due: 4h', 'due: 4 hours'), '/review/due', 'right form'],
    [
      'a fallback that is not declared',
      change(/ {2}fallback: .*\n/, '').replace('otherwise: review', 'otherwise: fallback'),
      '/decision/otherwise',
      'not declared',
    ],
    [
      'an act without confidence',
      change(/ {2}confidence: .*\n/, '').replace('confidence >= 0.92', 'true'),
      '/decision/rules/1/route',
      'decision.confidence is not declared',
    ],
    [
      'confidence that is not declared',
      change(/ {2}confidence: .*\n/, ''),
      '/decision/rules/1/when',
      'asks for confidence',
    ],
    [
      'an expectation nothing meets',
      change('max: 50000', 'min: 3, max: 2'),
      '/contract/input/expectations/0/min',
      'Nothing can meet',
    ],
    [
      'a pattern that backtracks',
      change('max: 50000', 'pattern: "(a)\\\\1"'),
      '/contract/input/expectations/0/pattern',
      'linear time',
    ],
    [
      'an action on nothing known',
      change('value == true', 'input.amout == 1'),
      '/actions/0/when',
      'knows no member amout',
    ],
    ['a number that JSON lacks', change('score: 0', 'score: .nan'), '/decision/fallback/output/score', 'JSON knows'],
    ['another version', change('airworthy/v1', 'airworthy/v9'), '/apiVersion', 'is not "airworthy/v1"'],
    [
      'a wrong redaction',
      change('subject:', 'privacy: { redact: [emial, { field: nme }] }\nsubject:'),
      '/privacy/redact/0',
      'is not one of email',
    ],
    [
      'a redacted member nobody knows',
      change('subject:', 'privacy: { redact: [{ field: nme }] }\nsubject:'),
      '/privacy/redact/0/field',
      'no member nme',
    ],
  ])('%s', (_what, text, path, message) => {
    expect(problems(text)).toEqual(
      expect.arrayContaining([expect.stringMatching(new RegExp(` ${path}: .*${message}`))]),
    )
  })

  it('does not repeat what may be a secret', () => {
    const told = problems(change('env:CORE_SECRET', 'hunter2')).join()
    expect(told).toContain('/actions/0/webhook/secretRef')
    expect(told).not.toContain('hunter2')
  })

  it('points at the place inside an expression', () => {
    const result = parse(change('input.amount > 20000', 'input.amount > 1 && input.amout > 2'))
    const column = sound.split('\n')[25]?.indexOf('input.amount') ?? 0
    expect(result).toMatchObject({
      kind: 'invalid',
      problems: [{ line: 26, column: column + 1 + 'input.amount > 1 && '.length }],
    })
  })

  it('warns where people may override without a reason', () => {
    expect(problems(change(', reasons: [documents]', ''))).toEqual([
      expect.stringMatching(/^warning 31 \/review\/reasons/),
    ])
  })
})

describe('redaction of what decision.output reads', () => {
  const person = '{ type: object, properties: { name: { type: string }, age: { type: number } } }'
  const redacting = (output: string, field: string) =>
    problems(
      change('output: "output.approve"', `output: '${output}'`)
        .replace(
          'score: { type: number }',
          `score: { type: number }, person: ${person}, people: { type: array, items: ${person} }`,
        )
        .replace('subject:', `privacy: { redact: [{ field: ${field} }] }\nsubject:`),
    )

  it.each([
    ['output.approve', 'approve'],
    ['output.person.name', 'person'],
    ['output.person.name', 'person.name'],
    ['output["person"]["name"]', 'person.name'],
    ['string(output.person.age + 1)', 'person.age'],
    ['output.approve ? output.person.name : "none"', 'person.name'],
    ['output.person.name.lowerAscii()', 'person.name'],
    ['output.people[0].name', 'people.name'],
    ['output.people.map(p, p.name)[0]', 'people.name'],
    ['output.people.filter(p, p.age > 3)[0].name', 'people.name'],
    ['output.people.filter(p, p.age > 3).map(p, p.age > 4, p.name).join()', 'people.name'],
    ['cel.bind(p, output.person, p.name)', 'person.name'],
    ['[output.person][0].name', 'person.name'],
    ['string(input.income)', 'income'],
  ])('%s with %s redacted', (output, field) => {
    expect(redacting(output, field)).toEqual([
      expect.stringMatching(
        /^\d+ \/privacy\/redact\/0\/field: \S+ is to be redacted, but decision.output reads it, .* \[Let decision/,
      ),
    ])
  })

  it.each([
    ['output.approve', 'score'],
    ['output.person.name', 'person.age'],
    ['output.person.name == "x"', 'person.name'],
    ['output.person.age > 65 ? "old" : "young"', 'person.age'],
    ['has(output.person.name)', 'person.name'],
    ['output.people.exists(p, p.name == "x")', 'people.name'],
    ['size(output.people)', 'people.name'],
    ['output.people.map(p, p.age)[0]', 'people.name'],
  ])('%s leaves nothing of %s', (output, field) => {
    // The score is read by decision.confidence, which is another matter.
    const told = redacting(output, field).filter((line) => !line.includes('decision.confidence'))
    expect(told).toEqual([])
  })

  it('is found for the confidence, too', () => {
    expect(redacting('output.approve', 'score')).toEqual([expect.stringContaining('but decision.confidence reads it')])
  })
})

describe('rules that can never match', () => {
  it.each([
    ['false'],
    ['1 > 2 && false'],
    ['input.amount > 3 && input.amount < 2'],
    ['confidence > 1'],
    ['confidence >= 92'],
    ['input.amount > 30000'],
    ['input.amount >= 20001 && input.income > 3'],
    ['input.amount == 20001'],
    ['20000 < input.amount'],
    ['!(input.amount <= 20000)'],
    ['input.amount > 25000 || input.amount in [20001, 30000]'],
  ])('%s', (when) => {
    expect(problems(rules(`{ when: "${when}", route: act }`))).toEqual([
      expect.stringMatching(/^27 .*(never|between 0 and 1)/),
    ])
  })

  it.each([
    ['input.amount > 10000'],
    ['input.amount >= 20000'],
    ['input.amount > 30000 || input.income > 3'],
    ['!(input.amount > 20000) && confidence > 0.5'],
    ['confidence <= 1 && input.income == 1'],
    ['confidence != 0.5'],
  ])('%s can', (when) => {
    expect(problems(rules(`{ when: "${when}", route: act }`))).toEqual([])
  })

  it.each([
    [['{ when: "true", route: review }', '{ when: "input.income > 3", route: act }'], 28],
    [['{ when: "confidence >= 0.9", route: act }', '{ when: "confidence > 0.95", route: act }'], 28],
    [['{ when: "confidence >= 0", route: act }', '{ when: "input.income > 3", route: act }'], 28],
    [
      [
        "{ when: \"input.customer_id == 'a' || input.customer_id == 'b'\", route: act }",
        '{ when: "input.customer_id in [\'a\']", route: act }',
      ],
      28,
    ],
    [
      [
        '{ when: "input.customer_id.matches(\'x\')", route: act }',
        '{ when: "input.customer_id.matches( \'x\' ) && input.income > 1", route: act }',
      ],
      28,
    ],
  ])('%j: an earlier one takes all', (lines, line) => {
    expect(problems(rules(...lines))).toEqual([expect.stringMatching(new RegExp(`^${line} .*matches before`))])
  })
})

describe('files that are no manifest', () => {
  it.each([
    ['', 'The file is empty.'],
    ['# nothing\n', 'The file is empty.'],
    ['a: 1\n---\nb: 2\n', 'more than one document'],
    ['a:\n\tb: 1\n', 'A tab is used'],
    ['{"a": 1', 'cannot be read'],
    ['just a text', 'must be an object'],
    [`${sound}purpose: again\n`, 'stands twice'],
  ])('%j', (text, message) => {
    const result = parse(text)
    expect(result.kind).toBe('invalid')
    expect(problems(text).join('\n')).toContain(message)
  })

  it('are told, never thrown', () => {
    assert(property(string(), (text) => void parse(text)))
    assert(property(anything(), (value) => validateManifest(value).kind === 'invalid'))
    assert(
      property(anything(), (value) => void parse(`${sound}rollout: ${JSON.stringify(stringify(value) ?? '')}`)),
      { numRuns: 30 },
    )
  })
})

describe('schema files', () => {
  const withSchema = (text: string) => problems(sound, () => ({ kind: 'text', text }))

  it('may have keywords of their own', () => {
    expect(withSchema('{"x-owner":"lending","properties":{"amount":{"x-unit":"EUR"}}}')).toEqual([])
  })

  it('cannot be read by a server', () => {
    expect(parseManifest(sound)).toMatchObject({
      kind: 'invalid',
      problems: [{ path: '/contract/input/schema', hint: expect.stringContaining('airworthy apply') as string }],
    })
  })

  it('that cannot be read are told', () => {
    expect(problems(sound, () => ({ kind: 'unreadable', message: 'no such file' }))).toEqual([
      expect.stringMatching(/^9 \/contract\/input\/schema: .*no such file/),
    ])
  })

  it.each([
    ['{"type":"strin"}', '1 /type: Not a JSON Schema'],
    [
      '{"properties":{"a":{"patern":"x"}}}',
      '1 /properties/a/patern: JSON Schema has no keyword patern. [Did you mean pattern?',
    ],
    ['{\n"pattern":"(?=a)b"}', '2 /pattern: The pattern cannot be used: it looks ahead'],
    ['{"$ref":"#/$defs/nope"}', 'Nothing stands at the reference #/$defs/nope'],
    ['{"format":"nope"}', 'unknown format'],
    ['{"items":{"type":"object"},"uniqueItems":true}', '/uniqueItems: uniqueItems compares every pair'],
    ['{"$schema":"http://json-schema.org/draft-07/schema#"}', '/$schema: Schemas are JSON Schema 2020-12'],
    ['[]', 'A JSON Schema is an object'],
    ['{"type":', 'cannot be read'],
  ])('%s', (text, problem) => {
    expect(withSchema(text).join('\n')).toContain(problem)
  })
})

describe('beside', () => {
  const resolved = (text: string) => {
    const result = parse(text)
    if (result.kind === 'invalid') throw new Error(problems(text).join('\n'))
    return result.manifest
  }

  it('the policy in sentences', () => {
    const text = rules(
      '{ when: "has(input.income) && input.income < 3 && !(input.customer_id == \'x\')", route: reject }',
      '{ when: "confidence >= 0.92", route: act }',
    )
    expect(describePolicy(resolved(text))).toEqual([
      'An input that breaks the data contract: a person decides.',
      'When amount is over 20000, a person decides (large-amount).',
      'Else, when income is given and income is under 3 and `!(input.customer_id == "x")`, the request is refused.',
      'Else, when the confidence is at least 0.92, the system decides by itself.',
      'Otherwise, a person decides.',
      'Without a usable confidence, and when a rule cannot be evaluated, a person decides.',
      'When the model gives no usable answer, a person decides, with {"approve":false,"score":0} proposed.',
      '2 % of automatic decisions are drawn for a blind second look by a person.',
    ])
  })

  it('what differs between revisions', () => {
    const after = resolved(
      change('large-amount', 'too-much').replace('audit: 0.02', 'lease: 5m').replace('score: 0 }', 'score: 0.5 }'),
    )
    expect(diffManifests(resolved(sound), after)).toEqual([
      { path: '/decision/rules/0/reason', kind: 'changed', before: 'large-amount', after: 'too-much' },
      { path: '/decision/fallback/output/score', kind: 'changed', before: 0, after: 0.5 },
      { path: '/review/audit', kind: 'removed', before: 0.02 },
      { path: '/review/lease', kind: 'added', after: '5m' },
    ])
    expect(diffManifests(after, after)).toEqual([])
    expect(diffManifests(undefined, after).map(({ path }) => path)).toContain('/contract')
  })

  it('the JSON Schema for editors', () => {
    expect(manifestJsonSchema()).toMatchObject({
      $schema: expect.any(String) as string,
      additionalProperties: false,
      type: 'object',
    })
  })
})
