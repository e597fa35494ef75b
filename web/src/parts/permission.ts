// What the signed-in key may do, so that a button that is off can say why. The server decides; this only explains ahead.

import type { Me } from '#wire/key.ts'

/** Null: allowed (or not known yet: then the server will say). Else the reason and who can change it. */
export function notAllowed(me: Me | undefined, permission: string, useCase?: string): string | null {
  if (me === undefined) return null
  const grant = me.permissions.find((each) => each.permission === permission)
  const isAllowed =
    grant !== undefined && (grant.useCases === 'all' || (useCase !== undefined && grant.useCases.includes(useCase)))
  if (isAllowed) return null
  return `Your key “${me.name}” may not ${me.permissionWords[permission] ?? permission}. Somebody with the role admin can give you one that may.`
}

/** For what is chosen later: off only where no use case at all allows it. */
export function notAllowedAnywhere(me: Me | undefined, permission: string): string | null {
  const isSomewhere = me?.permissions.some((each) => each.permission === permission)
  return isSomewhere ? null : notAllowed(me, permission)
}
