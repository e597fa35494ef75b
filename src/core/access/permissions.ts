// Who may do what. One table, read by the API (403), the CLI (hints) and the UI (why a button is off).
//
// A key has scopes (for programs: `decide:<use case>`, `observe`, …) and roles (for people). Both grant permissions, for
// one use case when written `name:<use case>`, else for all.

import { PlatformError } from '#core/kernel/errors.ts'
import type { Principal } from '#core/kernel/principal.ts'

export const permissions = {
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
  operate: 'rebuild the view, change the log’s key and read operational state',
} as const
export type Permission = keyof typeof permissions

const ownerRoles = ['sponsor', 'productOwner', 'techLead', 'riskCompliance', 'changeManager'] as const
const roles = [...ownerRoles, 'reviewer', 'auditor', 'admin'] as const
type Role = (typeof roles)[number]
const scopes = ['decide', 'observe', 'outcomes', 'read', 'admin'] as const
type Scope = (typeof scopes)[number]

const everything = Object.keys(permissions) as Permission[]

const byRole: Record<Role, readonly Permission[]> = {
  sponsor: ['read'],
  productOwner: ['read', 'apply-use-case', 'record-outcomes', 'assess'],
  techLead: ['read', 'read-log', 'apply-use-case', 'record-outcomes', 'assess', 'replay-actions', 'operate'],
  riskCompliance: ['read', 'read-log', 'assess', 'erase'],
  changeManager: ['read'],
  reviewer: ['read', 'review'],
  auditor: ['read', 'read-log'],
  admin: everything,
}

const byScope: Record<Scope, readonly Permission[]> = {
  decide: ['decide'],
  observe: ['observe'],
  outcomes: ['record-outcomes'],
  read: ['read'],
  admin: everything,
}

/** `all`, or the use cases for which the principal has the permission (possibly none). */
export function useCasesAllowed(principal: Principal, permission: Permission): 'all' | readonly string[] {
  const names: string[] = []
  for (const grant of [...principal.roles.map(roleGrant), ...principal.scopes.map(scopeGrant)]) {
    if (!grant.permissions.includes(permission)) continue
    if (grant.useCase === undefined) return 'all'
    names.push(grant.useCase)
  }
  return names
}

/** Without `useCase`: is it granted for all use cases. */
export function allows(principal: Principal, permission: Permission, useCase?: string): boolean {
  const allowed = useCasesAllowed(principal, permission)
  return allowed === 'all' || (useCase !== undefined && allowed.includes(useCase))
}

/** Errors: forbidden, naming what is missing and who has it. */
export function assertAllowed(principal: Principal, permission: Permission, useCase?: string): void {
  if (allows(principal, permission, useCase)) return
  const where = useCase === undefined ? '' : ` for ${useCase}`
  throw new PlatformError('forbidden', `The key "${principal.name}" may not ${permissions[permission]}${where}.`, {
    hint: `Ask an admin for a key with ${grantsOf(permission).join(' or ')}.`,
  })
}

/** What is wrong with a role or scope as somebody wrote it; undefined when nothing is. */
export function grantProblem(kind: 'role' | 'scope', text: string): string | undefined {
  const { name, useCase } = split(text)
  const known: readonly string[] = kind === 'role' ? roles : scopes
  if (!known.includes(name)) return `There is no ${kind} "${name}". Known: ${known.join(', ')}.`
  if (useCase !== undefined && !/^[a-z][a-z0-9-]{0,62}$/.test(useCase)) return `"${useCase}" is no name of a use case.`
  if (useCase !== undefined && name === 'admin') return 'admin is for the whole server; leave the use case out.'
  return undefined
}

type Grant = { readonly permissions: readonly Permission[]; readonly useCase: string | undefined }

function roleGrant(text: string): Grant {
  const { name, useCase } = split(text)
  return { permissions: byRole[name as Role] ?? [], useCase }
}

function scopeGrant(text: string): Grant {
  const { name, useCase } = split(text)
  return { permissions: byScope[name as Scope] ?? [], useCase }
}

function split(text: string): { name: string; useCase: string | undefined } {
  const colon = text.indexOf(':')
  return colon < 0 ? { name: text, useCase: undefined } : { name: text.slice(0, colon), useCase: text.slice(colon + 1) }
}

function grantsOf(permission: Permission): string[] {
  return [
    ...scopes.filter((scope) => byScope[scope].includes(permission)).map((scope) => `the scope ${scope}`),
    ...roles.filter((role) => role !== 'admin' && byRole[role].includes(permission)).map((role) => `the role ${role}`),
  ]
}
