// The keys that the mock knows. Some stand for a state of the whole server, so that tests reach it through the real UI.

import type { Me } from '#wire/key.ts'

const everywhere = (permission: string): Me['permissions'][number] => ({ permission, useCases: 'all' })
const permissionWords = {
  decide: 'ask for decisions',
  observe: 'report decisions made elsewhere',
  'record-outcomes': 'record outcomes',
  read: 'read use cases, decisions and figures',
  'read-log': 'read entries of the log',
  review: 'claim and decide reviews',
  'apply-use-case': 'apply manifests',
  assess: 'have assessments made and kept',
  'replay-actions': 'replay actions that were given up',
  erase: 'erase payloads and place or release legal holds',
  'manage-keys': 'create, list and revoke keys',
  operate: 'rebuild the view and read operational state',
}

const admin: Me = {
  key: 'k-admin',
  name: 'admin',
  scopes: ['admin'],
  roles: ['admin'],
  permissions: Object.keys(permissionWords).map(everywhere),
  permissionWords,
}

/**
 * By key text. `mock-empty`: nothing is applied yet. `mock-broken`: everything but signing in fails. `mock-lost`: no live
 * stream. `mock-alone`: no witnesses are configured. `mock-trouble`: the tree stands still, and a witness refuses the log.
 */
export const principals: Readonly<Record<string, Me>> = {
  'mock-admin': admin,
  'mock-reviewer': {
    key: 'k-desk',
    name: 'mail desk',
    scopes: [],
    roles: ['reviewer:inbox-triage'],
    permissions: ['read', 'review'].map(everywhere),
    permissionWords,
  },
  'mock-auditor': {
    key: 'k-audit',
    name: 'internal audit',
    scopes: [],
    roles: ['auditor'],
    permissions: ['read', 'read-log'].map(everywhere),
    permissionWords,
  },
  'mock-empty': admin,
  'mock-broken': admin,
  'mock-lost': admin,
  'mock-alone': admin,
  'mock-trouble': admin,
}
