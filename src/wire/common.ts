// Pieces that several wire shapes share: pages, problems, instants, intervals.

import { Type, type Static, type TSchema } from 'typebox'

export const Instant = Type.String({ format: 'date-time', description: 'RFC 3339, UTC.' })
export const UseCaseName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$', description: 'Name of a use case.' })
export const DecisionId = Type.String({ format: 'uuid', description: 'Id of a decision.' })
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** RFC 9457. `code` is stable and what clients match on; `hint` says what to do. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String(),
    hint: Type.Optional(Type.String()),
    instance: Type.Optional(Type.String({ description: 'Id of the request, to quote when asking for help.' })),
    problems: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String(),
          message: Type.String(),
          hint: Type.Optional(Type.String()),
          line: Type.Optional(Type.Integer()),
          column: Type.Optional(Type.Integer()),
          file: Type.Optional(Type.String()),
        }),
      ),
    ),
  },
  { additionalProperties: true, $id: 'Problem' },
)
export type Problem = Static<typeof Problem>

/** Every list answers this. `next` goes into `cursor` to read on; null at the end. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Nullable(Type.String()), total: Type.Optional(Type.Integer()) })

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
}

/** A share with its n and its 95 % interval (Wilson); `value` is null when n is 0. */
export const Proportion = Type.Object({
  n: Type.Integer(),
  hits: Type.Integer(),
  value: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
})
export type Proportion = Static<typeof Proportion>

export const Actor = Type.Object({ key: Type.String(), name: Type.String() })
