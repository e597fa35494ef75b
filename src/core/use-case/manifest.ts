// The manifest: one file that declares a use case, which a team can review like code.
//
// This schema is the single source of its shape: the validator, `airworthy schema` and the TypeScript type come from it.
// What a JSON Schema cannot say (expressions that type-check, rules that can match) is in validate-manifest.ts.

import { Type, type Static } from 'typebox'
import { ExpectedOutcome, Process } from './manifest-process.ts'
import { Cel, closed, Code, Duration, Share, Text } from './manifest-terms.ts'

/** `env:NAME` or `file:/path`: a manifest names secrets, it never holds them. */
const SecretRef = Type.String({
  pattern: '^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$',
  description: 'env:NAME or file:PATH',
})

/** A path relative to the manifest, or the schema itself. `apply` reads the file and stores the schema with the revision. */
const SchemaRef = Type.Union(
  [Type.String({ minLength: 1 }), Type.Object({}, { additionalProperties: true }), Type.Boolean()],
  {
    description: 'JSON Schema 2020-12: a file relative to the manifest, or inline.',
  },
)

const HttpMethod = Type.Enum(['POST', 'PUT', 'GET'])

export const Endpoint = Type.Object(
  {
    protocol: Type.Enum(['oip-v2', 'mlflow', 'http', 'module', 'onnx']),
    url: Type.Optional(Type.String({ pattern: '^https?://', description: 'For oip-v2, mlflow and http.' })),
    path: Type.Optional(
      Type.String({ minLength: 1, description: 'For module and onnx: a file under AIRWORTHY_MODEL_DIR.' }),
    ),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 600_000, default: 2000 })),
    retries: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 5, default: 1, description: 'On connection errors only.' }),
    ),
    concurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, default: 64, description: 'Calls at once.' }),
    ),
    queue: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100_000, default: 1024, description: 'Calls that may wait for a place.' }),
    ),
    circuit: Type.Optional(
      Type.Object(
        {
          failures: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 10_000, default: 10, description: 'Failures in a row that open it.' }),
          ),
          openMs: Type.Optional(Type.Integer({ minimum: 10, maximum: 600_000, default: 5000 })),
        },
        closed,
      ),
    ),
    method: Type.Optional(HttpMethod),
    headers: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z0-9-]+$' }),
        Type.String({ description: 'A value, or a secret as env:NAME / file:PATH.' }),
      ),
    ),
    request: Type.Optional(Cel('http: builds the request body from input and context. Default: {"input": input}')),
    response: Type.Optional(Cel('http: takes the output from `body`. Default: body.output')),
    model: Type.Optional(
      Type.String({ minLength: 1, description: 'oip-v2, mlflow: the model’s name there, when it differs.' }),
    ),
    inputs: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Text('Tensor or column name.'),
            field: Type.Optional(Text('Member of the input; default: the name.')),
            datatype: Type.Optional(
              Type.Enum([
                'BOOL',
                'INT8',
                'INT16',
                'INT32',
                'INT64',
                'UINT8',
                'UINT16',
                'UINT32',
                'UINT64',
                'FP16',
                'FP32',
                'FP64',
                'BYTES',
              ]),
            ),
          },
          closed,
        ),
        {
          description:
            'oip-v2, onnx: which members of the input become which tensors. Default: every member, by its JSON type.',
        },
      ),
    ),
  },
  closed,
)
export type Endpoint = Static<typeof Endpoint>

const Expectation = Type.Object(
  {
    field: Type.String({ minLength: 1, description: 'Member of the input, dotted for nested ones.' }),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    maxLength: Type.Optional(Type.Integer({ minimum: 0 })),
    minLength: Type.Optional(Type.Integer({ minimum: 0 })),
    pattern: Type.Optional(Type.String({ maxLength: 500, description: 'Regular expression, RE2 subset.' })),
    in: Type.Optional(
      Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()]), { minItems: 1, maxItems: 1000 }),
    ),
    notNull: Type.Optional(Type.Boolean()),
    maxNullRate: Type.Optional(Share),
  },
  { ...closed, minProperties: 2 },
)

const Rule = Type.Object(
  {
    when: Cel('Boolean over input, output, confidence, context.'),
    route: Type.Enum(['act', 'review', 'fallback', 'reject']),
    reason: Type.Optional(Code),
  },
  closed,
)

