// What findings are made from.

import type { Assessment, Estimate, Finding } from '#core/monitoring/assessment.ts'
import type { Leak } from '../find-leaks.ts'
import type { TableFacts } from '../table-facts.ts'

export type ScopeFigures = {
  /** Of the rows whose right answer the pilot had: those that were right. */
  readonly inScopeAccuracy: Estimate
  /** Of the others: those that were recognised as such. */
  readonly outOfScopeRecall: Estimate
  /** Of all rows, each class weighted by how often it is right. */
  readonly weightedF1: number | null
}

export type FindingInput = {
  readonly assessment: Omit<Assessment, 'findings' | 'headline' | 'verdict'>
  readonly facts: TableFacts
  readonly leaks: readonly Leak[]
  readonly onlyReference: readonly string[]
  readonly onlyLive: readonly string[]
  /** Labels of live that the pilot never had; of the target or the prediction. */
  readonly newLabels: {
    readonly column: string
    readonly labels: readonly string[]
    readonly n: number
    readonly rows: number
    /** How the model does, where both its answers and the right ones are known live. */
    readonly scope: ScopeFigures | null
  } | null
  /** Live rows whose words are mostly unknown to the pilot, against what is usual in the pilot itself. */
  readonly farTexts: {
    readonly column: string
    readonly live: number
    readonly reference: number
    readonly rows: number
  } | null
  readonly scores: { readonly outside: number; readonly n: number }
  /** The pilot's most frequent answer; null for numbers and where nothing is labelled. */
  readonly majority: string | null
  /** Labels of the pilot or of live, where only one class occurs. */
  readonly singleClass: { readonly data: 'reference' | 'live'; readonly label: string; readonly n: number } | null
  readonly realised: { readonly reference: boolean; readonly live: boolean }
}

export type FindingFamily = (input: FindingInput) => readonly Finding[]
