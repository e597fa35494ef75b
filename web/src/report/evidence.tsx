// What a finding rests on: members of JSON, shown as facts and tables. What a member is called decides how its figure is written.

import type { ReactNode } from 'react'
import { formatChance, formatCount, formatEstimate, formatNumber, formatPlace, formatShare } from './figures.ts'
import { metricWords, notEnough, type Estimate, type Metric } from './figures.ts'
import { FactList, More, ReportTable } from './parts.tsx'
import { readable } from './readable.ts'
import { dataWords, driftVerdicts, qualityVerdicts } from './verdicts.ts'

type Members = Readonly<Record<string, unknown>>

/** More rows say no more; the JSON has all. */
const rowsMax = 12

export function Evidence({ evidence }: { evidence: Members }) {
  const whole = withIntervals(evidence)
  const entries = Object.entries(whole)
  const facts = entries.filter(([, value]) => rowsOf(value) === undefined)
  if (entries.length === 0) return null
  return (
    <More summary="What this rests on">
      {facts.length === 0 ? null : (
        <FactList
          isDense
          facts={facts.map(([name, value]) => ({ name: wordsOf(name), value: words(name, value, whole) }))}
        />
      )}
      {entries.map(([name, value]) => {
        const rows = rowsOf(value)
        return rows === undefined ? null : <Rows key={name} name={name} rows={rows} />
      })}
    </More>
  )
}

/** What is a table: a list of objects, objects by name, one object of many members. Undefined for what is a fact. */
function rowsOf(value: unknown): readonly Members[] | undefined {
  if (Array.isArray(value)) return value.length > 0 && value.every(isMembers) ? value : undefined
  if (!isMembers(value) || isEstimate(value)) return undefined
  const held = Object.entries(value)
  if (held.every(([, each]) => isMembers(each) && !isEstimate(each)))
    return held.map(([name, each]) => ({ of: wordsOf(name), ...(each as Members) }))
  return held.length > 2 ? [value] : undefined
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function Rows({ name, rows }: { name: string; rows: readonly Members[] }) {
  const shown = rows.slice(0, rowsMax).map(withIntervals)
  const names = [...new Set(shown.flatMap((row) => Object.keys(row)))]
  const caption = wordsOf(name)
  return (
    <ReportTable
      caption={
        rows.length > rowsMax ? `${caption}: ${rowsMax} of ${formatCount(rows.length)}, the JSON has all` : caption
      }
      columns={names.map((each) => ({ name: wordsOf(each), isFigure: shown.every((row) => isFigure(row[each])) }))}
      rows={shown.map((row, at) => ({
        key: String(at),
        cells: names.map((each): ReactNode => words(each, row[each], row)),
      }))}
    />
  )
}

function isFigure(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'number' || isEstimate(value)
}

/** `live` with `low` and `high` beside it is one figure with its interval. */
function withIntervals(members: Members): Members {
  const { live, low, high, ...rest } = members
  const isOne = [live, low, high].every((each) => typeof each === 'number' || each === null) && 'low' in members
  return isOne && typeof live === 'number' ? { ...rest, live: { value: live, low, high } } : members
}

const names: Readonly<Record<string, string>> = {
  reference: 'pilot',
  referenceAccuracy: 'pilot',
  psiCorrected: 'PSI beyond chance',
  qValue: 'q',
  pValue: 'p',
  wassersteinSd: 'distance, SD',
  jensenShannon: 'distance, JS',
  shareReference: 'share of the pilot',
  shareLive: 'share of live',
  ece: 'off by, on average',
  tpr: 'true positives',
  fpr: 'false positives',
  index: 'part',
  chunk: 'part',
  chunks: 'parts',
}

/** Evidence is named by members of JSON: `nullRate` reads as "null rate". */
function wordsOf(name: string): string {
  return names[name] ?? metricWords[name as Metric] ?? name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
}

const chances: ReadonlySet<string> = new Set(['qValue', 'pValue'])
const counts: ReadonlySet<string> = new Set(['n', 'rows', 'count', 'index', 'chunk', 'chunks', 'failures', 'needed'])
const places: ReadonlySet<string> = new Set(['from', 'to'])
/** Shares where they lie in 0 to 1 and are no errors of a number. */
const shares =
  /^(?:reference|live|low|high|value|performance|rest|model|rival|accuracy|.*rate|share.*|.*share|recall|precision|tpr|fpr|selectionRate)$/i
const numberMetrics: ReadonlySet<unknown> = new Set(['mae', 'rmse', 'bias'])

function words(name: string, value: unknown, beside: Members): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return formatOf(name, value, beside)(value)
  if (typeof value === 'string') return textWords(name, value, beside)
  if (Array.isArray(value)) return value.map((each: unknown) => words(name, each, beside)).join(', ')
  if (isEstimate(value))
    return value.value === null ? notEnough : formatEstimate(value, formatOf(name, value.value, beside))
  const members = withIntervals(value as Members)
  return Object.entries(members)
    .map(([each, held]) => `${wordsOf(each)} ${words(each, held, { ...members, within: name })}`)
    .join(', ')
}

function formatOf(name: string, value: number, beside: Members): (value: number) => string {
  const within = typeof beside['within'] === 'string' ? beside['within'] : name
  if (chances.has(name)) return formatChance
  if (counts.has(name) || counts.has(within)) return formatCount
  if (places.has(name)) return (place) => (Number.isInteger(place) ? formatPlace(place) : formatNumber(place))
  const isShare = shares.test(name) && value >= 0 && value <= 1 && !numberMetrics.has(beside['metric'])
  return isShare ? formatShare : formatNumber
}

function textWords(name: string, value: string, beside: Members): string {
  if (places.has(name)) return formatPlace(value)
  if (name === 'data' && value in dataWords) return dataWords[value as keyof typeof dataWords]
  if (name === 'verdict' && value in driftVerdicts) {
    const isDrift = 'psiCorrected' in beside
    if (isDrift) return driftVerdicts[value as keyof typeof driftVerdicts].word
    if (value in qualityVerdicts) return qualityVerdicts[value as keyof typeof qualityVerdicts].word
  }
  return readable(value)
}

function isEstimate(value: unknown): value is Estimate {
  if (!isMembers(value)) return false
  const isPart = (name: string) => value[name] === null || typeof value[name] === 'number'
  return ['value', 'low', 'high'].every((name) => name in value && isPart(name))
}
