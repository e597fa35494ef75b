import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { UseCaseApplied } from '#core/use-case/events.ts'
import { canonicalJson } from '#core/kernel/canonical-json.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { Log } from '#log/log.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import { creditUseCase } from '../../test/support/credit-use-case.ts'
import { rulesOf, silentLogger } from '../../test/support/people-world.ts'
import { createJournal } from './journal.ts'
import type { RevisionReads } from './ports.ts'
import { eventOf } from './read-entry.ts'
import { createUseCaseRegistry, type Prepare } from './use-case-registry.ts'

const by = { key: 'k', name: 'engineer' }
type Prepared = { readonly name: string; readonly revision: number }

/** What the projector makes of the log, kept in memory. */
function memoryRevisionReads(log: Log): RevisionReads {
  return {
    async latest() {
      const rows = new Map<string, { useCase: string; revision: number; logIndex: number }>()
      for (const record of await log.read(0, 1_000)) {
        const { data } = eventOf(record) as UseCaseApplied
        rows.set(data.useCase, { useCase: data.useCase, revision: data.revision, logIndex: record.index })
      }
      return [...rows.values()]
    },
  }
}

const prepareAll: Prepare<Prepared> = async (manifest, { revision }) => ({ name: manifest.metadata.name, revision })

function start(log = createMemoryLog(), prepare = prepareAll) {
  const published: Prepared[][] = []
  const retired: Prepared[] = []
  const registry = createUseCaseRegistry<Prepared>({
    journal: createJournal(log, () => Date.parse('2026-03-02T10:00:00Z')),
    log,
    revisions: memoryRevisionReads(log),
    compileRules: rulesOf,
    prepare,
    publish: (prepared) => published.push([...prepared.values()]),
    retire: (prepared) => retired.push(prepared),
    logger: silentLogger,
  })
  const apply = (more: Record<string, unknown> = {}, dryRun = false) =>
    registry.apply({ source: { kind: 'value', value: creditUseCase(more) as JsonValue }, dryRun, by })
  return { registry, log, published, retired, apply }
}

