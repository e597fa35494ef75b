// What each expression of the manifest may read. The validator and the policy share this table.

export const expressionVariables = {
  output: ['input', 'output', 'context'],
  confidence: ['input', 'output', 'context'],
  rule: ['input', 'output', 'confidence', 'context'],
  subject: ['input', 'context'],
  action: ['input', 'output', 'value'],
  request: ['input', 'context', 'model'],
  response: ['body', 'status'],
} as const

export type ExpressionVariable = (typeof expressionVariables)[keyof typeof expressionVariables][number]
