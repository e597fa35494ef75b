// For whoever runs the server: is it alive, is it ready, and its figures for Prometheus. No key: they reveal no contents.

import type { FastifyInstance } from 'fastify'
import { assertAllowed } from '#core/access/permissions.ts'
import { Problem } from '#wire/common.ts'
import { Type } from 'typebox'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Readiness = {
  readonly ok: boolean
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>
}

export type OperationParts = {
  readonly readiness: () => Promise<Readiness>
  readonly metrics: Metrics
  readonly rebuild: () => Promise<{ readonly entries: number; readonly ms: number }>
}

export type Metrics = {
  readonly registry: Registry
  readonly decided: (
    labels: { readonly useCase: string; readonly route: string; readonly reason: string },
    seconds: number,
  ) => void
}

/** `figures` are read when metrics are asked for. */
export function createMetrics(
  figures: Readonly<Record<string, { readonly help: string; readonly read: () => number }>>,
): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const labelNames = ['use_case', 'route', 'reason']
  const decisions = new Counter({
    name: 'airworthy_decisions_total',
    help: 'Decisions answered.',
    labelNames,
    registers,
  })
  const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  const seconds = new Histogram({
    name: 'airworthy_decision_seconds',
    help: 'Time to a decision, record included.',
    labelNames: ['use_case'],
    buckets,
    registers,
  })
  for (const [name, { help, read }] of Object.entries(figures)) {
    const gauge: Gauge = new Gauge({
      name: `airworthy_${name}`,
      help,
      registers: [],
      collect: (): void => gauge.set(read()),
    })
    registry.registerMetric(gauge)
  }
  // Looked up once for each combination: it is counted for every decision.
  const counters = new Map<
    string,
    { readonly counter: Counter.Internal; readonly histogram: Histogram.Internal<string> }
  >()
  return {
    registry,
    decided({ useCase, route, reason }, duration) {
      const name = `${useCase}\n${route}\n${reason}`
      let known = counters.get(name)
      if (!known) {
        known = { counter: decisions.labels(useCase, route, reason), histogram: seconds.labels(useCase) }
        counters.set(name, known)
      }
      known.counter.inc()
      known.histogram.observe(duration)
    },
  }
}

export function registerOperationRoutes(
  app: FastifyInstance,
  { readiness, metrics }: Omit<OperationParts, 'rebuild'>,
): void {
  app.get(
    '/healthz',
    { schema: { operationId: 'health', summary: 'The process is alive', tags: ['operations'] } },
    async () => ({ ok: true }),
  )
  app.get('/v2/health/live', { schema: { hide: true } }, async () => ({ live: true }))

  app.get(
    '/readyz',
    { schema: { operationId: 'readiness', summary: 'The log and the view work', tags: ['operations'] } },
    async (_request, reply) => {
      const ready = await readiness()
      return reply.code(ready.ok ? 200 : 503).send(ready)
    },
  )
  app.get('/v2/health/ready', { schema: { hide: true } }, async (_request, reply) => {
    const { ok } = await readiness()
    return reply.code(ok ? 200 : 503).send({ ready: ok })
  })

  app.get(
    '/metrics',
    { schema: { operationId: 'metrics', summary: 'Figures for Prometheus', tags: ['operations'] } },
    async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
}

/** Makes the view again while the server runs; decisions go on meanwhile, and lists are behind until it is done. */
export function registerRebuildRoute(app: FastifyInstance, { rebuild }: Pick<OperationParts, 'rebuild'>): void {
  app.post('/api/v1/rebuild', { schema: rebuildSchema }, async ({ principal }) => {
    assertAllowed(principal, 'operate')
    const { entries, ms } = await rebuild()
    return { entries, seconds: ms / 1000 }
  })
}

const rebuildSchema = {
  operationId: 'rebuildView',
  summary: 'Make the view again from the log',
  tags: ['operations'],
  response: { 200: Type.Object({ entries: Type.Integer(), seconds: Type.Number() }), 403: Problem, 503: Problem },
}
