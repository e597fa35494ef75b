// Keys on the wire. The key's text appears once, in the answer that makes it.

import { Type, type Static } from 'typebox'
import { Instant, Nullable } from './common.ts'

export const NewKey = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 120,
      description: 'Whom or what it is for; shown wherever “by whom” is.',
    }),
    scopes: Type.Optional(
      Type.Array(Type.String(), {
        maxItems: 100,
        default: [],
        description: '`decide:<use case>`, `decide`, `observe:<use case>`, `observe`, `outcomes`, `read`, `admin`',
      }),
    ),
    roles: Type.Optional(
      Type.Array(Type.String(), {
        maxItems: 20,
        default: [],
        description:
          'sponsor, productOwner, techLead, riskCompliance, changeManager, reviewer, auditor, admin; `reviewer:<use case>` for one use case',
      }),
    ),
  },
  { additionalProperties: false, $id: 'NewKey' },
)
export type NewKey = Static<typeof NewKey>

export const Key = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    scopes: Type.Array(Type.String()),
    roles: Type.Array(Type.String()),
    createdAt: Instant,
    createdBy: Type.String(),
    revokedAt: Nullable(Instant),
    revokedBy: Nullable(Type.String()),
  },
  { $id: 'Key' },
)
export type Key = Static<typeof Key>

export const CreatedKey = Type.Object(
  { ...Key.properties, key: Type.String({ description: 'Shown this once.' }) },
  { $id: 'CreatedKey' },
)
export type CreatedKey = Static<typeof CreatedKey>

/** `GET /api/v1/me`: who the key is and what it may do, so that a client can say why a button is off. */
export const Me = Type.Object(
  {
    key: Type.String(),
    name: Type.String(),
    scopes: Type.Array(Type.String()),
    roles: Type.Array(Type.String()),
    permissions: Type.Array(
      Type.Object({
        permission: Type.String(),
        useCases: Type.Union([Type.Literal('all'), Type.Array(Type.String())]),
      }),
    ),
    permissionWords: Type.Record(Type.String(), Type.String(), {
      description: 'Every permission that there is, held or not, in words that follow “may”.',
    }),
  },
  { $id: 'Me' },
)
export type Me = Static<typeof Me>
