// Use cases in force: which manifest each runs under, and how a new revision takes effect.
//
// A revision is an entry of the log, appended under `revision:<use case>:<n>`, so revisions are gapless and two people who
// apply at the same moment cannot both make the same one. What was prepared from it (compiled, its model opened) is
// published only once the entry is durable: nothing is ever decided under a revision that the log does not know.

import type { Actor, UseCaseApplied } from '#core/use-case/events.ts'
import { canonicalJson } from '#core/kernel/canonical-json.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { payloadRef, type Payload } from '#core/kernel/payload.ts'
import { diffManifests, type ManifestChange } from '#core/use-case/diff-manifests.ts'
import type { ManifestProblem } from '#core/use-case/manifest-problem.ts'
import { parseManifest } from '#core/use-case/parse-manifest.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { validateManifest } from '#core/use-case/validate-manifest.ts'
import type { Log } from '#log/log.ts'
import { inTurn } from './in-turn.ts'
import type { Journal } from './journal.ts'
import type { DecisionRules, EngineLogger, RevisionOfUseCase, RevisionReads } from './ports.ts'
import { createRevisionShelf, revisionName, type RevisionShelf, type StoredRevision } from './use-case-revisions.ts'

export type UseCaseRegistryParts<Prepared> = {
  readonly journal: Journal
  readonly log: Pick<Log, 'get' | 'findOnce'>
  readonly revisions: RevisionReads
  /** Compiles what people's decisions need. The manifest is valid. */
  readonly compileRules: (manifest: ResolvedManifest) => DecisionRules
  readonly prepare: Prepare<Prepared>
  /** Swaps everything at once; called after every change with all use cases in force. */
  readonly publish: (prepared: ReadonlyMap<string, Prepared>) => void
  /** No longer in force, or never was: lets its model go. Decisions that began with it still end. */
  readonly retire: (prepared: Prepared) => void
  readonly logger: EngineLogger
}

/**
 * Makes a revision ready to decide. For `apply` it refuses with a PlatformError when something outside the manifest is
 * missing (the model's module, a secret): better now than at the first decision. For `start` it should give a pipeline
 * whose model fails instead, so that the declared fallback works; what it refuses all the same is not in force.
 */
export type Prepare<Prepared> = (
  manifest: ResolvedManifest,
  about: { readonly revision: number; readonly purpose: 'apply' | 'start' },
) => Promise<Prepared>

type InForce<Prepared> = {
  readonly name: string
  readonly revision: number
  readonly manifest: ResolvedManifest
  readonly digest: string
  readonly prepared: Prepared
}

export type Applied = {
  readonly useCase: string
  readonly revision: number
  /** False when nothing differs, and for a dry run. */
  readonly created: boolean
  readonly digest: string
  readonly changes: readonly ManifestChange[]
  readonly warnings: readonly ManifestProblem[]
}

export type ManifestSource =
  | { readonly kind: 'text'; readonly text: string; readonly file: string }
  | { readonly kind: 'value'; readonly value: JsonValue }

export type ApplyRequest = {
  readonly source: ManifestSource
  /** What the manifest's metadata.name must be. */
  readonly name?: string
  readonly dryRun?: boolean
  readonly by: Actor
}

export type UseCaseRegistry<Prepared> = {
  /** Brings the newest revisions into force. The view must have caught up with the log. */
  load(): Promise<void>
  /** Brings a revision into force that another process applied. What is known already changes nothing. */
  follow(useCase: string, revision: number): Promise<void>
  inForce(name: string): InForce<Prepared> | undefined
  list(): readonly InForce<Prepared>[]
  /** Any revision there ever was, with its rules compiled. */
  revision(name: string, revision: number): Promise<RevisionOfUseCase | undefined>
  /** Errors: manifest_invalid (details.problems), revision_conflict, and whatever `prepare` refuses with. */
  apply(request: ApplyRequest): Promise<Applied>
  /** Lets every model go. */
  close(): void
}

export function createUseCaseRegistry<Prepared>(parts: UseCaseRegistryParts<Prepared>): UseCaseRegistry<Prepared> {
  return new Registry(parts)
}

class Registry<Prepared> implements UseCaseRegistry<Prepared> {
  readonly #parts: UseCaseRegistryParts<Prepared>
  readonly #shelf: RevisionShelf
  readonly #change = inTurn()
  #inForce: ReadonlyMap<string, InForce<Prepared>> = new Map()

  constructor(parts: UseCaseRegistryParts<Prepared>) {
    this.#parts = parts
    this.#shelf = createRevisionShelf(parts)
  }