describe('the use cases in force', () => {
  it('brings a first revision into force', async () => {
    const { registry, apply, published } = start()
    const applied = await apply()
    expect(applied).toMatchObject({ useCase: 'credit', revision: 1, created: true })
    expect(applied.changes.every(({ kind }) => kind === 'added')).toBe(true)
    expect(registry.inForce('credit')).toMatchObject({ revision: 1, digest: applied.digest })
    expect(published).toEqual([[{ name: 'credit', revision: 1 }]])
  })

  it('makes the digest that anybody can compute from the manifest', async () => {
    const { registry, apply } = start()
    const { digest } = await apply()
    const text = canonicalJson(registry.inForce('credit')?.manifest as unknown as JsonValue)
    expect(digest).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`)
  })

  it('makes a revision of what differs, none of what does not, and keeps the old ones readable', async () => {
    const { registry, apply, published, retired, log } = start()
    await apply()
    expect(await apply()).toMatchObject({ revision: 1, created: false, changes: [] })
    expect(await apply({ purpose: 'Decide faster.' })).toMatchObject({
      revision: 2,
      created: true,
      changes: [{ path: '/purpose', kind: 'changed', before: 'Decide small credits.', after: 'Decide faster.' }],
    })
    expect(log.head()).toBe(2)
    expect(published.at(-1)).toEqual([{ name: 'credit', revision: 2 }])
    expect(retired).toEqual([{ name: 'credit', revision: 1 }])
    expect((await registry.revision('credit', 1))?.manifest.purpose).toBe('Decide small credits.')
    expect((await registry.revision('credit', 2))?.rules.checkOutput({ approve: 1 })).toHaveLength(1)
    expect(await registry.revision('credit', 3)).toBeUndefined()
  })

  it('checks and compares without a trace when it is a dry run', async () => {
    const { apply, published, retired, log } = start()
    const dry = await apply({}, true)
    expect(dry).toMatchObject({ revision: 1, created: false })
    expect([log.head(), published.length, retired.length]).toEqual([0, 0, 1])
    expect((await apply()).digest).toBe(dry.digest)
  })

  it('takes YAML, and tells every problem with its line', async () => {
    const { registry } = start()
    const text = ['apiVersion: airworthy/v1', 'kind: UseCase', 'purpos: typo'].join('\n')
    const applied = registry.apply({ source: { kind: 'text', text, file: 'airworthy.yaml' }, by })
    const problems = await applied.catch(
      (error: PlatformError) => error.details?.['problems'] as { path: string; line?: number }[],
    )
    expect(problems).toContainEqual(expect.objectContaining({ path: '/purpos', line: 3, file: 'airworthy.yaml' }))
    expect(problems).toContainEqual(expect.objectContaining({ path: '/owners' }))
  })

  it('refuses a manifest of another name than the address', async () => {
    const { registry } = start()
    const value = creditUseCase() as JsonValue
    await expect(registry.apply({ source: { kind: 'value', value }, name: 'triage', by })).rejects.toMatchObject({
      code: 'manifest_invalid',
      details: { problems: [{ path: '/metadata/name' }] },
    })
  })

  it('writes nothing when it cannot be prepared', async () => {
    const { apply, log, registry } = start(createMemoryLog(), async () => {
      throw new PlatformError('configuration_invalid', 'The module is missing.')
    })
    await expect(apply()).rejects.toMatchObject({ code: 'configuration_invalid' })
    expect(log.head()).toBe(0)
    expect(registry.list()).toEqual([])
  })

  it('lets one of two servers make a revision, and tells the other', async () => {
    const log = createMemoryLog()
    const [one, two] = [start(log), start(log)]
    const both = await Promise.allSettled([one.apply(), two.apply({ purpose: 'Other.' })])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(both[1]).toMatchObject({ reason: { code: 'revision_conflict', details: { revision: 1 } } })
    expect(two.retired).toEqual([{ name: 'credit', revision: 1 }])
    expect(await two.apply({ purpose: 'Other.' })).toMatchObject({ revision: 2, changes: [{ path: '/purpose' }] })
  })

  it('applies one after another: two at once make two revisions', async () => {
    const { apply } = start()
    const both = await Promise.all([apply({ purpose: 'A.' }), apply({ purpose: 'B.' })])
    expect(both.map(({ revision }) => revision)).toEqual([1, 2])
  })

  it('is the same after a restart, but for what cannot be prepared', async () => {
    const before = start()
    await before.apply()
    await before.apply({ purpose: 'Decide faster.' })
    await before.apply({ metadata: { name: 'other' } })
    const after = start(before.log, async (manifest, about) => {
      if (manifest.metadata.name === 'other') throw new Error('gone')
      return prepareAll(manifest, about)
    })
    await after.registry.load()
    expect(after.published.at(-1)).toEqual([{ name: 'credit', revision: 2 }])
    const { prepared: _one, ...loaded } = after.registry.inForce('credit') ?? { prepared: undefined }
    const { prepared: _two, ...applied } = before.registry.inForce('credit') ?? { prepared: undefined }
    expect(loaded).toMatchObject(applied)
  })

  it('brings what could not be prepared at the start into force when it is applied again', async () => {
    const before = start()
    await before.apply()
    let isThere = false
    const after = start(before.log, async (manifest, about) => {
      if (!isThere) throw new PlatformError('configuration_invalid', 'The module is missing.')
      return prepareAll(manifest, about)
    })
    await after.registry.load()
    expect(after.registry.inForce('credit')).toBeUndefined()
    await expect(after.apply()).rejects.toMatchObject({ code: 'configuration_invalid' })
    isThere = true
    expect(await after.apply()).toMatchObject({ revision: 1, created: false })
    expect(after.published.at(-1)).toEqual([{ name: 'credit', revision: 1 }])
  })
})
