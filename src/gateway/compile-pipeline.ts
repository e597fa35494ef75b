// From a validated manifest and an opened model to the pipeline that the hot path runs.

import { compilePolicy } from '#core/decision/policy.ts'
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
    policy: compilePolicy(manifest),
    model,
    redact: compileRedaction(manifest.privacy),
    arms: { useCase, holdout: manifest.rollout?.holdout ?? 0 },
    auditShare: manifest.review?.audit ?? 0,
    reviewDueMs: due === undefined ? null : (parseDurationMs(due) ?? null),
  })
}
