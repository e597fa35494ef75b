// The business side of a manifest: the process before and after, and what the use case is to achieve.

import { Type } from 'typebox'
import { closed, Share, Text } from './manifest-terms.ts'

const Step = Type.Object(
  {
    step: Text('What is done.'),
    actor: Type.Enum(['human', 'ai', 'system']),
    minutes: Type.Optional(Type.Number({ minimum: 0 })),
    costPerHour: Type.Optional(Type.Number({ minimum: 0 })),
    share: Type.Optional(Share),
  },
  closed,
)

/** Minutes and money per case, before and after. */
export const Process = Type.Object(
  {
    volume: Type.Object(
      { cases: Type.Number({ exclusiveMinimum: 0 }), per: Type.Enum(['day', 'week', 'month', 'year']) },
      closed,
    ),
    before: Type.Array(Step, { minItems: 1, maxItems: 100 }),
    after: Type.Array(Step, { minItems: 1, maxItems: 100 }),
  },
  closed,
)

/** The figure that is to change, by how much and until when. */
export const ExpectedOutcome = Type.Object(
  {
    kpi: Type.String({ pattern: '^[a-z][a-z0-9_]{0,62}$' }),
    direction: Type.Enum(['up', 'down']),
    baseline: Type.Optional(
      Type.Object(
        {
          value: Type.Number(),
          n: Type.Optional(Type.Integer({ minimum: 1 })),
          source: Type.Optional(Text('Where it comes from.')),
        },
        closed,
      ),
    ),
    target: Type.Optional(
      Type.Object({ change: Type.Number(), by: Type.Optional(Type.String({ format: 'date' })) }, closed),
    ),
  },
  closed,
)
