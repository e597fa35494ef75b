// The kinds of value that a manifest is made of.

import { Type } from 'typebox'

export const closed = { additionalProperties: false } as const
export const Text = (description: string) => Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S', description })
export const Cel = (description: string) =>
  Type.String({ minLength: 1, maxLength: 2000, description: `CEL. ${description}` })
export const Duration = Type.String({
  pattern: '^(\\d{1,9}(ms|s|m)|\\d{1,6}h|\\d{1,5}d)$',
  description: 'A length of time: 500ms, 30s, 15m, 4h, 400d.',
})
export const Share = Type.Number({ minimum: 0, maximum: 1, description: 'A share between 0 and 1.' })
export const Code = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,62}$',
  description: 'A name: small letters, digits and hyphens, at most 63, a letter first.',
})
