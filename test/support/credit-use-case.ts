// A small use case for tests: `act` under 1000, a person above, broken input to a person.

export const modelDir = new URL('./models', import.meta.url).pathname

/** The manifest, with whatever a test needs different. */
export function creditUseCase(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    apiVersion: 'airworthy/v1',
    kind: 'UseCase',
    metadata: { name: 'credit' },
    purpose: 'Decide small credits.',
    risk: { class: 'minimal' },
    owners: {
      sponsor: 'sponsor',
      productOwner: 'product owner',
      techLead: 'tech lead',
      riskCompliance: 'risk',
      changeManager: 'change',
    },
    contract: {
      input: {
        schema: {
          type: 'object',
          required: ['amount'],
          additionalProperties: false,
          properties: { amount: { type: 'number', minimum: 0 }, note: { type: 'string' } },
        },
      },
      output: {
        schema: {
          type: 'object',
          required: ['approve'],
          properties: { approve: { type: 'boolean' }, score: { type: 'number', minimum: 0, maximum: 1 } },
        },
      },
      onViolation: 'review',
    },
    model: { name: 'approve', version: '1', endpoint: { protocol: 'module', path: 'approve.ts' } },
    decision: {
      output: 'output.approve',
      confidence: 'output.score',
      rules: [{ when: 'confidence >= 0.9', route: 'act', reason: 'confident' }],
      otherwise: 'review',
      fallback: { output: { approve: false }, route: 'review' },
    },
    review: { reasons: ['documents', 'policy'] },
    ...more,
  }
}
