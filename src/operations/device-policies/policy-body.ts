import Type, { type Static } from 'typebox'
import { formatBasic } from '../../base/instant.ts'
import { limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { DevicePolicy } from '../../domain/policy/device-policy.ts'
import { parseResource, type PolicyAction, type Statement } from '../../domain/policy/policy.ts'
import { basicTime, idText } from '../fields/fields.ts'

const actions = {
  'iotda:devices:publish': 'publish',
  'iotda:devices:subscribe': 'subscribe',
} as const satisfies Readonly<Record<string, PolicyAction>>
type WireAction = keyof typeof actions

export const StatementBody = Type.Object(
  {
    effect: Type.Enum(['ALLOW', 'DENY'], { description: 'DENY of any policy beats every ALLOW.' }),
    actions: Type.Array(Type.Enum(Object.keys(actions) as WireAction[]), { minItems: 1, maxItems: 2 }),
    resources: Type.Array(
      Type.String({
        maxLength: 1024,
        description:
          'topic: and a pattern: * is any run of characters, ? is one, + and # are characters like others; the variables are ${devices.deviceId}, ${devices.clientId} and ${devices.productId}.',
        examples: ['topic:/v1/${devices.deviceId}/test/hello'],
      }),
      { minItems: 1, maxItems: limits.policyResourcesMax },
    ),
  },
  { title: 'PolicyStatement' },
)

export const StatementsBody = Type.Array(StatementBody, {
  minItems: 1,
  maxItems: limits.policyStatementsMax,
})

const summary = {
  app_id: Type.String({ description: 'The resource space of the policy.' }),
  policy_id: Type.String(),
  policy_name: Type.String(),
  create_time: basicTime(),
  update_time: basicTime(),
}
/** A policy of a list. */
export const PolicySummary = Type.Object(summary)
export const PolicyBody = Type.Object({ ...summary, statement: Type.Array(StatementBody) })
/** A policy of our own list. */
export const OwnPolicyBody = Type.Object({
  ...summary,
  app_name: Type.String(),
  statement: Type.Array(StatementBody),
  targets: Type.Object(
    { device: Type.Integer(), product: Type.Integer(), app: Type.Integer() },
    { description: 'How many devices and products it is bound to, and whether to its resource space.' },
  ),
})

export const PolicyParams = Type.Object({ project_id: Type.String(), policy_id: Type.String() })
export const policyName = () => idText(128)

/**
 * Statements as they came, parsed. Refuses `invalid-input` for a resource that means no topic (a DENY of it would deny
 * nothing) and for more than a policy may hold.
 */
export function readStatements(body: Static<typeof StatementsBody>): readonly Statement[] {
  body.forEach(({ resources }, statement) =>
    resources.forEach((raw, resource) => {
      if (parseResource(raw)) return
      throw new Refusal('invalid-input', {
        field: `statement[${statement}].resources[${resource}]`,
        rule: resourceRule,
      })
    }),
  )
  const bytes = Buffer.byteLength(JSON.stringify(body))
  if (bytes > limits.policyBytesMax)
    throw new Refusal('invalid-input', {
      field: 'statement',
      rule: `must be at most ${limits.policyBytesMax} bytes, not ${bytes}`,
    })
  return body.map(({ effect, actions: asked, resources }) => ({
    effect,
    actions: [...new Set(asked.map((action) => actions[action]))],
    resources,
  }))
}

/** Known to `base/rules-zh.ts`. */
const resourceRule =
  'must be topic: and a pattern of letters, digits and /{}$=+#?*:._-, with no variables but ${devices.deviceId}, ${devices.clientId} and ${devices.productId}'

export const policySummary = (policy: DevicePolicy): Static<typeof PolicySummary> => ({
  app_id: policy.spaceId,
  policy_id: policy.key,
  policy_name: policy.name,
  create_time: formatBasic(policy.createdAt),
  update_time: formatBasic(policy.updatedAt),
})

export const policyBody = (policy: DevicePolicy): Static<typeof PolicyBody> => ({
  ...policySummary(policy),
  statement: policy.statements.map(({ effect, actions: asked, resources }) => ({
    effect,
    actions: asked.map((action): WireAction => `iotda:devices:${action}`),
    resources: [...resources],
  })),
})
