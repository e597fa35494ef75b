// The files that `airworthy init` writes: a manifest that validates at once, with a word on each key.

import { inferSchema } from '#core/use-case/infer-schema.ts'
import type { JsonValue } from '#core/kernel/json.ts'

export const protocols = ['http', 'oip-v2', 'mlflow', 'module', 'onnx'] as const
export const riskClasses = ['minimal', 'limited', 'high'] as const

export type InitAnswers = {
  readonly name: string
  readonly purpose: string
  readonly risk: string
  readonly sponsor: string
  readonly productOwner: string
  readonly techLead: string
  readonly riskCompliance: string
  readonly changeManager: string
  readonly model: string
  readonly modelVersion: string
  readonly protocol: string
  /** The model's URL, or its file for module and onnx. */
  readonly target: string
  /** Member of the output that is the decision. */
  readonly decisionField: string
  /** Member of the output that is the confidence; empty: the model gives none, so people decide. */
  readonly confidenceField: string
  readonly threshold: string
}

export const manifestFile = 'airworthy.yaml'

/** Name and content of each file. `examples`: inputs to infer the contract from; without any, every object is allowed. */
export function initFiles(
  answers: InitAnswers,
  examples: readonly JsonValue[],
): readonly (readonly [name: string, content: string])[] {
  const input = examples.length > 0 ? inferSchema(examples) : { type: 'object', properties: {} }
  return [
    [manifestFile, manifestText(answers)],
    ['input.schema.json', schemaText(input)],
    ['output.schema.json', schemaText(outputSchema(answers))],
  ]
}

function schemaText(schema: unknown): string {
  return `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...(schema as object) }, null, 2)}\n`
}

function outputSchema({ decisionField, confidenceField }: InitAnswers): object {
  const confidence = confidenceField === '' ? {} : { [confidenceField]: { type: 'number', minimum: 0, maximum: 1 } }
  const decision = { [decisionField]: { type: ['string', 'number', 'boolean'] } }
  return {
    type: 'object',
    required: [...Object.keys(decision), ...Object.keys(confidence)],
    properties: { ...decision, ...confidence },
  }
}

/** Texts as JSON, which YAML reads as it is: whatever somebody answers stays one text. */
function manifestText(answers: InitAnswers): string {
  const q = (text: string) => JSON.stringify(text)
  const { protocol, target, confidenceField, decisionField } = answers
  const where = protocol === 'module' || protocol === 'onnx' ? `path: ${q(target)}` : `url: ${q(target)}`
  const confidence =
    confidenceField === '' ? '' : `  confidence: ${q(member(confidenceField))} # a number from 0 to 1\n`
  const fallback = JSON.stringify({
    [decisionField]: false,
    ...(confidenceField === '' ? {} : { [confidenceField]: 0 }),
  })
  const rules =
    confidenceField === ''
      ? '  rules: [] # without confidence a person decides; add rules that review, fall back or reject\n'
      : `  rules: # the first that matches decides\n    - { when: "confidence >= ${Number(answers.threshold)}", route: act, reason: confident }\n`
  return `# What a use case is, who answers for it, and how it decides. Put it in force with: airworthy apply -f ${manifestFile}
apiVersion: airworthy/v1
kind: UseCase
metadata: { name: ${q(answers.name)} }
purpose: ${q(answers.purpose)}
risk: { class: ${answers.risk} } # minimal, limited or high

owners: # role mailboxes or role names: a change of staff is no change of the manifest
  sponsor: ${q(answers.sponsor)} # pays for it and decides whether it goes on
  productOwner: ${q(answers.productOwner)} # owns the result
  techLead: ${q(answers.techLead)} # owns the running system
  riskCompliance: ${q(answers.riskCompliance)} # owns risk and compliance
  changeManager: ${q(answers.changeManager)} # owns the change for the people concerned

contract: # what goes in and comes out; checked on every request
  input: { schema: ./input.schema.json }
  output: { schema: ./output.schema.json }
  onViolation: review # review, reject or fallback

model:
  name: ${q(answers.model)}
  version: ${q(answers.modelVersion)}
  endpoint: { protocol: ${protocol}, ${where} }

decision:
  output: ${q(member(decisionField))} # the decision in one value: what accuracy compares
${confidence}${rules}  otherwise: review
  fallback: { output: ${fallback}, route: review } # when the model is down: proposed to a person

review:
  due: 4h
  reasons: [model-wrong, input-wrong, policy, other] # codes that people choose from when they decide otherwise

privacy:
  redact: [email, phone] # taken out before anything is stored
  retention: 400d
`
}

function member(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `output.${name}` : `output[${JSON.stringify(name)}]`
}
