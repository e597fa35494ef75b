// The wire shape of an assessment and the core's are one: a member that only one of them has does not compile here.

import { expect, expectTypeOf, it } from 'vitest'
import { findingCodes, type Assessment as Assessed } from '#core/monitoring/assessment.ts'
import type { AssessmentSettings as Settings } from '#core/monitoring/assessment-settings.ts'
import { robustnessCallsMax as mostCalls } from '../assess/try-robustness.ts'
import { Assessment } from './assessment.ts'
import type { AssessmentSettings } from './assessment-kept.ts'
import { robustnessCallsMax } from './assessment-limits.ts'

/** Read-only all through and written out, so that only names and kinds of members are compared. */
type Plain<T> = T extends object ? { readonly [Name in keyof T]: Plain<T[Name]> } : T

it('is what the core says', () => {
  expectTypeOf<Plain<Assessment>>().toEqualTypeOf<Plain<Assessed>>()
})

it('is asked for with the settings that the core knows', () => {
  expectTypeOf<Plain<AssessmentSettings>>().toEqualTypeOf<Plain<Settings>>()
})

it('says how many calls robustness costs at most', () => {
  expect(robustnessCallsMax).toBe(mostCalls)
})

it('has no list of schemas under items, which OpenAPI 3.1 does not know', () => {
  expect(JSON.stringify(Assessment)).not.toContain('"items":[')
})

it('names every code of a finding, in the same order', () => {
  expect(Assessment.properties.findings.items.properties.code.enum).toEqual(findingCodes)
})
