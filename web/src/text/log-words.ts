// The words for how the log stands: what it holds, how far it is proven, and what is wrong with that.

import type { LogReading, LogState, LogWitness } from '#wire/log.ts'
import { formatCount, plural } from './format.ts'
import { capital, listWords } from './list-words.ts'
import type { Verdict } from './words.ts'

/** More than a second's entries under the heaviest load: then the tree does not keep up. */
const behindMax = 100_000

export function logSentence(log: LogState): string {
  if (log.head === 0) return 'The log is empty.'
  const holds = `The log holds ${plural(log.head, 'entry', 'entries')}`
  const open = Math.max(0, log.head - log.size)
  const by =
    log.witnessed !== null && log.witnessed.size === log.size ? 'a checkpoint that is witnessed' : 'a signed checkpoint'
  const covers = open === 0 ? `${by} covers them all` : `${by} covers all but ${formatCount(open)}`
  const troubles = logTroubles(log)
  return troubles.length === 0 ? `${holds}; ${covers}.` : `${holds}; ${covers}. ${capital(listWords(troubles))}.`
}

/** What somebody should look at, worst first, as clauses. */
export function logTroubles({ tree, witnesses, quorum }: LogState): string[] {
  const names = (state: LogWitness['state']) => witnesses.filter((each) => each.state === state).map(({ name }) => name)
  const refusing = names('refused')
  const away = names('away')
  const found: string[] = []
  if (refusing.length > 0) found.push(`${theWitness(refusing)} refused the log’s checkpoint`)
  if (tree.state === 'stopped') found.push('the tree of the log stands still')
  else if (tree.behind > behindMax) found.push(`the tree is ${formatCount(tree.behind)} entries behind the log`)
  if (quorum !== null && !quorum.met) found.push('too few witnesses signed the newest checkpoint')
  if (away.length > 0) found.push(`${theWitness(away)} ${away.length === 1 ? 'is' : 'are'} away`)
  return found
}

function theWitness(names: readonly string[]): string {
  return names.length === 1
    ? `the witness ${names.join()}`
    : `${formatCount(names.length)} witnesses (${listWords(names)})`
}

/** For Home: one word for all of it. */
export function logVerdict(log: LogState): Verdict {
  const isBroken = log.tree.state === 'stopped' || log.witnesses.some(({ state }) => state === 'refused')
  if (isBroken) return { tone: 'fails', word: 'not proven' }
  return logTroubles(log).length > 0 ? { tone: 'watch', word: 'look at it' } : { tone: 'holds', word: 'proven' }
}

export function treeVerdict({ tree }: LogState): Verdict {
  if (tree.state === 'stopped') return { tone: 'fails', word: 'stands still' }
  if (tree.behind > behindMax) return { tone: 'watch', word: 'falls behind' }
  return { tone: 'holds', word: 'keeps up' }
}

export const witnessVerdicts: Record<LogWitness['state'], Verdict> = {
  ok: { tone: 'holds', word: 'cosigns' },
  behind: { tone: 'watch', word: 'catching up' },
  away: { tone: 'watch', word: 'away' },
  refused: { tone: 'fails', word: 'refused' },
  waiting: { tone: 'unknown', word: 'not asked yet' },
}

/** What a witness's state means, and what to do. Null: nothing to do. */
export const witnessAdvice: Record<LogWitness['state'], string | null> = {
  ok: null,
  behind: null,
  away: 'Nothing waits for it; it is asked again. If it stays away, ask whoever runs it.',
  refused:
    'It saw another tree of this log, or does not know the log. Find out which before you go on: an older copy of the data may be running.',
  waiting: null,
}

const viaWords: Record<LogReading['via'], string> = {
  entries: 'entries',
  export: 'a copy of the log, with entries',
  receipts: 'receipts of many decisions, entries',
}

/** `to` is not included. */
export function readingWords({ via, from, to }: Pick<LogReading, 'via' | 'from' | 'to'>): string {
  return to - from === 1
    ? `${viaWords[via].replace(/entries$/, 'entry')} ${formatCount(from)}`
    : `${viaWords[via]} ${formatCount(from)} to ${formatCount(to - 1)}`
}
