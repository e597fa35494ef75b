// What of a set of decisions may go: everything but what a legal hold keeps.
//
// Holds that are in force when the erasure is written count; one that is placed later keeps what is still there then.

import type { HeldBack } from './events.ts'

/** A hold in force: of a use case, or of the person with this pseudonym. */
export type HoldInForce = {
  readonly id: string
  readonly useCase: string | null
  readonly subjectRef: string | null
  readonly reason: string
}

/** Something with contents: a decision with its reviews and outcomes, or an outcome that belongs to no decision. */
export type Erasable = {
  /** Entries whose payloads would go. */
  readonly indices: readonly number[]
  readonly isDecision: boolean
  readonly useCase: string | null
  readonly subjectRef: string | undefined
}

export type ErasurePlan<T extends Erasable = Erasable> = {
  readonly going: readonly T[]
  readonly indices: readonly number[]
  readonly decisions: number
  readonly held: readonly HeldBack[]
  readonly heldDecisions: number
}

export function planErasure<T extends Erasable>(
  erasables: readonly T[],
  holds: readonly HoldInForce[],
): ErasurePlan<T> {
  const held = new Map<string, number>()
  const going: T[] = []
  let heldDecisions = 0
  // What was erased before neither goes nor is kept.
  for (const erasable of erasables.filter(({ indices }) => indices.length > 0)) {
    const keeping = holds.filter((hold) => covers(hold, erasable))
    if (keeping.length === 0) going.push(erasable)
    const count = erasable.isDecision ? 1 : 0
    for (const { id } of keeping) held.set(id, (held.get(id) ?? 0) + count)
    if (keeping.length > 0) heldDecisions += count
  }
  return {
    going,
    indices: going.flatMap(({ indices }) => indices),
    decisions: going.filter(({ isDecision }) => isDecision).length,
    held: [...held].map(([hold, decisions]) => ({ hold, decisions })),
    heldDecisions,
  }
}

function covers({ useCase, subjectRef }: HoldInForce, kept: Omit<Erasable, 'indices' | 'isDecision'>): boolean {
  if (useCase !== null) return useCase === kept.useCase
  return subjectRef !== null && subjectRef === kept.subjectRef
}
