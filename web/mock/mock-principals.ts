// The keys that the mock knows. Some stand for a state of the whole server, so that tests reach it through the real UI.

import type { Me } from '#wire/key.ts'

const everywhere = (permission: string): Me['permissions'][number] => ({ permission, useCases: 'all' })
const everything = [
  'decide',
  'observe',
  'record-outcomes',
  'read',
  'review',
  'apply-use-case',
  'replay-actions',
  'manage-keys',
  'operate',
]

/** By key text. `mock-empty`: nothing is applied yet. `mock-broken`: everything but signing in fails. `mock-lost`: no live stream. */
export const principals: Readonly<Record<string, Me>> = {
  'mock-admin': {
    key: 'k-admin',
    name: 'admin',
    scopes: ['admin'],
    roles: ['admin'],
    permissions: everything.map(everywhere),
  },
  'mock-reviewer': {
    key: 'k-desk',
    name: 'mail desk',
    scopes: [],
    roles: ['reviewer:inbox-triage'],
    permissions: ['read', 'review'].map(everywhere),
  },
  'mock-auditor': {
    key: 'k-audit',
    name: 'internal audit',
    scopes: [],
    roles: ['auditor'],
    permissions: [everywhere('read')],
  },
  'mock-empty': {
    key: 'k-admin',
    name: 'admin',
    scopes: ['admin'],
    roles: ['admin'],
    permissions: everything.map(everywhere),
  },
  'mock-broken': {
    key: 'k-admin',
    name: 'admin',
    scopes: ['admin'],
    roles: ['admin'],
    permissions: everything.map(everywhere),
  },
  'mock-lost': {
    key: 'k-admin',
    name: 'admin',
    scopes: ['admin'],
    roles: ['admin'],
    permissions: everything.map(everywhere),
  },
}
