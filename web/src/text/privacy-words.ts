// The words for what is erased and what is held back from it.

import type { Erasure, ErasureDone, LegalHold, NewErasure } from '#wire/privacy.ts'
import { formatCount, plural } from './format.ts'
import { capital } from './list-words.ts'
import type { Verdict } from './words.ts'

export const causeWords: Record<Erasure['cause'], string> = {
  request: 'asked for',
  retention: 'their time was over',
}

export function eraseTargetWords({ subject, decision }: NewErasure): string {
  return subject === undefined ? `the decision ${decision ?? ''}` : `the subject “${subject}”`
}

/** Why, for a list. */
export function erasureCause({ cause, decisions, held }: Pick<Erasure, 'cause' | 'decisions' | 'held'>): string {
  const words = capital(causeWords[cause])
  return decisions === 0 && held > 0 ? `${words}, and kept by a legal hold` : words
}

/** What an erasure would do, by its dry run; the first is the heart of it. */
export function erasePlan(plan: ErasureDone): string[] {
  const { holds, waiting, copies } = plan
  const words = [
    erasureKind(plan) === 'something'
      ? `The contents of ${wordsForWhat(plan)} go: inputs, outputs, comments, subjects, with their salts.`
      : erasureKind(plan) === 'held-back'
        ? 'Nothing goes now: a legal hold keeps all of it.'
        : 'There is nothing to erase. A subject must be written exactly as the callers write it.',
    ...holds.map(
      (hold) =>
        `${plural(hold.decisions, 'decision')} ${hold.decisions === 1 ? 'is' : 'are'} kept by the legal hold on ${holdTargetWords(hold)}: ${hold.reason}`,
    ),
  ]
  if (erasureKind(plan) !== 'something') return words
  if (waiting.reviews > 0)
    words.push(
      `${formatCount(waiting.reviews)} of them ${waiting.reviews === 1 ? 'waits' : 'wait'} for a person, who then decides without seeing contents.`,
    )
  if (waiting.actions > 0) words.push(`${plural(waiting.actions, 'action')} can no longer be sent.`)
  words.push('That they were there, their digests, and what was decided stay on the log. Every proof still holds.')
  words.push(copiesWords(copies))
  return words
}

/** `held-back`: there is something, and holds keep all of it. */
export function erasureKind({ decisions, others, holds }: ErasureDone): 'something' | 'held-back' | 'nothing' {
  if (decisions + others > 0) return 'something'
  return holds.length > 0 ? 'held-back' : 'nothing'
}

function wordsForWhat({ decisions, others }: ErasureDone): string {
  if (others === 0) return plural(decisions, 'decision')
  const rest = plural(others, 'other entry that named the person', 'other entries that named the person')
  return decisions === 0 ? rest : `${plural(decisions, 'decision')} and ${rest}`
}

function copiesWords({ deliveries, reads }: ErasureDone['copies']): string {
  const known = [
    ...(deliveries > 0 ? [`${plural(deliveries, 'action')} delivered to other systems`] : []),
    ...(reads > 0 ? [`${plural(reads, 'read or export', 'reads or exports')} of the log since`] : []),
  ]
  const named = known.length === 0 ? '' : ` (known: ${known.join(', ')})`
  return `Copies that left this server are not reached, such as backups and exports${named}.`
}

export function erasedWords(done: ErasureDone): string {
  const { payloads, held, index, isPending } = done
  const kept = held === 0 ? '' : ` ${plural(held, 'decision')} under a legal hold ${held === 1 ? 'was' : 'were'} kept.`
  if (index === null) return `Nothing was erased.${kept}`
  const on = `the log says so at ${formatCount(index)}`
  if (erasureKind(done) === 'held-back')
    return `Nothing was erased, and ${on}: that you asked for it, why, and which hold kept it.`
  if (isPending) return `The erasure is recorded, ${on}, and is being carried out; the server goes on by itself.${kept}`
  return `${plural(payloads, 'payload')} of ${wordsForWhat(done)} ${payloads === 1 ? 'is' : 'are'} erased, and ${on}.${kept}`
}

export function erasureVerdict({ completedAt }: Erasure): Verdict {
  return completedAt === null ? { tone: 'watch', word: 'being carried out' } : { tone: 'holds', word: 'done' }
}

export function holdVerdict({ released }: LegalHold): Verdict {
  return released === null ? { tone: 'watch', word: 'in force' } : { tone: 'unknown', word: 'released' }
}

/** A subject is on the log as a keyed digest, so it cannot be shown. */
export function holdTargetWords({ useCase }: Pick<LegalHold, 'useCase'>): string {
  return useCase === null ? 'one subject' : `use case ${useCase}`
}
