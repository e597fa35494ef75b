// Lists of erasures, readings and holds come from the view; when it has not caught up, they say so.

import { afterAll, expect, it } from 'vitest'
import { createLegalHoldDesk } from '#engine/legal-hold-desk.ts'
import type { ViewPosition } from '#engine/ports.ts'
import { createApp } from './app.ts'
import { requireKey } from './authentication.ts'
import { registerPrivacyRoutes } from './privacy-routes.ts'

const nothing = async () => ({ items: [], next: null })
const reads = { erasures: nothing, readings: nothing, holds: nothing }
const log = { latestHead: async () => 5 }
const view = { position: () => 3, waitFor: async () => false } as unknown as ViewPosition
const holds = createLegalHoldDesk({ reads, log, view } as unknown as Parameters<typeof createLegalHoldDesk>[0])

const app = createApp({ logger: false, requestId: () => 'request-1', bodyLimitBytes: 1024 })
requireKey(app, () => ({ keyId: 'k', name: 'auditor', scopes: [], roles: ['auditor'] }))
registerPrivacyRoutes(app, { eraser: { erase: () => Promise.reject(new Error('not asked')) }, holds, reads, log, view })
afterAll(() => app.close())

it.each(['/api/v1/erasures', '/api/v1/log/readings', '/api/v1/legal-holds'])(
  '%s says how far it is behind',
  async (url) => {
    const { statusCode, headers } = await app.inject({ url, headers: { authorization: 'Bearer aw_any' } })
    expect([statusCode, headers['airworthy-view-behind']]).toEqual([200, '2'])
  },
)