export const Manifest = Type.Object(
  {
    apiVersion: Type.Literal('airworthy/v1'),
    kind: Type.Literal('UseCase'),
    metadata: Type.Object(
      {
        name: Code,
        team: Type.Optional(Text('Team.')),
        labels: Type.Optional(Type.Record(Type.String(), Type.String())),
      },
      closed,
    ),
    purpose: Text('What it decides, in a sentence.'),
    risk: Type.Object(
      { class: Type.Enum(['minimal', 'limited', 'high']), basis: Type.Optional(Text('Why this class.')) },
      closed,
    ),
    owners: Type.Object(
      {
        sponsor: Text('Pays for it and decides whether it goes on.'),
        productOwner: Text('Owns the result.'),
        techLead: Text('Owns the running system.'),
        riskCompliance: Text('Owns risk and compliance.'),
        changeManager: Text('Owns the change for the people concerned.'),
      },
      closed,
    ),
    process: Type.Optional(Process),
    outcome: Type.Optional(ExpectedOutcome),
    contract: Type.Object(
      {
        input: Type.Object(
          { schema: SchemaRef, expectations: Type.Optional(Type.Array(Expectation, { maxItems: 500 })) },
          closed,
        ),
        output: Type.Object({ schema: SchemaRef }, closed),
        onViolation: Type.Enum(['review', 'reject', 'fallback']),
      },
      closed,
    ),
    model: Type.Object({ name: Text('Model name.'), version: Text('Model version.'), endpoint: Endpoint }, closed),
    decision: Type.Object(
      {
        output: Cel('The decision in one value, over input, output, context: what accuracy compares.'),
        confidence: Type.Optional(Cel('A number in [0,1]. Without it nothing is ever decided by `confidence`.')),
        rules: Type.Array(Rule, { maxItems: 200 }),
        otherwise: Type.Enum(['act', 'review', 'fallback', 'reject']),
        fallback: Type.Optional(
          Type.Object({ output: Type.Unknown(), route: Type.Enum(['review', 'fallback', 'reject']) }, closed),
        ),
      },
      closed,
    ),
    subject: Type.Optional(Cel('Whom it concerns, over input and context; a caller may also send `subject`.')),
    groups: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 50, uniqueItems: true })),
    review: Type.Optional(
      Type.Object(
        {
          pool: Type.Optional(Code),
          due: Type.Optional(Duration),
          escalateTo: Type.Optional(Code),
          lease: Type.Optional(Duration),
          reasons: Type.Optional(Type.Array(Code, { minItems: 1, maxItems: 50, uniqueItems: true })),
          audit: Type.Optional(Share),
        },
        closed,
      ),
    ),
    actions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            on: Type.Enum(['act', 'review', 'decided'], {
              description: 'act: the system decided; review: a person decided; decided: either.',
            }),
            when: Type.Optional(Cel('Boolean over output and value: only then.')),
            webhook: Type.Object(
              {
                url: Type.String({ pattern: '^https?://' }),
                secretRef: SecretRef,
                timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 60_000, default: 15_000 })),
              },
              closed,
            ),
          },
          closed,
        ),
        { maxItems: 20 },
      ),
    ),
    privacy: Type.Optional(
      Type.Object(
        {
          redact: Type.Optional(
            Type.Array(
              Type.Union([
                Type.Enum(['email', 'phone', 'iban', 'card', 'ip']),
                Type.Object(
                  {
                    field: Type.String({
                      minLength: 1,
                      description: 'Member of the input or output, dotted; replaced as a whole.',
                    }),
                  },
                  closed,
                ),
              ]),
              { maxItems: 100 },
            ),
          ),
          retention: Type.Optional(Duration),
        },
        closed,
      ),
    ),
    rollout: Type.Optional(
      Type.Object(
        {
          holdout: Type.Optional(Share),
          steps: Type.Optional(
            Type.Array(
              Type.Union([
                Type.Object({ shadow: Duration }, closed),
                Type.Object({ traffic: Share, hold: Type.Optional(Duration) }, closed),
              ]),
              { maxItems: 50 },
            ),
          ),
        },
        closed,
      ),
    ),
  },
  { ...closed, $id: 'https://airworthy.dev/schema/v1/use-case.json', title: 'Airworthy use case' },
)
export type Manifest = Static<typeof Manifest>
export type Expectation = Static<typeof Expectation>

/** A JSON Schema, read and inlined. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }
