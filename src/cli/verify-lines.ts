// What `airworthy verify` says to people: what was compared, what it proves, and every finding with its place.

import type { Finding, Place } from '#verify/finding.ts'
import type { LogVerification } from '#verify/verify-log.ts'
import type { ReceiptVerification } from '#verify/verify-receipts.ts'
import { formatCount, paint, plain } from './output.ts'

export function logLines(log: LogVerification): string[] {
  return [
    headline(log.verdict === 'holds', 'The log', log.faults),
    `  log         ${plain(log.origin ?? 'unknown')}, in ${plain(log.source)}`,
    `  entries     ${formatCount(log.entries)}${log.areEntriesRead ? '' : ', not read'}${uncovered(log)}`,
    `  tree        ${count(log.tiles, 'tile')}; ${count(log.checkpoints, 'checkpoint')} in agreement with the ${log.areEntriesRead ? 'entries' : 'tiles'}${newest(log)}`,
    `  signatures  ${trust(log)}`,
    ...log.witnesses.map(
      ({ name, cosigned, newestSize, newestAt }) =>
        `  witness     ${plain(name)} cosigned ${count(cosigned, 'checkpoint')}${newestSize === null ? '' : `, the newest of ${count(newestSize, 'entry', 'entries')} at ${newestAt}`}`,
    ),
    `  payloads    ${log.areEntriesRead ? payloads(log) : 'not read'}`,
    ...(log.view
      ? [
          `  view        ${count(log.view.agreeing, 'decision')} of the first ${count(log.view.entries, 'entry', 'entries')} are as the log says, in ${plain(log.view.name)}`,
        ]
      : []),
    ...(log.allIdsCompared ? [] : ['  ids         only the first 14 million were compared with all others']),
    ...findingLines(log),
  ]
}

export function receiptLines(result: ReceiptVerification): string[] {
  const shown = result.proven.map(({ index, id, type, time, origin, size, cosigned }) => {
    const witnesses = cosigned.length === 0 ? '' : `, cosigned by ${cosigned.map(({ name }) => plain(name)).join(', ')}`
    return `  entry ${formatCount(index)}  ${plain(type)} ${plain(id)}, ${time}, promised by ${plain(origin)} at ${formatCount(size)} entries${witnesses}`
  })
  const more = result.holding - result.proven.length
  return [
    headline(
      result.verdict === 'holds',
      result.receipts === 1 ? 'The receipt' : `Of ${formatCount(result.receipts)} receipts, all`,
      result.faults,
    ),
    ...shown,
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
    ...findingLines(result),
  ]
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`
}

function headline(holds: boolean, what: string, faults: number): string {
  if (holds) return paint('green', `${what} ${what.startsWith('Of ') ? 'hold' : 'holds'}.`)
  return paint(
    'red',
    `${what.startsWith('Of ') ? 'Not all receipts hold' : `${what} does not hold`}: ${formatCount(faults)} ${faults === 1 ? 'fault' : 'faults'}.`,
  )
}

function uncovered({ entries, checkpoint }: LogVerification): string {
  const rest = checkpoint ? entries - checkpoint.size : 0
  return rest > 0 ? `, the last ${formatCount(rest)} not under a checkpoint that agrees` : ''
}

function newest({ checkpoint }: LogVerification): string {
  return checkpoint ? `, the newest of ${count(checkpoint.size, 'entry', 'entries')}, root ${checkpoint.root}` : ''
}

function trust({ keys }: LogVerification): string {
  const ids = keys.inForce.map((vkey) => plain(vkey.split('+')[1] ?? vkey)).join(', then ')
  const unknown =
    keys.unknownSignatures === 0
      ? ''
      : `; ${formatCount(keys.unknownSignatures)} older checkpoints are signed by a key that is not known here`
  if (keys.trust === 'given') return `lead to the key given (${ids})${unknown}`
  if (keys.trust === 'beside')
    return `by the key that lies beside the log (${ids}). Whoever can change the log can change that too: give the key that you got another way with --key${unknown}`
  return `by no key that is known here${unknown}`
}

function payloads({ payloads }: LogVerification): string {
  if (!payloads) return 'not kept here'
  const { matching, erasedEntries, unexplainedEntries } = payloads
  const erased =
    erasedEntries === 0 ? '' : `; of ${count(erasedEntries, 'entry', 'entries')} they are erased, as declared`
  const unexplained =
    unexplainedEntries === 0 ? '' : `; of ${count(unexplainedEntries, 'entry', 'entries')} they are gone without a word`
  return `${formatCount(matching)} match their digests${erased}${unexplained}`
}

type Found = { readonly findings: readonly Finding[]; readonly omitted: Readonly<Record<string, number | undefined>> }

function findingLines({ findings, omitted }: Found): string[] {
  const lines = findings.map(({ code, severity, where, problem }) => {
    const place = placeText(where)
    const text = `  ${place === '' ? '' : `${place}: `}${plain(problem)} (${severity === 'warning' ? 'warning, ' : ''}${code})`
    return paint(severity === 'warning' ? 'yellow' : 'red', text)
  })
  return [...lines, ...Object.entries(omitted).map(([code, n]) => `  and ${formatCount(n ?? 0)} more of ${code}`)]
}

function placeText({ entry, payload, tile, checkpoint, file }: Place): string {
  const parts = [
    entry === undefined ? undefined : `entry ${entry}`,
    payload === undefined ? undefined : `payload "${payload}"`,
    tile,
    checkpoint === undefined ? undefined : `checkpoint of size ${checkpoint}`,
    file !== undefined && !(checkpoint !== undefined && file.startsWith('checkpoint')) ? file : undefined,
  ]
  return plain(parts.filter((part) => part !== undefined).join(', '))
}
