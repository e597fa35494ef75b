import { describe, expect, it } from 'vitest'
import { notAllowed } from './permission.ts'

const me = {
  key: 'k',
  name: 'mail desk',
  scopes: [],
  roles: [],
  permissions: [
    { permission: 'read', useCases: 'all' as const },
    { permission: 'review', useCases: ['inbox-triage'] },
  ],
}

describe('what a key may do', () => {
  it('is allowed for all use cases or for some', () => {
    expect(notAllowed(me, 'read')).toBeNull()
    expect(notAllowed(me, 'review', 'inbox-triage')).toBeNull()
    expect(notAllowed(me, 'review', 'credit-approval')).toContain('may not claim and decide reviews')
    expect(notAllowed(me, 'manage-keys')).toContain('role admin')
  })

  it('is not known before the server said it', () => {
    expect(notAllowed(undefined, 'manage-keys')).toBeNull()
  })
})
