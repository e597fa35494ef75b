// The demonstration's last word: the figures in sentences that a newcomer understands, and what to do next.

import type { LogVerification } from '#verify/verify-log.ts'
import type { Proportion } from '#wire/common.ts'
import { wrap } from './assess-screen.ts'
import type { DemoAssessment } from './demo-assessment.ts'
import type { LiveFigures, WorstWeek } from './demo-figures.ts'
import { formatCount, formatProportion, formatShare, paint, plain } from './output.ts'
import type { RunningServer } from './services.ts'

export type LinkedAssessment = DemoAssessment & { readonly url: string }

export type Summary = {
  readonly useCase: string
  readonly cases: string
  readonly pilot: Proportion
  readonly live: LiveFigures
  readonly worstWeek: WorstWeek | null
  /** Not measured when the replay was resumed. */
  readonly replay: { readonly cases: number; readonly seconds: number | null; readonly perSecond: number | null }
  readonly filed: Readonly<Record<string, number>>
  /** Undefined while it is being made; null when it could not be. */
  readonly assessment: LinkedAssessment | null | undefined
  readonly log: LogVerification
  readonly server: { readonly url: string; readonly adminKeyFile: string | null }
}

const reasonsShown = 5
const reasonLengthMax = 70

export function summaryLines(summary: Summary): string[] {
  const { cases, live, pilot, worstWeek, replay, filed, log } = summary
  const ofTotal = (n: number) => `${formatCount(n)} (${formatShare(live.total === 0 ? null : n / live.total)})`
  const folders = Object.entries(filed).map(([folder, n]) => `${formatCount(n)} ${plain(folder)}`)
  return [
    '',
    paint('bold', `${summary.useCase}: ${formatCount(live.total)} real ${cases} through the gateway`),
    ...rows([
      ['decided by the system', ofTotal(live.bySystem)],
      ['wait for a person', ofTotal(live.waiting)],
      ['of them, broke the contract', ofTotal(live.contract.broken)],
      ...live.contract.reasons.slice(0, reasonsShown).map((one): Row => ['', reasonText(one)]),
      ['right in the pilot', formatProportion(pilot)],
      ['right live', formatProportion(live.model)],
      ...(worstWeek
        ? [['worst week of arrival', `${worstWeek.week}: ${formatProportion(worstWeek.accuracy)}`] as Row]
        : []),
      ['right where it acted', formatProportion(live.final)],
      ['filed by the receiver', folders.join(', ') || 'nothing yet'],
      ...assessmentRows(summary),
      ['speed of the replay', speedText(replay.perSecond)],
      [
        'log',
        log.verdict === 'holds'
          ? `verified, ${formatCount(log.entries)} entries`
          : paint('red', `does not hold: ${faultText(log)}`),
      ],
    ]),
  ]
}

function assessmentRows({ assessment }: Summary): Row[] {
  if (assessment === null) return [['pilot against live', 'could not be compared; the next start tries again']]
  if (assessment === undefined) return [['pilot against live', 'being compared; what comes of it is said below']]
  const [first = '', ...more] = assessmentText(assessment)
  return [['pilot against live', first], ...more.map((text): Row => ['', text])]
}

/** When it comes after the summary. */
export function assessmentLines(assessment: LinkedAssessment): string[] {
  return ['', paint('bold', 'Pilot against live'), ...assessmentText(assessment).map((text) => `  ${text}`)]
}

function assessmentText({ verdict, headline, url }: LinkedAssessment): string[] {
  return [...wrap(`${verdictWords[verdict]}. ${headline}`, headlineWidth, 4), paint('bold', url)]
}

const verdictWords = { ready: 'Ready', gap: 'A gap', insufficient: 'Not enough to say' } as const
const headlineWidth = 90

/** The first fault; `airworthy verify` says all of them. */
function faultText({ findings, faults }: LogVerification): string {
  const first = findings.find(({ severity }) => severity === 'fault')
  const where = first?.where.entry === undefined ? '' : `entry ${first.where.entry}: `
  return `${where}${plain(first?.problem ?? '')}${faults > 1 ? ` And ${formatCount(faults - 1)} more.` : ''}`
}

function speedText(perSecond: number | null): string {
  if (perSecond === null) return 'not measured, because the replay was resumed'
  return `${formatCount(Math.round(perSecond))} decisions/s, each durable before its answer`
}

function reasonText({ path, message, n }: LiveFigures['contract']['reasons'][number]): string {
  const text = plain(`${path.replace(/^\/input\/?/, '') || 'input'}: ${message}`)
  return `${formatCount(n).padStart(5)}  ${text.length > reasonLengthMax ? `${text.slice(0, reasonLengthMax - 1)}…` : text}`
}

/** The key's text is shown once, by the start that made it. */
export function signInLines(server: RunningServer, keyPlace: string): string[] {
  return [
    `Web UI   ${paint('bold', server.url)}`,
    server.isNewAdminKey
      ? `Sign in  with the admin key ${paint('bold', server.adminKey)} (shown this once; kept in ${keyPlace})`
      : `Sign in  with the admin key in ${keyPlace}`,
    'Ctrl-C stops it; the data stays.',
  ]
}

export function emptyLines(): string[] {
  return [
    '',
    'Next, in another terminal:',
    '  npm run --silent airworthy -- init                            write a manifest by answering questions',
    '  npm run --silent airworthy -- apply -f airworthy.yaml         put it in force',
    '  npm run --silent airworthy -- decide my-use-case --input -    ask for a decision',
  ]
}

type Row = readonly [name: string, text: string]

function rows(list: readonly Row[]): string[] {
  const widest = Math.max(...list.map(([name]) => name.length))
  return list.map(([name, text]) => `  ${name.padEnd(widest)}  ${text}`)
}
