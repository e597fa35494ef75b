// What cannot be known because there is too little of it.

import type { Finding } from '#core/monitoring/assessment.ts'
import { driftSetting } from '#core/monitoring/drift.ts'
import type { FindingFamily, FindingInput } from './evidence.ts'
import { count, list, rows } from './figures.ts'
import { isMeasuredOnFew, labelsMin } from './main-drop.ts'
import { isTooSmall } from './verdict.ts'

export const sizeFindings: FindingFamily = (input) => [
  ...sameRows(input),
  ...fewRows(input),
  ...oneClass(input),
  ...unlabelled(input),
  ...unknownModel(input),
  ...fewValues(input),
]

function sameRows({ facts, assessment: { data } }: FindingInput): Finding[] {
  if (!facts.isSame) return []
  return [
    {
      severity: 'warning',
      code: 'too-little-data',
      message: 'Both files hold the same rows: the pilot is compared with itself, and nothing is said of live.',
      evidence: { reference: data.reference.name, live: data.live.name, rows: data.live.rows },
      advice: 'Give a sample of live data with --live.',
    },
  ]
}

function fewRows({ assessment: { data } }: FindingInput): Finding[] {
  if (!isTooSmall(data)) return []
  const { reference, live } = data
  const which = reference.rows < driftSetting.rowsMin ? reference : live
  return [
    {
      severity: 'warning',
      code: 'too-little-data',
      message: `${which.name} has ${rows(which.rows)}; below ${driftSetting.rowsMin} nothing can be told from chance.`,
      evidence: { reference: reference.rows, live: live.rows, needed: driftSetting.rowsMin },
      advice: `Collect at least ${driftSetting.rowsMin} rows on both sides; some thousands to see small changes.`,
    },
  ]
}

function oneClass({ singleClass }: FindingInput): Finding[] {
  if (singleClass === null) return []
  return [
    {
      severity: 'warning',
      code: 'single-class',
      message: `Every label ${singleClass.data === 'live' ? 'of live' : 'of the pilot'} is “${singleClass.label}” (${rows(singleClass.n)}): how well a model tells classes apart cannot be measured.`,
      evidence: singleClass,
      advice: 'Include cases of the other classes, in the shares in which they come.',
    },
  ]
}

function unknownModel({ assessment: { data, performance }, realised }: FindingInput): Finding[] {
  const { roles, task } = data
  const has = (role: string) => roles.some((one) => one.role === role)
  if (!has('target') && !has('prediction')) {
    return [
      {
        severity: 'notice',
        code: 'too-little-data',
        message: 'Neither the true answers nor the model’s are known, so only the data were compared.',
        evidence: { roles },
        advice: 'Name them with --target, --prediction and --score.',
      },
    ]
  }
  if (task === null || realised.live || has('score') || (performance?.live.estimated ?? null) !== null) return []
  return [
    {
      severity: 'notice',
      code: 'too-little-data',
      message: 'Without labels of live or a score, how well the model does live cannot be known.',
      evidence: { roles },
      advice: 'Label some hundred live cases, or have the model write its score (--score).',
    },
  ]
}

function fewValues({ assessment: { data, columns } }: FindingInput): Finding[] {
  const small = columns.filter(({ role, drift }) => role !== 'target' && drift.verdict === 'insufficient')
  if (small.length === 0 || isTooSmall(data)) return []
  const names = small.map(({ name }) => name)
  return [
    {
      severity: 'notice',
      code: 'too-little-data',
      message: `Too few values to compare in ${list(names, 5)}.`,
      evidence: { columns: small.map(({ name, drift }) => ({ column: name, n: drift.n })) },
      advice: 'Nothing is said about these columns.',
    },
  ]
}

/** Labels come late, and often late for the hard cases: of what is not labelled yet nothing was measured. */
function unlabelled({ assessment, realised }: FindingInput): Finding[] {
  const { performance, columns, data } = assessment
  const target = columns.find(({ role }) => role === 'target')
  if (performance === null || target === undefined || !realised.live) return []
  const labelled = target.drift.n.live
  if (labelled > 0.95 * data.live.rows) return []
  const isFew = isMeasuredOnFew(performance)
  return [
    {
      severity: isFew ? 'warning' : 'notice',
      code: 'too-little-data',
      message: `${count(labelled)} of ${rows(data.live.rows)} of live have a label in “${target.name}”: what was measured holds for those${isFew ? `, and ${labelsMin} are needed to tell anything from chance` : ''}.`,
      evidence: { column: target.name, labelled, rows: data.live.rows, needed: labelsMin },
      advice:
        'Ask whether the others come late or were left out: hard cases often take longest. Compare again when they are in, or label a random sample.',
    },
  ]
}
