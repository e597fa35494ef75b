// What cannot be known because there is too little of it.

import type { Finding } from '#core/monitoring/assessment.ts'
import { driftSetting } from '#core/monitoring/drift.ts'
import type { FindingFamily } from './evidence.ts'
import { count, list } from './figures.ts'

export const sizeFindings: FindingFamily = ({ assessment, singleClass, realised }) => {
  const { reference, live, roles, task } = assessment.data
  const found: Finding[] = []
  const least = Math.min(reference.rows, live.rows)
  if (least < driftSetting.rowsMin) {
    const which = reference.rows < driftSetting.rowsMin ? reference : live
    found.push({
      severity: 'warning',
      code: 'too-little-data',
      message: `${which.name} has ${count(which.rows)} ${which.rows === 1 ? 'row' : 'rows'}; below ${driftSetting.rowsMin} nothing can be told from chance.`,
      evidence: { reference: reference.rows, live: live.rows, needed: driftSetting.rowsMin },
      advice: `Collect at least ${driftSetting.rowsMin} rows on both sides; some thousands to see small changes.`,
    })
  }
  if (singleClass !== null) {
    found.push({
      severity: 'warning',
      code: 'single-class',
      message: `Every label ${singleClass.data === 'live' ? 'of live' : 'of the pilot'} is “${singleClass.label}” (${count(singleClass.n)} rows): how well a model tells classes apart cannot be measured.`,
      evidence: singleClass,
      advice: 'Include cases of the other classes, in the shares in which they come.',
    })
  }
  const has = (role: string) => roles.some((one) => one.role === role)
  if (!has('target') && !has('prediction')) {
    found.push({
      severity: 'notice',
      code: 'too-little-data',
      message: 'Neither the true answers nor the model’s are known, so only the data were compared.',
      evidence: { roles },
      advice: 'Name them with --target, --prediction and --score.',
    })
  } else if (task !== null && !realised.live && !has('score')) {
    found.push({
      severity: 'notice',
      code: 'too-little-data',
      message: 'Without labels of live or a score, how well the model does live cannot be known.',
      evidence: { roles },
      advice: 'Label some hundred live cases, or have the model write its score (--score).',
    })
  }
  const small = assessment.columns.filter(({ drift }) => drift.verdict === 'insufficient')
  if (small.length > 0 && least >= driftSetting.rowsMin) {
    found.push({
      severity: 'notice',
      code: 'too-little-data',
      message: `Too few values to compare in ${list(
        small.map(({ name }) => name),
        5,
      )}.`,
      evidence: { columns: small.map(({ name, drift }) => ({ column: name, n: drift.n })) },
      advice: 'Nothing is said about these columns.',
    })
  }
  return found
}
