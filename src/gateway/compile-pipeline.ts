// From a validated manifest and an opened model to the pipeline that the hot path runs.

import type { DecidedValue } from '#core/decision/events.ts'
import { compilePolicy, type Policy } from '#core/decision/policy.ts'
import { parseDurationMs } from '#core/kernel/instant.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { compileContract } from './check-contract.ts'
import type { Pipeline } from './pipeline.ts'
import type { ModelCaller } from './ports.ts'
import { compileRedaction } from './redact.ts'

export type PipelineParts = {
  readonly manifest: ResolvedManifest
  readonly revision: number
  readonly model: ModelCaller
}

export function compilePipeline({ manifest, revision, model }: PipelineParts): Pipeline {
  const useCase = manifest.metadata.name
  const due = manifest.review?.due
  return Object.freeze({
    useCase,
    revision,
    manifest,
    contract: compileContract(manifest),
    policy: compileRecordedPolicy(manifest),
    model,
    redact: compileRedaction(manifest.privacy),
    arms: { useCase, holdout: manifest.rollout?.holdout ?? 0 },
    auditShare: manifest.review?.audit ?? 0,
    reviewDueMs: due === undefined ? null : (parseDurationMs(due) ?? null),
  })
}

/**
 * The policy as it may be written down: the decision's value is on the log for good, and may be a text, so what is taken
 * out of contents is taken out of it as well.
 */
export function compileRecordedPolicy(manifest: ResolvedManifest): Policy {
  const policy = compilePolicy(manifest)
  const redact = compileRedaction(manifest.privacy)
  return { ...policy, value: (facts) => redact(policy.value(facts)) as DecidedValue | null }
}
