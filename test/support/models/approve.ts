// A model for tests: approves small amounts, and is sure of it.

export default function approve(input: { readonly amount: number }): { approve: boolean; score: number } {
  return { approve: input.amount < 1000, score: input.amount < 1000 ? 0.97 : 0.5 }
}
