// Work on many items with a bounded number under way.

/** Items begin in order. Rejects with the first failure, after what was under way has ended; no further item begins then. */
export async function mapBounded<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, position: number) => Promise<void>,
): Promise<void> {
  let next = 0
  let failure: { readonly error: unknown } | undefined
  async function lane(): Promise<void> {
    while (next < items.length && !failure) {
      const position = next++
      try {
        await work(items[position] as T, position)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane))
  if (failure) throw failure.error
}
