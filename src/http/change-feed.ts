// Who is told of changes, and how often: what was projected is gathered and told at most five times a second, to each
// listener only for the use cases it may see.

import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import type { UseCasesAllowed } from '#engine/ports.ts'
import type { Projected } from '#engine/projector.ts'
import type { ChangeMessage } from '#wire/system.ts'

export type ChangeListener = {
  readonly allowed: UseCasesAllowed
  /** Gets what changed for it; not called when nothing did. */
  tell(message: ChangeMessage): void
  /** A key was revoked, or the server stops: the stream ends; whoever still has a right to it connects again. */
  end(): void
}

export type ChangeFeed = {
  /** For the projector's `onProjected`. */
  readonly publish: (projected: Projected) => void
  /** Returns how to stop. */
  listen(listener: ChangeListener): () => void
  size(): number
  close(): void
}

/** At most 5 messages a second. */
const betweenMessagesMs = 200
const decisionsMax = 100

type Topic = ChangeMessage['topics'][number]
type Changed = { readonly topics: Set<Topic>; readonly decisions: Set<string> }

export function createChangeFeed(clock: () => Instant): ChangeFeed {
  const listeners = new Set<ChangeListener>()
  /** By use case; null for what belongs to none. */
  let gathered = new Map<string | null, Changed>()
  let position = 0
  let timer: NodeJS.Timeout | undefined
  let toldAt = -Infinity

  function gather({ events }: Projected): boolean {
    let hasRevocation = false
    for (const { type, useCase, decision } of events) {
      const changed = gathered.get(useCase) ?? { topics: new Set(), decisions: new Set() }
      gathered.set(useCase, changed)
      for (const topic of topicsOf(type)) changed.topics.add(topic)
      if (decision !== undefined && changed.decisions.size < decisionsMax) changed.decisions.add(decision)
      hasRevocation ||= type === 'key-revoked'
    }
    return hasRevocation
  }

  function tellAll(): void {
    timer = undefined
    toldAt = performance.now()
    const at = formatInstant(clock())
    const changes = gathered
    gathered = new Map()
    for (const listener of listeners) {
      const message = messageFor(listener.allowed, changes)
      if (message.topics.length > 0) listener.tell({ position, at, ...message })
    }
  }

  function endAll(): void {
    clearTimeout(timer)
    timer = undefined
    for (const listener of listeners) listener.end()
  }

  return {
    publish(projected) {
      position = projected.position
      if (listeners.size === 0) return
      const hasRevocation = gather(projected)
      if (hasRevocation) {
        tellAll()
        endAll()
      } else if (gathered.size > 0) {
        timer ??= setTimeout(tellAll, Math.max(0, betweenMessagesMs - (performance.now() - toldAt)))
      }
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    size: () => listeners.size,
    close: endAll,
  }
}

function messageFor(allowed: UseCasesAllowed, changes: ReadonlyMap<string | null, Changed>) {
  const topics = new Set<Topic>()
  const useCases: string[] = []
  const decisions: string[] = []
  for (const [useCase, changed] of changes) {
    // What belongs to no use case (keys, holds for a person) is for those who see everything; but a person’s contents may
    // have been of any use case, so that they are gone is told to all.
    if (allowed !== 'all' && (useCase === null || !allowed.includes(useCase))) {
      if (useCase === null && changed.topics.has('contents')) topics.add('contents')
      continue
    }
    for (const topic of changed.topics) topics.add(topic)
    if (useCase !== null) useCases.push(useCase)
    decisions.push(...[...changed.decisions].slice(0, decisionsMax - decisions.length))
  }
  return { topics: [...topics], useCases, decisions }
}

function topicsOf(type: Projected['events'][number]['type']): readonly Topic[] {
  switch (type) {
    case 'decision-recorded':
      return ['decisions', 'reviews', 'actions']
    case 'review-decided':
      return ['reviews', 'decisions', 'actions']
    case 'review-claimed':
    case 'review-released':
      return ['reviews']
    case 'action-attempted':
    case 'action-dead-lettered':
    case 'action-delivered':
    case 'action-replayed':
      return ['actions']
    case 'outcome-recorded':
      return ['outcomes', 'decisions']
    case 'use-case-applied':
      return ['use-cases']
    case 'key-created':
    case 'key-revoked':
      return ['keys']
    case 'payloads-erased':
      return ['contents', 'erasures', 'reviews', 'actions']
    case 'erasure-completed':
    case 'erasure-held-back':
      return ['erasures']
    case 'legal-hold-placed':
    case 'legal-hold-released':
      return ['holds']
    case 'assessment-recorded':
      return ['assessments']
    case 'log-read':
      return ['readings']
    default:
      return []
  }
}
