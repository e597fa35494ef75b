// The decision that something known by subject alone belongs to.
//
// It is looked up when the outcome is recorded and stands in its entry from then on: so a label stays with its decision also
// when the pseudonyms that joined them are erased, and the view needs no pseudonyms at all.

import type { DecisionRecorded } from '#core/decision/events.ts'
import type { Log } from '#log/log.ts'
import { eventOf } from './read-entry.ts'

const pageMax = 20

/** The subject’s latest decision that was not erased, of the use case if one is named. */
export async function latestDecisionOf(
  log: Pick<Log, 'findBySubject' | 'get'>,
  subjectRef: string,
  useCase: string | null,
): Promise<DecisionRecorded | undefined> {
  for (let before: number | undefined; ;) {
    const query = { limit: pageMax, newestFirst: true, ...(before === undefined ? {} : { before }) }
    const indices = await log.findBySubject(subjectRef, query)
    for (const record of await log.get(indices)) {
      const event = eventOf(record) as DecisionRecorded
      if (event.type === 'decision-recorded' && (useCase === null || event.data.useCase === useCase)) return event
    }
    before = indices.at(-1)
    if (indices.length < pageMax || before === undefined) return undefined
  }
}
