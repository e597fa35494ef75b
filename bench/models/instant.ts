// A model in process that answers at once.

type Input = { readonly amount: number }

export default function decide(input: Input): { approve: boolean; score: number } {
  return { approve: input.amount < 20_000, score: 0.97 }
}
