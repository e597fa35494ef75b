// What a key can be given, in words. The server knows the same names and refuses others.

export type Grant = { readonly grant: string; readonly may: string }

export const roleGrants: readonly Grant[] = [
  { grant: 'reviewer', may: 'reads; claims and decides reviews' },
  { grant: 'auditor', may: 'reads' },
  { grant: 'sponsor', may: 'reads' },
  { grant: 'productOwner', may: 'reads; applies manifests, records outcomes' },
  { grant: 'techLead', may: 'as product owner; replays actions, operates' },
  { grant: 'riskCompliance', may: 'reads' },
  { grant: 'changeManager', may: 'reads' },
  { grant: 'admin', may: 'everything, on the whole server' },
]

export const scopeGrants: readonly Grant[] = [
  { grant: 'decide', may: 'asks for decisions' },
  { grant: 'observe', may: 'reports decisions made elsewhere' },
  { grant: 'outcomes', may: 'records outcomes' },
  { grant: 'read', may: 'reads' },
]
