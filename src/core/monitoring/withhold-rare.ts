// What an assessment shows of single rows is taken out before it is kept: values that only a few rows have, and examples. An
// entry of the log outlives the rows it is about, and nobody would find them in it when a person asks to be forgotten.

import type { Assessment } from './assessment.ts'

/** A value that fewer rows share may point to one of them. */
const rowsMin = 5
const withheld = '(withheld)'

export function withholdRare(assessment: Assessment): Assessment {
  const { columns, contract, robustness, findings, fairness, headline } = assessment
  return {
    ...assessment,
    headline: withoutExample(headline),
    findings: findings.map((finding) => ({
      ...finding,
      message: withoutExample(finding.message),
      evidence: withoutExamples(finding.evidence),
    })),
    columns: columns.map((column) => ({
      ...column,
      quality: { ...column.quality, unseen: column.quality.unseen.filter(({ n }) => n >= rowsMin) },
      cells: column.cells.map((cell) => (isTelling(column, cell) ? { ...cell, label: withheld } : cell)),
    })),
    fairness: fairness.map((row) => (row.n < rowsMin ? { ...row, group: withheld } : row)),
    contract: contract && {
      ...contract,
      violations: contract.violations.map((violation) => ({ ...violation, example: withheld })),
    },
    robustness: robustness && {
      ...robustness,
      disturbances: robustness.disturbances.map((disturbance) => ({ ...disturbance, example: null })),
    },
  }
}

type Column = Assessment['columns'][number]

/** Cells of numbers are ranges; those of categories are values. */
function isTelling({ kind }: Column, { reference, live }: Column['cells'][number]): boolean {
  return kind !== 'numeric' && kind !== 'datetime' && reference + live < rowsMin
}

/** Sentences name examples last, after "such as"; what follows a value cannot be told from it, so it goes, too. */
function withoutExample(text: string): string {
  const at = text.search(/(?: \(|, )such as /)
  if (at < 0) return text
  const said = text.slice(0, at)
  const isOpen = said.lastIndexOf('(') > said.lastIndexOf(')')
  return `${said}${isOpen ? ')' : ''}.`
}

/** Whatever is called an example, a row or a value, at any depth. */
function withoutExamples<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutExamples) as T
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, each]) => [
    name,
    /^(example|examples|values?|rows?)$/i.test(name) && typeof each !== 'number' ? withheld : withoutExamples(each),
  ])
  return Object.fromEntries(members) as T
}
