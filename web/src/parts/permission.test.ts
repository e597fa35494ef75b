import { describe, expect, it } from 'vitest'
import { notAllowed, notAllowedAnywhere } from './permission.ts'

const me = {
  key: 'k',
  name: 'mail desk',
  scopes: [],
  roles: [],
  permissions: [
    { permission: 'read', useCases: 'all' as const },
    { permission: 'review', useCases: ['inbox-triage'] },
  ],
  permissionWords: { review: 'claim and decide reviews', 'manage-keys': 'create, list and revoke keys' },
}

describe('what a key may do', () => {
  it('is allowed for all use cases or for some', () => {
    expect(notAllowed(me, 'read')).toBeNull()
    expect(notAllowed(me, 'review', 'inbox-triage')).toBeNull()
    expect(notAllowed(me, 'review', 'credit-approval')).toContain('may not claim and decide reviews')
    expect(notAllowed(me, 'manage-keys')).toContain('role admin')
  })

  it('is enough for one use case where which one is chosen later', () => {
    expect(notAllowedAnywhere(me, 'review')).toBeNull()
    expect(notAllowedAnywhere(me, 'manage-keys')).toContain('role admin')
    expect(notAllowedAnywhere(undefined, 'manage-keys')).toBeNull()
  })

  it('is not known before the server said it', () => {
    expect(notAllowed(undefined, 'manage-keys')).toBeNull()
  })
})
