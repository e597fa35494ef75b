// Step 3: which variant serves. Sticky: the same subject always gets the same arm, without keeping a list.
//
// Exposure (holdout or not), arm (champion or challenger) and the audit draw use separate salts, so that being drawn for
// one says nothing about being drawn for another.

import { hash } from 'node:crypto'
import type { Arm } from '#core/decision/events.ts'

export type ArmPlan = {
  readonly useCase: string
  /** Share of subjects that get the process without AI, in [0,1]. */
  readonly holdout: number
}

/** `key`: the subject, or the decision's id where there is none. */
export function assignArm(plan: ArmPlan, key: string): Arm {
  if (plan.holdout > 0 && unitDraw('exposure', plan.useCase, key) < plan.holdout) return 'holdout'
  return 'champion'
}

/** Is this automatic decision drawn for a blind second look? */
export function drawAudit(useCase: string, decision: string, probability: number): boolean {
  return probability > 0 && unitDraw('audit', useCase, decision) < probability
}

/** Uniform in [0,1), the same for the same arguments: the first 48 bits of SHA-256. */
export function unitDraw(salt: string, useCase: string, key: string): number {
  return Number.parseInt(hash('sha256', `${salt}\n${useCase}\n${key}`, 'hex').slice(0, 12), 16) / 2 ** 48
}
