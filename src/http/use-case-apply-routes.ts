// `PUT /api/v1/use-cases/{useCase}`: a manifest, as JSON or YAML, becomes the next revision.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { assertAllowed } from '#core/access/permissions.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { problemLine } from '#core/use-case/manifest-problem.ts'
import type { Applied, ApplyRequest, ManifestSource } from '#engine/use-case-registry.ts'
import { Problem, UseCaseName } from '#wire/common.ts'
import { ApplyResult } from '#wire/use-case.ts'
import { compileRouteSchema } from './route-schemas.ts'

export type UseCaseApplyParts = { readonly apply: (request: ApplyRequest) => Promise<Applied> }

const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml']

export function registerUseCaseApplyRoutes(app: FastifyInstance, { apply }: UseCaseApplyParts): void {
  void app.register(async (scope) => {
    scope.addContentTypeParser(yamlTypes, { parseAs: 'string' }, async (_request: unknown, text: string) => text)
    scope.put('/api/v1/use-cases/:useCase', { schema, validatorCompiler: checkAllButBody }, (request) => put(request))
  })

  async function put(request: FastifyRequest): Promise<ApplyResult> {
    const { useCase } = request.params as { useCase: string }
    const { principal } = request
    assertAllowed(principal, 'apply-use-case', useCase)
    const { dryRun = false } = request.query as { dryRun?: boolean }
    const source = sourceOf(request.body as JsonValue | undefined, request.headers['content-type'])
    const by = { key: principal.keyId, name: principal.name }
    return applyAnswer(await apply({ source, name: useCase, dryRun, by }))
  }
}

/** JSON arrives parsed, also when it is only a string; YAML arrives as text. */
function sourceOf(body: JsonValue | undefined, contentType = ''): ManifestSource {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  if (yamlTypes.includes(type)) return { kind: 'text', text: typeof body === 'string' ? body : '', file: 'manifest' }
  return { kind: 'value', value: body ?? null }
}

function applyAnswer(applied: Applied): ApplyResult {
  const { useCase, revision, created, digest, changes, warnings } = applied
  return { useCase, revision, created, digest, changes: [...changes], warnings: warnings.map(problemLine) }
}

/** The validator tells every problem of a manifest with its path; a route schema would tell the first. */
function checkAllButBody(task: RouteSchemaTask): RouteSchemaCheck {
  return task.httpPart === 'body' ? () => true : compileRouteSchema(task)
}

type RouteSchemaTask = Parameters<typeof compileRouteSchema>[0]
type RouteSchemaCheck = ReturnType<typeof compileRouteSchema> | (() => boolean)

const schema = {
  operationId: 'applyUseCase',
  summary: 'Apply a manifest: it becomes the next revision, unless nothing differs',
  description:
    'Body: the manifest as JSON or YAML, with its schema files inlined (airworthy apply does so). `dryRun` checks and compares only.',
  tags: ['use cases'],
  consumes: ['application/json', 'application/yaml'],
  params: Type.Object({ useCase: UseCaseName }),
  querystring: Type.Object({ dryRun: Type.Optional(Type.Boolean()) }),
  body: Type.Unknown(),
  response: { 200: ApplyResult, 403: Problem, 409: Problem, 422: Problem },
}
