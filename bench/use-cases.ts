// The use cases that the benches apply: the same policy in front of different models.

const base = (name: string, model: object) => ({
  apiVersion: 'airworthy/v1',
  kind: 'UseCase',
  metadata: { name },
  purpose: 'Decide small credits, for measuring.',
  risk: { class: 'minimal' },
  owners: {
    sponsor: 'sponsor',
    productOwner: 'product owner',
    techLead: 'tech lead',
    riskCompliance: 'risk',
    changeManager: 'change',
  },
  contract: { input: { schema: inputSchema }, output: { schema: { type: 'object' } }, onViolation: 'review' },
  model,
  decision: {
    output: 'output.approve',
    confidence: 'output.score',
    rules: [
      { when: 'input.amount > 20000', route: 'review', reason: 'large-amount' },
      { when: 'confidence >= 0.92', route: 'act', reason: 'confident' },
    ],
    otherwise: 'review',
    fallback: { output: { approve: false, score: 0 }, route: 'review' },
  },
})

const inputSchema = {
  type: 'object',
  required: ['amount', 'income', 'term', 'purpose'],
  additionalProperties: false,
  properties: {
    amount: { type: 'number', minimum: 0 },
    income: { type: 'number', minimum: 0 },
    term: { type: 'integer', minimum: 1 },
    purpose: { type: 'string', maxLength: 100 },
    age: { type: 'integer' },
    employed: { type: 'boolean' },
    customer: { type: 'string' },
  },
}

export const body = JSON.stringify({
  input: { amount: 1200, income: 54_000, term: 36, purpose: 'car', age: 41, employed: true, customer: 'c-1842' },
})

export const inProcess = base('in-process', {
  name: 'instant',
  version: '1',
  endpoint: { protocol: 'module', path: 'instant.ts' },
})

export const overHttp = (upstream: string) =>
  base('over-http', {
    name: 'chat',
    version: '1',
    endpoint: {
      protocol: 'http',
      url: `${upstream}/v1/chat/completions`,
      request: '{"model": "bench", "messages": [{"role": "user", "content": "Decide: " + input.purpose}]}',
      response: '{"approve": body.choices[0].message.content == "approve", "score": 0.97}',
    },
  })

export const slow = base('slow', {
  name: 'slow',
  version: '1',
  endpoint: { protocol: 'module', path: 'slow.ts', timeoutMs: 10_000, concurrency: 8, queue: 16 },
})

/** What Portkey's gateway takes for the same question. */
export const chatBody = JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: 'Decide: car' }] })
