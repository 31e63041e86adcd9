import { Buffer } from 'node:buffer'
import Type, { type Static } from 'typebox'
import { type ProjectId, parseProductId, type ProductId } from '../../base/ids.ts'
import { formatIso } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import { Refusal } from '../../base/refusal.ts'
import type { RegistrationGroup } from '../../domain/provisioning/registration-group.ts'
import { findProduct } from '../../store/products.ts'
import { findGroup } from '../../store/registration-groups.ts'
import type { Store } from '../../store/store.ts'
import { anyObject, milliTime, nameText, productId } from '../fields/fields.ts'
import type { OperationDeps } from '../operation.ts'

export const GroupName = nameText(128)
export const GroupProduct = productId()
export const InitConfig = anyObject('Told to devices with the address, as JSON text (device protocol §3.9).')
export const AccessAddress = Type.String({
  minLength: 3,
  maxLength: 260,
  pattern:
    '^[A-Za-z0-9.-]+:(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$',
  'x-rule': 'must be host:port, without a scheme, the port from 1 to 65535',
  description: 'Where devices are sent to; absent: this platform, by the name that they reached it by.',
  examples: ['iot.example.com:8883'],
})
export const GroupScope = Type.String({
  minLength: 2,
  maxLength: 64,
  pattern: '^(?=.*[A-Za-z])[A-Za-z0-9]+$',
  'x-rule': 'must have 2 to 64 letters and digits, a letter among them',
  description: 'That devices in the field carry already; generated when absent.',
  examples: ['ab12cd34ef56'],
})
export const GroupMethod = Type.Enum(['SECRET', 'CERTIFICATES'], {
  description: 'What devices prove themselves by: the group secret, or a certificate of the CA.',
})

export const GroupParams = Type.Object({ project_id: Type.String(), scope_id: Type.String() })

const fields = {
  scope_id: Type.String({ description: 'Third part of the client id.' }),
  name: Type.String(),
  method: GroupMethod,
  app_id: Type.String(),
  certificate_id: Type.Optional(Type.String({ description: 'CA of a group of certificates.' })),
  product_id: Type.Optional(Type.String({ description: 'Of devices whose id holds no underscore.' })),
  init_config: Type.Optional(InitConfig),
  access_address: Type.Optional(Type.String()),
  enabled: Type.Boolean(),
  create_time: milliTime(),
}
export const GroupBody = Type.Object(fields, { title: 'RegistrationGroup' })
export const GroupWithSecret = Type.Object({
  ...fields,
  secret: Type.Optional(
    Type.String({ description: 'Base64, as devices are given it. Told here, and in no later answer.' }),
  ),
})

export const groupBody = (group: RegistrationGroup): Static<typeof GroupBody> => ({
  scope_id: group.scope,
  name: group.name,
  method: group.method,
  app_id: group.spaceId,
  ...(group.caKey !== undefined && { certificate_id: group.caKey }),
  ...(group.productId !== undefined && { product_id: group.productId }),
  ...(group.initConfig && { init_config: group.initConfig }),
  ...(group.address !== undefined && { access_address: group.address }),
  enabled: group.enabled,
  create_time: formatIso(group.createdAt),
})

/** The group of that scope in the caller's project; one of another project is not found. */
export async function requireGroup(
  store: Store,
  projectId: ProjectId,
  scope: string,
): Promise<RegistrationGroup> {
  const group = await findGroup(store, projectId, scope)
  if (!group) throw new Refusal('group-not-found', { scope: scope.slice(0, 64) })
  return group
}

/** A product of the group's resource space. */
export async function requireGroupProduct(
  store: Store,
  { projectId, spaceId }: Pick<RegistrationGroup, 'projectId' | 'spaceId'>,
  wireId: string,
): Promise<ProductId> {
  const id = parseProductId(wireId)
  const product = id && (await findProduct(store, projectId, id, spaceId))
  if (!product) throw new Refusal('product-not-found', { productId: wireId })
  return product.productId
}

/** Within its bound. */
export function readInitConfig(
  raw: Readonly<Record<string, unknown>>,
  { initConfigBytesMax: max }: OperationDeps['limits'],
): JsonObject {
  const bytes = Buffer.byteLength(JSON.stringify(raw))
  if (bytes > max)
    throw new Refusal('invalid-input', {
      field: 'init_config',
      rule: `must be at most ${max} bytes, not ${bytes}`,
    })
  return raw as JsonObject
}

/** Of a secret in Base64: it is decoded, and must be what every SDK can read (device protocol §2.6). */
export function readGroupSecret(base64: string): string {
  const text = Buffer.from(base64, 'base64').toString('latin1')
  if (Buffer.from(text, 'latin1').toString('base64') !== base64)
    throw new Refusal('invalid-input', { field: 'secret', rule: 'must be base64' })
  if (!/^[\x20-\x7e]{16,64}$/.test(text))
    throw new Refusal('invalid-input', {
      field: 'secret',
      rule: 'must decode to 16 to 64 printable ASCII characters',
    })
  return text
}
