// A model for tests that does what the input says: answers with `answer`, or behaves as `behave` names.

type Script = { readonly answer?: unknown; readonly behave?: string }

const behaviours: Readonly<Record<string, () => unknown>> = {
  'not-a-number': () => ({ approve: true, score: Number.NaN }),
  throw: () => {
    throw new RangeError('the model broke')
  },
  hang: () => new Promise(() => undefined),
}

export default function answer({ answer: given, behave }: Script): unknown {
  return behave === undefined ? given : behaviours[behave]?.()
}