  load(): Promise<void> {
    return this.#change(async () => {
      const { revisions, logger, publish } = this.#parts
      for (const { useCase, revision } of await revisions.latest()) {
        try {
          const stored = await this.#shelf.read(useCase, revision)
          if (stored) await this.#bringIntoForce({ name: useCase, revision, ...stored }, 'start')
        } catch (error) {
          logger.error({ err: error, useCase }, 'A use case cannot be brought into force; the others are.')
        }
      }
      publish(this.#prepared())
    })
  }

  follow(useCase: string, revision: number): Promise<void> {
    return this.#change(async () => {
      if ((this.inForce(useCase)?.revision ?? 0) >= revision) return
      const stored = await this.#shelf.read(useCase, revision)
      if (stored) await this.#bringIntoForce({ name: useCase, revision, ...stored }, 'start')
    })
  }

  inForce(name: string): InForce<Prepared> | undefined {
    return this.#inForce.get(name)
  }

  list(): readonly InForce<Prepared>[] {
    return [...this.#inForce.values()]
  }

  revision(name: string, revision: number): Promise<RevisionOfUseCase | undefined> {
    return this.#shelf.read(name, revision)
  }

  apply(request: ApplyRequest): Promise<Applied> {
    return this.#change(() => this.#apply(request))
  }

  close(): void {
    for (const { prepared } of this.#inForce.values()) this.#parts.retire(prepared)
    this.#inForce = new Map()
  }

  async #apply({ source, name, dryRun = false, by }: ApplyRequest): Promise<Applied> {
    const { manifest, warnings } = validated(source, name)
    const useCase = manifest.metadata.name
    const before = await this.#newest(useCase)
    const changes = diffManifests(before?.manifest, manifest)
    if (before && changes.length === 0) {
      const { revision, digest } = before
      // Not in force though it is the newest: its model was away when the server started. Applying it again is the cure.
      if (!dryRun && this.inForce(useCase)?.revision !== revision) {
        await this.#bringIntoForce({ name: useCase, ...before }, 'apply')
      }
      return { useCase, revision, created: false, digest, changes, warnings }
    }
    const revision = (before?.revision ?? 0) + 1
    const payload = manifestPayload(manifest)
    const { digest } = payloadRef(payload)
    const prepared = await this.#parts.prepare(manifest, { revision, purpose: 'apply' })
    if (dryRun) {
      this.#parts.retire(prepared)
      return { useCase, revision, created: false, digest, changes, warnings }
    }
    await this.#write({ useCase, revision, by, payload }, prepared)
    this.#setInForce({ name: useCase, revision, manifest, digest, prepared })
    return { useCase, revision, created: true, digest, changes, warnings }
  }

  /** By the log, which is never behind: another server may have applied one since. */
  async #newest(useCase: string): Promise<(StoredRevision & { readonly revision: number }) | undefined> {
    let revision = this.inForce(useCase)?.revision ?? 0
    while ((await this.#parts.log.findOnce(revisionName(useCase, revision + 1))) !== undefined) revision++
    const stored = await this.#shelf.read(useCase, revision)
    return stored && { ...stored, revision }
  }

  async #bringIntoForce(stored: Omit<InForce<Prepared>, 'prepared'>, purpose: 'apply' | 'start'): Promise<void> {
    const prepared = await this.#parts.prepare(stored.manifest, { revision: stored.revision, purpose })
    this.#setInForce({ ...stored, prepared })
  }

  async #write(entry: NewRevision, prepared: Prepared): Promise<void> {
    const { journal, retire } = this.#parts
    const { useCase, revision, by, payload } = entry
    try {
      const written = await journal.write<UseCaseApplied>({
        type: 'use-case-applied',
        subject: `use-case/${useCase}`,
        data: { useCase, revision, by, payloads: { manifest: payloadRef(payload) } },
        payloads: [payload],
        once: revisionName(useCase, revision),
      })
      if (written.kind === 'taken') throw conflict(useCase, revision)
    } catch (error) {
      retire(prepared)
      throw error
    }
  }

  #setInForce(next: InForce<Prepared>): void {
    const before = this.#inForce.get(next.name)
    this.#inForce = new Map([...this.#inForce, [next.name, next]])
    this.#parts.publish(this.#prepared())
    if (before) this.#parts.retire(before.prepared)
  }

  #prepared(): ReadonlyMap<string, Prepared> {
    return new Map(this.list().map(({ name, prepared }) => [name, prepared]))
  }
}

type NewRevision = {
  readonly useCase: string
  readonly revision: number
  readonly by: Actor
  readonly payload: Payload
}

type Validated = { readonly manifest: ResolvedManifest; readonly warnings: readonly ManifestProblem[] }

function validated(source: ManifestSource, name: string | undefined): Validated {
  const result =
    source.kind === 'text' ? parseManifest(source.text, { file: source.file }) : validateManifest(source.value)
  if (result.kind === 'invalid') throw invalid(result.problems)
  const { metadata } = result.manifest
  if (name === undefined || name === metadata.name) return result
  throw invalid([
    {
      severity: 'error',
      path: '/metadata/name',
      message: `The manifest is of "${metadata.name}", the address of "${name}".`,
      hint: 'Give both the same name. A use case is not renamed: another name is another use case.',
    },
  ])
}

/**
 * Without a salt, unlike contents: a manifest is not about a person, and so its digest is the plain SHA-256 of its canonical
 * JSON, which anybody can compute from the file under review.
 */
function manifestPayload(manifest: ResolvedManifest): Payload {
  const bytes = Buffer.from(canonicalJson(manifest as unknown as JsonValue))
  return { part: 'manifest', salt: new Uint8Array(0), bytes }
}

function invalid(problems: readonly ManifestProblem[]): PlatformError {
  const [first] = problems
  const more = problems.length > 1 ? ` And ${problems.length - 1} more.` : ''
  return new PlatformError('manifest_invalid', `${first?.message ?? 'The manifest is invalid.'}${more}`, {
    hint: 'Nothing was applied. Correct what is listed and apply again.',
    details: { problems },
  })
}

function conflict(useCase: string, revision: number): PlatformError {
  return new PlatformError('revision_conflict', `Somebody else applied revision ${revision} of ${useCase} just now.`, {
    hint: 'Look at the difference to that revision, then apply again.',
    details: { useCase, revision },
  })
}
